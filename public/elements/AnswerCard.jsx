// The answer to a question about the email or the draft. A model wrote it: it is shown as text.
import { useEffect } from "react"

export default function AnswerCard() {
  const { text, labels } = props
  // Chainlit measures how far it can scroll before the card has its height, and again when the window changes.
  useEffect(() => void window.dispatchEvent(new Event("resize")), [])

  return (
    <section className="ea-card ea-reply" aria-label={labels.name}>
      <div className="ea-body ea-text">{text}</div>
    </section>
  )
}
