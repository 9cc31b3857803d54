// What asks for another draft: by one tap, one of the person's own taps too, and the drafts before this one.
import { History, Plus, RefreshCw, Undo2, X } from "lucide-react"
import { useRef } from "react"
import { Button } from "@/components/ui/button"
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from "@/components/ui/dropdown-menu"
import { Input } from "@/components/ui/input"
import { act, time, useKept } from "./card.jsx"

// The drafts before this one, by what was asked and when; one that is chosen stands beside this one.
export function Versions({ choose }) {
  const { labels, versions } = props
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button size="sm" variant="ghost">
          <History />
          {labels.earlier}
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end" className="ea-menu">
        {versions.toReversed().map(({ version, asked, at }) => (
          <DropdownMenuItem key={version} onSelect={() => choose(version)}>
            <span>{labels.draft.replace("{version}", version)}</span>
            {asked && (
              <span className="ea-line-asked" dir="auto">
                {asked}
              </span>
            )}
            <time className="ea-muted" dateTime={at}>
              {time(at)}
            </time>
          </DropdownMenuItem>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  )
}

// A button of the person's own, for what they often ask for; what they asked last is proposed.
function AddRefinement({ disabled }) {
  const { labels, asked } = props
  const [text, setText] = useKept("refinement")
  const opener = useRef(null)
  const close = () => {
    setText(null)
    requestAnimationFrame(() => opener.current?.focus())
  }
  const add = async (event) => {
    event.preventDefault()
    if (disabled || !text.trim()) return
    const { response } = await callAction({ name: "keep_refinement", payload: { text } })
    if (response) close()
  }
  if (text === null)
    return (
      <Button
        ref={opener}
        size="sm"
        variant="ghost"
        disabled={disabled}
        aria-label={labels.add_refinement}
        title={labels.add_refinement}
        onClick={() => setText(asked ?? "")}
      >
        <Plus />
      </Button>
    )
  return (
    <form className="ea-add" onSubmit={add} onKeyDown={({ key }) => key === "Escape" && close()}>
      <Input
        autoFocus
        dir="auto"
        aria-label={labels.add_refinement}
        placeholder={labels.refinement}
        maxLength={100}
        value={text}
        onFocus={({ target }) => target.select()}
        onChange={(event) => setText(event.target.value)}
      />
      <Button size="sm" variant="outline" type="submit" disabled={disabled || !text.trim()}>
        {labels.add}
      </Button>
      <Button size="sm" variant="ghost" type="button" aria-label={labels.cancel} onClick={close}>
        <X />
      </Button>
    </form>
  )
}

export function Refine({ disabled, choose }) {
  const { labels, refinements, undo, versions } = props
  return (
    <footer className="ea-foot ea-refine">
      {Object.entries(refinements).map(([label, said]) => (
        <Button key={label} size="sm" variant="secondary" onClick={() => act({ text: said })} disabled={disabled}>
          <span dir="auto" className="ea-short" title={label}>
            {label}
          </span>
        </Button>
      ))}
      <AddRefinement disabled={disabled} />
      <Button size="sm" variant="ghost" onClick={() => act({ another: true })} disabled={disabled} data-key="n">
        <RefreshCw />
        {labels.another}
      </Button>
      {undo && (
        <Button size="sm" variant="ghost" onClick={() => act({ undo: true })} disabled={disabled} data-key="u">
          <Undo2 />
          {labels.undo}
        </Button>
      )}
      {versions.length > 0 && <Versions choose={choose} />}
    </footer>
  )
}
