// The text of a draft: as it is written, to read, beside another one, or to edit.
import { messagesState } from "@chainlit/react-client"
import { Undo2 } from "lucide-react"
import { useRecoilValue } from "recoil"
import { Button } from "@/components/ui/button"
import { Textarea } from "@/components/ui/textarea"
import { act, isSaveKey, Text, useKept, useWaited } from "./card.jsx"

function find(steps, id) {
  for (const step of steps) {
    const found = step.id === id ? step : find(step.steps ?? [], id)
    if (found) return found
  }
}

// `props.words` is the id of the step that the words stream into. A screen reader reads the finished draft, not each word.
export function Writing() {
  const words = find(useRecoilValue(messagesState), props.words)?.output
  if (words)
    return (
      <Text aria-busy="true">
        <span className="ea-caret">{words}</span>
      </Text>
    )
  return (
    <div className="ea-body ea-skeleton" aria-hidden="true">
      <span />
      <span />
      <span />
      <Waited />
    </div>
  )
}

function Waited() {
  const { labels, seconds } = props
  const waited = useWaited(seconds)
  return <p className="ea-muted">{waited > 1 && labels.waited.replace("{seconds}", waited)}</p>
}

export function Changes({ changes }) {
  const { added, removed, unchanged } = props.labels
  const tags = { added: "ins", removed: "del", same: "span" }
  const spoken = { added, removed }
  if (changes.every(([kind]) => kind === "same"))
    return (
      <Text>
        <span className="ea-muted">{unchanged}</span>
      </Text>
    )
  return (
    <Text>
      {changes.map(([kind, text], i) => {
        const Tag = tags[kind]
        return (
          <Tag key={i} data-spoken={spoken[kind]}>
            {text}
          </Tag>
        )
      })}
    </Text>
  )
}

// The server counts characters, JavaScript counts halves of some.
export const between = (text, start, end) => [...text].slice(start, end).join("")

function Gap({ gap, index, disabled }) {
  const { labels } = props
  const [text, setText] = useKept(`gap:${index}`)
  const what = gap.text || labels.fill_in
  const fill = (event) => {
    event.preventDefault()
    if (!disabled && text?.trim()) act({ fill: { gap: index, text } })
  }
  return (
    <form className="ea-gap" onSubmit={fill}>
      <input
        dir="auto"
        value={text ?? ""}
        placeholder={what}
        size={Math.max(what.length, (text ?? "").length, 4)}
        aria-label={labels.fill.replace("{text}", () => what)}
        enterKeyHint="done"
        onChange={(event) => setText(event.target.value || null)}
      />
    </form>
  )
}

// The draft's text; what it leaves open is a field in its place.
export function Body({ disabled }) {
  const { body, gaps = [], live } = props
  if (!live || !gaps.length) return <Text>{body}</Text>
  const parts = []
  let from = 0
  gaps.forEach((gap, index) => {
    parts.push(between(body, from, gap.start), <Gap key={index} gap={gap} index={index} disabled={disabled} />)
    from = gap.end
  })
  return (
    <Text>
      {parts}
      {between(body, from)}
    </Text>
  )
}

// Two drafts next to each other, one below the other where there is no room.
export function Beside({ other, close, disabled }) {
  const { body, version, labels, live } = props
  const column = (number, text) => (
    <div>
      <p className="ea-muted">{labels.draft.replace("{version}", number)}</p>
      <div className="ea-text" dir="auto">
        {text}
      </div>
    </div>
  )
  return (
    <>
      <div className="ea-body ea-beside">
        {column(other.version, other.body)}
        {column(version, body)}
      </div>
      <footer className="ea-foot">
        {live && (
          <Button size="sm" variant="outline" disabled={disabled} onClick={() => act({ restore: other.version })}>
            <Undo2 />
            {labels.restore.replace("{version}", other.version)}
          </Button>
        )}
        <Button size="sm" variant="ghost" onClick={close}>
          {labels.close}
        </Button>
      </footer>
    </>
  )
}

export function Editor({ text, change, close, disabled }) {
  const { labels, body } = props
  const save = () => act({ edit: text })
  const onKeyDown = (event) => {
    if (isSaveKey(event) && !disabled && text.trim()) save()
    // What was typed is not thrown away by a stray key.
    if (event.key === "Escape")
      text === body ? close() : event.currentTarget.closest("section").querySelector(".ea-cancel").focus()
  }
  return (
    <>
      <div className="ea-field">
        <Textarea
          autoFocus
          dir="auto"
          className="ea-edit"
          aria-label={labels.edit}
          value={text}
          rows={text.split("\n").length + 2}
          onChange={(event) => change(event.target.value)}
          onKeyDown={onKeyDown}
        />
      </div>
      <footer className="ea-foot">
        <Button size="sm" onClick={save} disabled={disabled || !text.trim()}>
          {labels.save}
        </Button>
        <Button size="sm" variant="ghost" className="ea-cancel" onClick={close}>
          {labels.cancel}
        </Button>
        <span className="ea-muted ea-keys">{labels.keys}</span>
      </footer>
    </>
  )
}
