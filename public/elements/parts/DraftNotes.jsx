// What there is to know of a draft: what it answers, what is wrong with it, and the wishes that it follows.
import { TriangleAlert, X } from "lucide-react"
import { Button } from "@/components/ui/button"
import { Input } from "@/components/ui/input"
import { act, useKept } from "./card.jsx"
import { between } from "./DraftText.jsx"

export function Asks() {
  const { asks, labels } = props
  if (!asks?.length) return null
  return (
    <ul className="ea-list ea-asks" aria-label={labels.asks}>
      {asks.map(({ text, quote, status }, i) => (
        <li key={i} data-status={status} title={quote}>
          <span className="ea-mark">{labels[status]}</span>
          <span dir="auto">{text}</span>
        </li>
      ))}
    </ul>
  )
}

function SignAs({ disabled }) {
  const { labels, name } = props
  const [text, setText] = useKept("name")
  const sign = (event) => {
    event.preventDefault()
    if (!disabled && (text ?? name)?.trim()) act({ sign: text ?? name })
  }
  return (
    <form className="ea-sign" onSubmit={sign}>
      <Button size="sm" variant="outline" type="submit" disabled={disabled || !(text ?? name)?.trim()}>
        {labels.sign}
      </Button>
      <Input
        dir="auto"
        className="ea-sign-name"
        aria-label={labels.name}
        placeholder={labels.name}
        maxLength={200}
        value={text ?? name ?? ""}
        onChange={(event) => setText(event.target.value)}
      />
    </form>
  )
}

// What a person should look at, each with the one tap that mends it if there is one.
export function Findings({ disabled }) {
  const { findings, labels, body, live } = props
  if (!findings?.length) return null
  const mend = ({ start, end, replacement, request }) =>
    replacement !== null && end > start
      ? act({ edit: between(body, 0, start) + replacement + between(body, end) })
      : act({ text: request })
  const canMend = ({ start, end, replacement, request }) => live && ((replacement !== null && end > start) || request)
  return (
    <ul className="ea-list ea-warnings" aria-label={labels.findings}>
      {findings.map((finding, i) => (
        <li key={i}>
          <TriangleAlert aria-hidden />
          <span dir="auto">{finding.text}</span>
          {finding.code === "unsigned" && live ? (
            <SignAs disabled={disabled} />
          ) : (
            canMend(finding) && (
              <Button
                size="sm"
                variant="outline"
                disabled={disabled}
                onClick={() => mend(finding)}
                aria-label={`${labels.mend}: ${finding.text}`}
              >
                {labels.mend}
              </Button>
            )
          )}
        </li>
      ))}
    </ul>
  )
}

export function Wishes({ disabled }) {
  const { wishes, labels } = props
  if (!wishes?.length) return null
  return (
    <ul className="ea-list ea-wishes" aria-label={labels.wishes}>
      <li className="ea-wishes-name" aria-hidden="true">
        {labels.wishes}:
      </li>
      {wishes.map((text, i) => (
        <li key={i}>
          <span dir="auto">{text}</span>
          <button
            type="button"
            disabled={disabled}
            aria-label={labels.remove_wish.replace("{text}", () => text)}
            onClick={() => act({ remove_wish: i })}
          >
            <X aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  )
}
