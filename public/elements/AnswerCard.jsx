// The answer to a question about the email or the draft. A model wrote it: it is shown as text.
import { useEffect } from "react"
import { fitScrolling } from "./parts/card.jsx"

export default function AnswerCard() {
  const { text, labels } = props
  useEffect(fitScrolling, [])

  return (
    <section className="ea-card ea-reply" aria-label={labels.name}>
      <div className="ea-body ea-text">{text}</div>
    </section>
  )
}
