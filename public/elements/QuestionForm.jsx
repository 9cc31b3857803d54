// The clarifying questions, one field each. Typing an answer into the chat works as well.
import { useEffect, useState } from "react"
import { useChatData } from "@chainlit/react-client"
import { Button } from "@/components/ui/button"
import { Textarea } from "@/components/ui/textarea"

export default function QuestionForm() {
  const { id, questions, options, proposal, live, seen, labels } = props
  // What is typed outlives the form's redrawing and a reload of the page, until it is sent.
  const key = `email-assistant:${id}:answers`
  const [given, setGiven] = useState(() => JSON.parse(sessionStorage.getItem(key)) ?? questions.map(() => ""))
  const { loading, connected } = useChatData()
  const disabled = loading || !connected

  // Chainlit measures how far it can scroll before the form has its height, and again when the window changes.
  useEffect(() => void window.dispatchEvent(new Event("resize")), [])

  const change = (index, value) => {
    const next = given.map((answer, i) => (i === index ? value : answer))
    setGiven(next)
    sessionStorage.setItem(key, JSON.stringify(next))
  }
  const act = (command) => callAction({ name: "say", payload: { ...command, seen } })
  const send = (answers) => act({ answers })
  // An answer to the only question is all there is to say; one of several waits for the others.
  const choose = (index, option) => (questions.length === 1 ? send([option]) : change(index, option))
  // Only when they are saved: until then the page has the only copy.
  useEffect(() => {
    if (!live && !loading) sessionStorage.removeItem(key)
  }, [live, loading])
  const submit = (event) => {
    event.preventDefault()
    if (!disabled && given.some((answer) => answer.trim())) send(given.map((answer) => answer.trim()))
  }
  const onKeyDown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit(event)
  }

  if (!live)
    return (
      <ol className="ea-card ea-questions">
        {questions.map((question, i) => <li key={i} className="ea-text" dir="auto">{question}</li>)}
      </ol>
    )

  return (
    <form className="ea-card ea-questions" onSubmit={submit} onKeyDown={onKeyDown}>
      {questions.map((question, i) => (
        <div key={i}>
          <label>
            <span className="ea-text" dir="auto">{question}</span>
            <Textarea dir="auto" className="ea-answer" rows={2} placeholder={labels.answer} value={given[i] ?? ""}
              onChange={(event) => change(i, event.target.value)} />
          </label>
          {(proposal || options[i]?.length > 0) && (
            <div className="ea-options" role="group" aria-label={labels.options}>
              {proposal && (
                <Button size="sm" type="button" variant="outline" className="ea-option" disabled={disabled} onClick={() => act({ use_proposal: true })}>
                  <span dir="auto">{labels.use.replace("{text}", () => proposal)}</span>
                </Button>
              )}
              {(options[i] ?? []).map((option, at) => (
                <Button key={at} size="sm" type="button" variant="secondary" className="ea-option" disabled={disabled} onClick={() => choose(i, option)}>
                  <span dir="auto">{option}</span>
                </Button>
              ))}
            </div>
          )}
        </div>
      ))}
      <footer className="ea-foot">
        <Button size="sm" type="submit" disabled={disabled || !given.some((answer) => answer.trim())}>{labels.send}</Button>
        <Button size="sm" type="button" variant="ghost" disabled={disabled} onClick={() => send(questions.map(() => ""))}>
          {questions.length > 1 ? labels.skip_all : labels.skip}
        </Button>
        {questions.length > 1 && <span className="ea-muted">{labels.optional}</span>}
      </footer>
    </form>
  )
}
