// One version of the reply: the draft that is being written, one to judge, an earlier one, or the accepted reply.
import { useEffect, useState } from "react"
import { useRecoilValue } from "recoil"
import { messagesState, useChatData } from "@chainlit/react-client"
import { Button } from "@/components/ui/button"
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from "@/components/ui/dropdown-menu"
import { Textarea } from "@/components/ui/textarea"
import { Check, Copy, Diff, Download, History, Mail, Pencil, TriangleAlert } from "lucide-react"

// Chainlit builds a card anew whenever a turn begins or ends, and its state would be lost: it is kept in the tab.
function useKept(name) {
  const key = `email-assistant:${props.id}:${name}`
  const [value, setValue] = useState(() => JSON.parse(sessionStorage.getItem(key)))
  const keep = (next) => {
    setValue(next)
    if (next === null) sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, JSON.stringify(next))
  }
  return [value, keep]
}

// Chainlit measures how far it can scroll before a card has its height, and again when the window changes.
const fitScrolling = () => void window.dispatchEvent(new Event("resize"))

const act = (command) => callAction({ name: "say", payload: { ...command, seen: props.seen } })

// Mail and drafts are untrusted. React shows them as text, and nothing here renders markup.
const Text = ({ children, ...rest }) => <div className="ea-text ea-body" dir="auto" {...rest}>{children}</div>

function find(steps, id) {
  for (const step of steps) {
    const found = step.id === id ? step : find(step.steps ?? [], id)
    if (found) return found
  }
}

// `props.words` is the id of the step that the words stream into. A screen reader reads the finished draft, not each word.
function Writing() {
  const words = find(useRecoilValue(messagesState), props.words)?.output
  if (words) return <Text aria-busy="true"><span className="ea-caret">{words}</span></Text>
  return <div className="ea-body ea-skeleton" aria-hidden="true"><span /><span /><span /></div>
}

function Changes({ changes }) {
  const { added, removed, unchanged } = props.labels
  const tags = { added: "ins", removed: "del", same: "span" }
  const spoken = { added, removed }
  if (changes.every(([kind]) => kind === "same")) return <Text><span className="ea-muted">{unchanged}</span></Text>
  return <Text>{changes.map(([kind, text], i) => {
    const Tag = tags[kind]
    return <Tag key={i} data-spoken={spoken[kind]}>{text}</Tag>
  })}</Text>
}

function Editor({ text, change, close, disabled }) {
  const { labels, body } = props
  const save = () => act({ edit: text })
  const onKeyDown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !disabled && text.trim()) save()
    // What was typed is not thrown away by a stray key.
    if (event.key === "Escape") text === body ? close() : event.currentTarget.closest("section").querySelector(".ea-cancel").focus()
  }
  return (
    <>
      <div className="ea-field">
        <Textarea autoFocus dir="auto" className="ea-edit" aria-label={labels.edit} value={text} rows={text.split("\n").length + 2}
          onChange={(event) => change(event.target.value)} onKeyDown={onKeyDown} />
      </div>
      <footer className="ea-foot">
        <Button size="sm" onClick={save} disabled={disabled || !text.trim()}>{labels.save}</Button>
        <Button size="sm" variant="ghost" className="ea-cancel" onClick={close}>{labels.cancel}</Button>
        <span className="ea-muted ea-keys">{labels.keys}</span>
      </footer>
    </>
  )
}

function CopyButton({ variant }) {
  const { labels, body } = props
  const [outcome, setOutcome] = useState("")
  useEffect(() => {
    const timer = setTimeout(() => setOutcome(""), 4000)
    return () => clearTimeout(timer)
  }, [outcome])
  const copy = () => navigator.clipboard.writeText(body).then(() => setOutcome(labels.copied), () => setOutcome(labels.copy_failed))
  return (
    <>
      <Button size="sm" variant={variant} onClick={copy}>{outcome === labels.copied ? <Check /> : <Copy />}{labels.copy}</Button>
      <span role="status" className="ea-muted">{outcome}</span>
    </>
  )
}

function Versions({ disabled }) {
  const { labels, versions } = props
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button size="sm" variant="ghost" disabled={disabled}><History />{labels.earlier}</Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end" className="ea-menu">
        {Array.from({ length: versions - 1 }, (_, i) => versions - 1 - i).map((version) => {
          const label = labels.restore.replace("{version}", version)
          return <DropdownMenuItem key={version} onSelect={() => act({ restore: version })}>{label}</DropdownMenuItem>
        })}
      </DropdownMenuContent>
    </DropdownMenu>
  )
}

