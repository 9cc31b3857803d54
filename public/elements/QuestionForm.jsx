// The clarifying questions, one field each. Typing an answer into the chat works as well.

import { useChatData } from "@chainlit/react-client"
import { useEffect } from "react"
import { Button } from "@/components/ui/button"
import { Textarea } from "@/components/ui/textarea"
import { act, fitScrolling, useKept } from "./parts/card.jsx"

export default function QuestionForm() {
  const { id, questions, options, answers, proposal, live, labels } = props
  const single = questions.length === 1
  const [kept, keep] = useKept("answers")
  const given = kept ?? questions.map(() => "")
  const { loading, connected } = useChatData()
  const disabled = loading || !connected

  useEffect(() => {
    fitScrolling()
    if (live) window.eaShow?.(id)
  }, [])

  const change = (index, value) => keep(given.map((answer, i) => (i === index ? value : answer)))
  const send = (answers) => act({ answers })
  // An answer to the only question is all there is to say; one of several waits for the others.
  const choose = (index, option) => (single ? send([option]) : change(index, option))
  // Only when they are saved: until then the page has the only copy.
  useEffect(() => {
    if (!live && !loading) keep(null)
  }, [live, loading])
  const submit = (event) => {
    event.preventDefault()
    if (!disabled && given.some((answer) => answer.trim())) send(given.map((answer) => answer.trim()))
  }
  // As in the field for messages, Enter sends; here it first goes to the next question.
  const onKeyDown = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing || event.target.tagName !== "TEXTAREA")
      return
    const fields = [...event.currentTarget.querySelectorAll("textarea")]
    const next = fields[fields.indexOf(event.target) + 1]
    event.preventDefault()
    if (next && !event.ctrlKey && !event.metaKey) next.focus()
    else submit(event)
  }

  if (!live)
    return (
      <dl className="ea-card ea-questions ea-answered">
        {questions.map((question, i) => (
          <div key={i}>
            <dt className="ea-text" dir="auto">
              {question}
            </dt>
            {answers && (
              <dd className="ea-text" dir="auto">
                {answers[i] || <span className="ea-muted">{labels.skipped}</span>}
              </dd>
            )}
          </div>
        ))}
      </dl>
    )

  return (
    <form
      className="ea-card ea-questions"
      data-card={id}
      data-announce={questions.join(" ")}
      onSubmit={submit}
      onKeyDown={onKeyDown}
    >
      {questions.map((question, i) => (
        <div key={i}>
          {single ? (
            <h2 className="ea-text" dir="auto">
              {question}
            </h2>
          ) : (
            <label>
              <span className="ea-text" dir="auto">
                {question}
              </span>
              <Textarea
                dir="auto"
                className="ea-answer"
                rows={2}
                placeholder={labels.answer}
                value={given[i] ?? ""}
                onChange={(event) => change(i, event.target.value)}
              />
            </label>
          )}
          {(proposal || options[i]?.length > 0) && (
            <div className="ea-options" role="group" aria-label={labels.options}>
              {proposal && (
                <Button
                  size="sm"
                  type="button"
                  variant="outline"
                  className="ea-option"
                  disabled={disabled}
                  onClick={() => act({ use_proposal: true })}
                >
                  <span dir="auto">{labels.use.replace("{text}", () => proposal)}</span>
                </Button>
              )}
              {(options[i] ?? []).map((option, at) => (
                <Button
                  key={at}
                  size="sm"
                  type="button"
                  variant="secondary"
                  className="ea-option"
                  disabled={disabled}
                  onClick={() => choose(i, option)}
                >
                  <span dir="auto">{option}</span>
                </Button>
              ))}
            </div>
          )}
        </div>
      ))}
      <footer className="ea-foot">
        {!single && (
          <Button size="sm" type="submit" disabled={disabled || !given.some((answer) => answer.trim())}>
            {labels.send}
          </Button>
        )}
        <Button
          size="sm"
          type="button"
          variant="ghost"
          disabled={disabled}
          onClick={() => send(questions.map(() => ""))}
        >
          {single ? labels.skip : labels.skip_all}
        </Button>
        <span className="ea-muted">
          {single ? labels.here : labels.optional} {!single && <span className="ea-keys">{labels.keys}</span>}
        </span>
      </footer>
    </form>
  )
}
