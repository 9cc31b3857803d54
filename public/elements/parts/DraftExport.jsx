// The ways of a draft into a mail program: copied, as a file, or as a link.
import { Check, Copy, Download, Mail } from "lucide-react"
import { useEffect, useState } from "react"
import { Button } from "@/components/ui/button"
import { fitScrolling, saveFile, useKept } from "./card.jsx"

export const openGaps = ({ gaps, labels }) =>
  !gaps?.length ? "" : gaps.length === 1 ? labels.one_gap : labels.gaps.replace("{count}", gaps.length)

// What the reply says from greeting to signature, as it goes out where nothing is quoted below.
const wholeText = ({ body, signature }) => (signature ? `${body}\n\n-- \n${signature}` : body)

// The same for programs that take formatted text: a paragraph for each, its line breaks kept, and no other markup.
function formatted(text) {
  const page = document.implementation.createHTMLDocument("")
  for (const paragraph of text.split(/\n[ \t]*\n+/)) {
    const block = page.body.appendChild(page.createElement("p"))
    block.dir = "auto"
    for (const [i, line] of paragraph.split("\n").entries()) {
      if (i) block.append(page.createElement("br"))
      block.append(line)
    }
  }
  return page.body.innerHTML
}

const copyFormatted = (text) =>
  navigator.clipboard.write([
    new ClipboardItem({
      "text/plain": new Blob([text], { type: "text/plain" }),
      "text/html": new Blob([formatted(text)], { type: "text/html" }),
    }),
  ])

export function CopyButtons({ variant }) {
  const { labels, reply } = props
  const [outcome, setOutcome] = useState("")
  useEffect(() => {
    const timer = setTimeout(() => setOutcome(""), 4000)
    return () => clearTimeout(timer)
  }, [outcome])
  const copied = [labels.copied, openGaps(props)].filter(Boolean).join(". ")
  const copy = (write) =>
    write(wholeText(props)).then(
      () => setOutcome(copied),
      () => setOutcome(labels.copy_failed),
    )
  return (
    <>
      <Button
        size="sm"
        variant={variant}
        onClick={() => copy((text) => navigator.clipboard.writeText(text))}
        data-key="c"
      >
        {outcome === copied ? <Check /> : <Copy />}
        {labels.copy}
      </Button>
      {reply && (
        <Button size="sm" variant="ghost" onClick={() => copy(copyFormatted)}>
          {reply.copy_formatted}
        </Button>
      )}
      <span role="status" className="ea-muted">
        {outcome}
      </span>
    </>
  )
}

// The accepted reply as a file for the mail program, or as a link that opens it there.
export function Reply() {
  const { reply: labels } = props
  const [choice, setChoice] = useState(null)
  const [chosen, choose] = useKept("quote")
  const [note, setNote] = useState("")
  useEffect(() => {
    let shown = true
    // A page that has just opened may still be changing its session: then it asks again.
    const ask = () =>
      callAction({ name: "reply_choice", payload: {} })
        .then(({ response }) => shown && setChoice(response))
        .catch(() => shown && setTimeout(ask, 500))
    ask()
    return () => {
      shown = false
    }
  }, [])
  useEffect(fitScrolling, [choice])
  if (!choice) return null
  const quote = chosen ?? choice.quote
  const ask = async (name) => (await callAction({ name, payload: { quote } })).response
  const download = async () => {
    const file = await ask("reply_file")
    if (file) saveFile(file)
    setNote(openGaps(props))
  }
  const open = async () => {
    const answer = await ask("reply_link")
    if (!answer) return
    if (answer.link) window.location.href = answer.link
    const why = answer.nobody ? labels.nobody : labels.no_link
    setNote(
      !answer.link
        ? why
        : [openGaps(props), quote && choice.quotes && !answer.quoted && labels.not_quoted].filter(Boolean).join(". "),
    )
  }
  return (
    <footer className="ea-foot ea-refine">
      <Button size="sm" variant="outline" onClick={download}>
        <Download />
        {labels.download}
      </Button>
      <Button size="sm" variant="outline" onClick={open}>
        <Mail />
        {labels.open}
      </Button>
      {choice.quotes && (
        <label className="ea-choice">
          <input type="checkbox" checked={quote} onChange={(event) => choose(event.target.checked)} />
          {labels.quote}
        </label>
      )}
      <span role="status" className="ea-muted">
        {note}
      </span>
    </footer>
  )
}
