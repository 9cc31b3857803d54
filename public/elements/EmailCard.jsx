// What was understood of the email: who wrote it, when, about what, with which attachments, and what to mind.

import { useChatMessages } from "@chainlit/react-client"
import { Download, Paperclip, Pencil, TriangleAlert } from "lucide-react"
import { useEffect, useState } from "react"
import { Button } from "@/components/ui/button"
import { Textarea } from "@/components/ui/textarea"
import { act, isSaveKey, saveFile, Text, useDisabled, useKept } from "./parts/card.jsx"

const size = (bytes) =>
  bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`

function Field({ name, value }) {
  return value ? (
    <div>
      <dt>{props.labels[name]}</dt>
      <dd dir="auto">{value}</dd>
    </div>
  ) : null
}

// What was taken for the person's instructions, to be put right where it is wrong.
function Asked() {
  const { asked, seen, labels } = props
  const [text, setText] = useKept("asked")
  const disabled = useDisabled() || seen === null
  useEffect(() => {
    if (text?.trim() === asked) setText(null)
  }, [asked])
  const save = () => (text.trim() === asked ? setText(null) : act({ instructions: text }))
  const onKeyDown = (event) => {
    if (isSaveKey(event) && !disabled && text.trim()) save()
    if (event.key === "Escape") setText(null)
  }
  if (text === null)
    return (
      <p className="ea-asked">
        <span className="ea-muted">{labels.asked}: </span>
        <span className="ea-text" dir="auto">
          {asked}
        </span>
        {seen !== null && (
          <Button
            size="icon"
            variant="ghost"
            disabled={disabled}
            aria-label={labels.edit}
            title={labels.edit}
            onClick={() => setText(asked)}
          >
            <Pencil />
          </Button>
        )}
      </p>
    )
  return (
    <div className="ea-asked">
      <Textarea
        autoFocus
        dir="auto"
        className="ea-answer"
        aria-label={labels.asked}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="ea-options">
        <Button size="sm" disabled={disabled || !text.trim()} onClick={save}>
          {labels.save}
        </Button>
        <Button size="sm" variant="ghost" onClick={() => setText(null)}>
          {labels.cancel}
        </Button>
      </div>
    </div>
  )
}

export default function EmailCard() {
  const {
    sender,
    to = [],
    cc = [],
    subject,
    date,
    attachments = [],
    originals = [],
    warnings = [],
    text,
    is_cut,
    has_quoted,
    asked,
    replaced,
    labels,
  } = props
  const [quoted, setQuoted] = useState(null)
  const [whole, setWhole] = useState(null)
  const { threadId } = useChatMessages()

  // Where the sidebar is a drawer, Chainlit gives a new conversation its address when the drawer is first opened,
  // and closes it again; until then a reload would lose sight of the conversation.
  useEffect(() => {
    if (threadId && window.innerWidth < 768 && window.location.pathname === "/")
      window.history.replaceState(window.history.state, "", `/thread/${threadId}`)
  }, [threadId])

  const toggleWhole = async () => {
    if (whole !== null) return setWhole(null)
    const { response } = await callAction({ name: "email_text", payload: replaced === undefined ? {} : { replaced } })
    if (response) setWhole(response.newest)
  }
  const toggleQuoted = async () => {
    if (quoted !== null) return setQuoted(null)
    const answer = await callAction({ name: "email_text", payload: {} })
    setQuoted(answer.response?.quoted ?? null)
  }
  const download = async (file_id) => {
    const answer = await callAction({ name: "original", payload: { file_id } })
    if (answer.response) saveFile(answer.response)
  }
  const shownDate =
    date && new Date(date).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" })

  return (
    <section className="ea-card ea-email" aria-label={labels.name}>
      {(sender || to.length > 0 || cc.length > 0 || subject || date) && (
        <header className="ea-head">
          <dl>
            <Field name="from" value={sender} />
            <Field name="to" value={to.slice(0, 5).join(", ") + (to.length > 5 ? ` … (${to.length})` : "")} />
            <Field name="cc" value={cc.slice(0, 5).join(", ") + (cc.length > 5 ? ` … (${cc.length})` : "")} />
            <Field name="subject" value={subject} />
            <Field name="date" value={shownDate} />
          </dl>
        </header>
      )}
      {attachments.length > 0 && (
        <ul className="ea-list" aria-label={labels.attachments}>
          {attachments.map((file, i) => (
            <li key={i}>
              <Paperclip aria-hidden />
              {file.filename || file.media_type} <span className="ea-muted">{size(file.size)}</span>
            </li>
          ))}
        </ul>
      )}
      {warnings.length > 0 && (
        <ul className="ea-list ea-warnings">
          {warnings.map((warning, i) => (
            <li key={i}>
              <TriangleAlert aria-hidden />
              {warning}
            </li>
          ))}
        </ul>
      )}
      {asked && <Asked />}
      {text && <Text>{whole ?? text}</Text>}
      {quoted !== null && <Text className="ea-text ea-body ea-quoted">{quoted}</Text>}
      {(is_cut || has_quoted || originals.length > 0) && (
        <footer className="ea-foot">
          {is_cut && (
            <Button size="sm" variant="ghost" onClick={toggleWhole} aria-expanded={whole !== null}>
              {whole === null ? labels.show : labels.hide}
            </Button>
          )}
          {has_quoted && (
            <Button size="sm" variant="ghost" onClick={toggleQuoted} aria-expanded={quoted !== null}>
              {quoted === null ? labels.show_quoted : labels.hide_quoted}
            </Button>
          )}
          {originals.map((file) => (
            <Button key={file.file_id} size="sm" variant="ghost" onClick={() => download(file.file_id)}>
              <Download />
              {labels.download.replace("{name}", file.filename)}
            </Button>
          ))}
        </footer>
      )}
    </section>
  )
}