// The accepted reply as a file for the mail program, or as a link that opens it there.
function Reply() {
  const { reply: labels } = props
  const [choice, setChoice] = useState(null)
  const [note, setNote] = useState("")
  useEffect(() => {
    let shown = true
    // A page that has just opened may still be changing its session: then it asks again.
    const ask = () => callAction({ name: "reply_choice", payload: {} })
      .then(({ response }) => shown && setChoice(response))
      .catch(() => shown && setTimeout(ask, 500))
    ask()
    return () => { shown = false }
  }, [])
  useEffect(fitScrolling, [choice])
  if (!choice) return null
  const ask = async (name) => (await callAction({ name, payload: { reply_all: choice.reply_all, quote: choice.quote } })).response
  const download = async () => {
    const file = await ask("reply_file")
    if (file) saveFile(file)
  }
  const open = async () => {
    const answer = await ask("reply_link")
    if (answer?.link) window.location.href = answer.link
    else if (answer) setNote(labels.no_link)
  }
  const box = (name) => (
    <label className="ea-choice">
      <input type="checkbox" checked={choice[name]} onChange={(event) => setChoice({ ...choice, [name]: event.target.checked })} />{labels[name]}
    </label>
  )
  return (
    <footer className="ea-foot ea-refine">
      <Button size="sm" variant="outline" onClick={download}><Download />{labels.download}</Button>
      <Button size="sm" variant="outline" onClick={open}><Mail />{labels.open}</Button>
      {choice.others && box("reply_all")}
      {box("quote")}
      <span role="status" className="ea-muted">{note}</span>
    </footer>
  )
}

function saveFile({ filename, content }) {
  const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0))
  const link = document.createElement("a")
  link.href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }))
  link.download = filename
  link.click()
  URL.revokeObjectURL(link.href)
}

export default function DraftCard() {
  const { version, to, subject, labels, words, body, note, cautions, live, final, refinements, versions } = props
  const [edited, edit] = useKept("edited")
  const [changes, showChanges] = useKept("changes")
  const { loading, connected } = useChatData()
  const disabled = loading || !connected
  const writing = words !== undefined
  const editing = live && edited !== null
  const name = final ? labels.final : labels.draft.replace("{version}", version)

  useEffect(fitScrolling, [])
  // A text of the person's own is kept until it is saved as the next draft: the page has the only copy.
  useEffect(() => {
    if (!live && !loading && !writing && edited !== null) edit(null)
  }, [live, loading])

  const toggleChanges = async () => {
    if (changes) return showChanges(null)
    const answer = await callAction({ name: "changes", payload: { version } })
    showChanges(answer.response)
  }

  return (
    <section data-version={version} aria-label={name} className={`ea-card ea-draft ${live ? "ea-live" : ""} ${final ? "ea-final" : ""}`}>
      <header className="ea-head">
        <dl>
          {to.length > 0 && <div><dt>{labels.to}</dt><dd dir="auto">{to.join(", ")}</dd></div>}
          {subject && <div><dt>{labels.subject}</dt><dd dir="auto">{subject}</dd></div>}
        </dl>
        <p className="ea-name" role="status">{writing ? labels.writing : name}{note && <span className="ea-muted"> · {note}</span>}</p>
      </header>

      {writing ? <Writing />
        : editing ? <Editor text={edited} change={edit} close={() => edit(null)} disabled={disabled} />
        : changes ? <Changes changes={changes} />
        : <Text>{body}</Text>}

      {cautions?.length > 0 && !editing && (
        <ul className="ea-list ea-warnings" aria-label={labels.cautions}>
          {cautions.map((caution, i) => <li key={i}><TriangleAlert aria-hidden />{caution}</li>)}
        </ul>
      )}

      {!writing && !editing && (
        <footer className="ea-foot">
          {live && !final && <Button size="sm" onClick={() => act({ accept: true })} disabled={disabled}><Check />{labels.accept}</Button>}
          {live && <Button size="sm" variant="outline" onClick={() => edit(body)} disabled={disabled}><Pencil />{labels.edit}</Button>}
          {version > 1 && !final && <Button size="sm" variant="ghost" onClick={toggleChanges} aria-pressed={!!changes}><Diff />{labels.changes}</Button>}
          <CopyButton variant={final ? "default" : "ghost"} />
        </footer>
      )}

      {final && !editing && <Reply />}

      {live && !final && !editing && (
        <footer className="ea-foot ea-refine">
          {Object.entries(refinements).map(([label, said]) => (
            <Button key={label} size="sm" variant="secondary" onClick={() => act({ text: said })} disabled={disabled}>{label}</Button>
          ))}
          {versions > 1 && <Versions disabled={disabled} />}
        </footer>
      )}
    </section>
  )
}
