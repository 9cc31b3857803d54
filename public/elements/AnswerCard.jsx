// The answer to a question about the email or the draft. A model wrote it: it is shown as text.
import { useEffect } from "react"
import { fitScrolling } from "./parts/card.jsx"
import { Writing } from "./parts/DraftText.jsx"

export default function AnswerCard() {
  const { text, words, labels } = props
  useEffect(fitScrolling, [])

  return (
    <section
      className="ea-card ea-reply"
      aria-label={labels.name}
      data-card={props.id}
      data-announce={words ? labels.writing : `${labels.name}: ${text}`}
    >
      {words ? <Writing /> : <div className="ea-body ea-text">{text}</div>}
    </section>
  )
}
