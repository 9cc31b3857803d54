// One version of the reply. While it is written, `words` is the id of the step that the words stream into.
import { useRef, useState } from "react"
import { useRecoilValue } from "recoil"
import { messagesState, useChatData } from "@chainlit/react-client"
import { Button } from "@/components/ui/button"
import { Textarea } from "@/components/ui/textarea"
import { Check, Copy, Diff, History, Pencil } from "lucide-react"

// Mail and drafts are untrusted: React shows them as text, and nothing here renders markup.
const TEXT = "ea-text ea-body"

function find(steps, id) {
  for (const step of steps) {
    const found = step.id === id ? step : find(step.steps || [], id)
    if (found) return found
  }
}

function Words({ id, label }) {
  const words = find(useRecoilValue(messagesState), id)?.output
  return <div className={TEXT} aria-busy="true">{words || <span className="ea-muted">{label}</span>}</div>
}

function Changes({ changes }) {
  return (
    <div className={TEXT}>
      {changes.map(([kind, text], i) =>
        kind === "added" ? <ins key={i}>{text}</ins> : kind === "removed" ? <del key={i}>{text}</del> : <span key={i}>{text}</span>
      )}
    </div>
  )
}

// What is typed into the card outlives its redrawing and a reload of the page, until it is sent or given up.
function kept(key) {
  return {
    get: () => sessionStorage.getItem(key),
    set: (text) => sessionStorage.setItem(key, text),
    drop: () => sessionStorage.removeItem(key),
  }
}

export default function DraftCard() {
  const { version, to, subject, labels, words, body, origin, restored_from, live, final, refinements, versions, seen } = props
  const edit = kept(`email-assistant:edit:${element_key()}`)
  const [editing, setEditing] = useState(live && edit.get() !== null)
  const [text, setText] = useState(edit.get() ?? body ?? "")
  const [changes, setChanges] = useState(null)
  const [copied, setCopied] = useState("")
  const { loading, connected } = useChatData()
  const bodyRef = useRef(null)
  const disabled = loading || !connected

  function element_key() {
    return `${window.location.pathname}:${props.version}`
  }
  const say = (said) => callAction({ name: "say", payload: { text: said, seen } })
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(body)
      setCopied(labels.copied)
    } catch {
      setCopied(labels.copy_failed)
    }
    setTimeout(() => setCopied(""), 2500)
  }
  const toggleChanges = async () => {
    if (changes) return setChanges(null)
    const answer = await callAction({ name: "changes", payload: { version } })
    setChanges(answer.response)
  }
  const change = (value) => {
    setText(value)
    edit.set(value)
  }
  const cancel = () => {
    edit.drop()
    setText(body)
    setEditing(false)
  }
  const save = () => {
    edit.drop()
    setEditing(false)
    say(`Edit:\n${text}`)
  }

  const note = origin === "edited" ? labels.edited : origin === "restored" ? labels.restored.replace("{version}", restored_from) : ""

  return (
    <section data-version={version} className={`ea-card ea-draft ${live ? "ea-live" : ""} ${final ? "ea-final" : ""}`} aria-label={`${labels.draft} ${version}`}>
      <header className="ea-head">
        <div className="ea-fields">
          {to.length > 0 && <div><span className="ea-muted">{labels.to}</span> {to.join(", ")}</div>}
          {subject && <div><span className="ea-muted">{labels.subject}</span> {subject}</div>}
        </div>
        <div className="ea-version">{final ? labels.final : `${labels.draft} ${version}`}{note && <span className="ea-muted"> · {note}</span>}</div>
      </header>

      {words !== undefined ? <Words id={words} label={labels.writing} />
        : editing ? <Textarea autoFocus className="ea-edit" aria-label={labels.edit} value={text} rows={Math.min(24, text.split("\n").length + 3)} onChange={(e) => change(e.target.value)} />
        : changes ? <Changes changes={changes} />
        : <div className={TEXT} ref={bodyRef}>{body}</div>}

      {words === undefined && (
        <footer className="ea-foot">
          {editing ? (
            <>
              <Button size="sm" onClick={save} disabled={disabled || !text.trim()}>{labels.save}</Button>
              <Button size="sm" variant="ghost" onClick={cancel}>{labels.cancel}</Button>
            </>
          ) : (
            <>
              {live && !final && <Button size="sm" onClick={() => say("Accept")} disabled={disabled}><Check />{labels.accept}</Button>}
              <Button size="sm" variant={final ? "default" : "outline"} onClick={copy}><Copy />{labels.copy}</Button>
              {live && <Button size="sm" variant="outline" onClick={() => setEditing(true)} disabled={disabled}><Pencil />{labels.edit}</Button>}
              {version > 1 && <Button size="sm" variant="ghost" onClick={toggleChanges} aria-pressed={!!changes}><Diff />{changes ? labels.text : labels.changes}</Button>}
              <span role="status" className="ea-muted ea-status">{copied}</span>
            </>
          )}
        </footer>
      )}

      {live && !editing && (
        <footer className="ea-foot ea-more">
          {Object.entries(refinements).map(([label, said]) => (
            <Button key={label} size="sm" variant="secondary" className="ea-pill" onClick={() => say(said)} disabled={disabled}>{label}</Button>
          ))}
          {versions > 1 && (
            <label className="ea-versions"><History aria-hidden />
              <select aria-label={labels.earlier} value="" disabled={disabled} onChange={(e) => say(`Back to version ${e.target.value}`)}>
                <option value="" disabled>{labels.earlier}</option>
                {Array.from({ length: versions - 1 }, (_, i) => i + 1).map((v) => <option key={v} value={v}>{labels.restore.replace("{version}", v)}</option>)}
              </select>
            </label>
          )}
        </footer>
      )}
    </section>
  )
}
