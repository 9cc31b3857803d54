// Why the last step did not finish, the words that it wrote until then, and the ways on.

import { Check, CircleStop, Pencil, RotateCcw, StepForward, TriangleAlert, Undo2 } from "lucide-react"
import { useEffect } from "react"
import { Button } from "@/components/ui/button"
import { Textarea } from "@/components/ui/textarea"
import { act, isSaveKey, useDisabled, useKept } from "./parts/card.jsx"

export default function ProblemCard() {
  const { sentence, stopped, words, keep, labels } = props
  const [own, write] = useKept("own")
  const disabled = useDisabled()
  useEffect(() => void window.eaShow?.(props.id), [])

  const save = () => act({ edit: own })
  const onKeyDown = (event) => {
    if (isSaveKey(event) && !disabled && own.trim()) save()
  }
  return (
    <section
      className={`ea-card ea-problem ${stopped ? "ea-stopped" : ""}`}
      aria-label={sentence}
      data-card={props.id}
      data-announce={sentence}
      role={stopped ? undefined : "alert"}
    >
      {stopped ? <CircleStop aria-hidden="true" /> : <TriangleAlert aria-hidden="true" />}
      <div>
        <h2>{sentence}</h2>
        {words ? (
          <>
            <p className="ea-muted">{labels.begun}</p>
            <div className="ea-text ea-begun" dir="auto">
              {words}
            </div>
          </>
        ) : (
          <p className="ea-muted">{labels.kept}</p>
        )}
        {own === null ? (
          <div className="ea-options">
            {words && (
              <Button size="sm" disabled={disabled} onClick={() => act({ use_stopped: true })}>
                <Check />
                {labels.use}
              </Button>
            )}
            {words && (
              <Button size="sm" variant="outline" disabled={disabled} onClick={() => act({ go_on: true })}>
                <StepForward />
                {labels.go_on}
              </Button>
            )}
            <Button
              size="sm"
              variant={words ? "outline" : "default"}
              disabled={disabled}
              onClick={() => act({ retry: true })}
            >
              <RotateCcw />
              {words ? labels.again : labels.retry}
            </Button>
            {keep > 0 && (
              <Button size="sm" variant="ghost" disabled={disabled} onClick={() => act({ undo: true })}>
                <Undo2 />
                {labels.keep.replace("{version}", keep)}
              </Button>
            )}
            {!keep && (
              <Button size="sm" variant="ghost" disabled={disabled} onClick={() => write(words)}>
                <Pencil />
                {labels.by_hand}
              </Button>
            )}
          </div>
        ) : (
          <>
            <Textarea
              autoFocus
              dir="auto"
              className="ea-edit"
              aria-label={labels.reply}
              value={own}
              rows={8}
              onChange={(event) => write(event.target.value)}
              onKeyDown={onKeyDown}
            />
            <div className="ea-options">
              <Button size="sm" disabled={disabled || !own.trim()} onClick={save}>
                {labels.save}
              </Button>
              <Button size="sm" variant="ghost" onClick={() => write(null)}>
                {labels.cancel}
              </Button>
            </div>
          </>
        )}
      </div>
    </section>
  )
}
