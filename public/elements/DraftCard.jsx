// One version of the reply: the draft that is being written, one to judge, an earlier one, or the accepted reply.

import { messagesState, useChatData } from "@chainlit/react-client"
import {
  Check,
  Columns2,
  Copy,
  Diff,
  Download,
  History,
  Mail,
  Pencil,
  PenLine,
  RefreshCw,
  TriangleAlert,
  Undo2,
  X,
} from "lucide-react"
import { useEffect, useLayoutEffect, useRef, useState } from "react"
import { useRecoilValue } from "recoil"
import { Button } from "@/components/ui/button"
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from "@/components/ui/dropdown-menu"
import { Input } from "@/components/ui/input"
import { Textarea } from "@/components/ui/textarea"

// Chainlit builds a card anew whenever a turn begins or ends, and its state would be lost: it is kept in the tab.
function useKept(name, of = props.id) {
  const key = `email-assistant:${of}:${name}`
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

const time = (at) => at && new Date(at).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" })

const act = (command) => callAction({ name: "say", payload: { ...command, seen: props.seen } })

// Mail and drafts are untrusted. React shows them as text, and nothing here renders markup.
const Text = ({ children, ...rest }) => (
  <div className="ea-text ea-body" dir="auto" {...rest}>
    {children}
  </div>
)

function find(steps, id) {
  for (const step of steps) {
    const found = step.id === id ? step : find(step.steps ?? [], id)
    if (found) return found
  }
}

// `props.words` is the id of the step that the words stream into. A screen reader reads the finished draft, not each word.
function Writing() {
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
  const [began] = useState(() => Date.now() - seconds * 1000)
  const [waited, setWaited] = useState(seconds)
  useEffect(() => {
    const timer = setInterval(() => setWaited(Math.round((Date.now() - began) / 1000)), 1000)
    return () => clearInterval(timer)
  }, [])
  return <p className="ea-muted">{waited > 1 && labels.waited.replace("{seconds}", waited)}</p>
}

function Changes({ changes }) {
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
const between = (text, start, end) => [...text].slice(start, end).join("")

const openGaps = ({ gaps, labels }) =>
  !gaps?.length ? "" : gaps.length === 1 ? labels.one_gap : labels.gaps.replace("{count}", gaps.length)

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
function Body({ disabled }) {
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

function Asks() {
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
function Findings({ disabled }) {
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

function Wishes({ disabled }) {
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

// Two drafts next to each other, one below the other where there is no room.
function Beside({ other, close, disabled }) {
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

// One tap accepts; where gaps are open, the second one.
function Accept({ disabled }) {
  const { labels } = props
  const [asked, ask] = useKept("asked")
  const gaps = openGaps(props)
  return (
    <Button
      size="sm"
      disabled={disabled}
      data-key="a"
      onClick={() => (gaps && !asked ? ask(true) : act({ accept: true }))}
    >
      <Check />
      <span aria-live="polite">{gaps && asked ? labels.anyway.replace("{gaps}", gaps) : labels.accept}</span>
    </Button>
  )
}

function Editor({ text, change, close, disabled }) {
  const { labels, body } = props
  const save = () => act({ edit: text })
  const onKeyDown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !disabled && text.trim()) save()
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

function CopyButtons({ variant }) {
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

// What the person wrote by hand becomes an example of how they write, and can be taken back at once.
function Learn({ disabled }) {
  const { labels, version } = props
  const [learned, setLearned] = useKept("learned", props.by_hand)
  const ask = async (name) => {
    const { response } = await callAction({ name, payload: { version } })
    if (response) setLearned(name === "learn" ? true : null)
  }
  return (
    <div className="ea-learn" role="status">
      {learned ? (
        <>
          <Check aria-hidden />
          <span>{labels.learned}</span>
          <Button size="sm" variant="ghost" disabled={disabled} onClick={() => ask("unlearn")}>
            <Undo2 />
            {labels.unlearn}
          </Button>
        </>
      ) : (
        <Button size="sm" variant="ghost" disabled={disabled} onClick={() => ask("learn")}>
          <PenLine />
          {labels.learn}
        </Button>
      )}
    </div>
  )
}

// The drafts before this one, by what was asked and when; one that is chosen stands beside this one.
function Versions({ choose }) {
  const { labels, versions } = props
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button size="sm" variant="ghost">
          <History />
          {labels.earlier}
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end" className="ea-menu">
        {versions.toReversed().map(({ version, asked, at }) => (
          <DropdownMenuItem key={version} onSelect={() => choose(version)}>
            <span>{labels.draft.replace("{version}", version)}</span>
            {asked && (
              <span className="ea-line-asked" dir="auto">
                {asked}
              </span>
            )}
            <time className="ea-muted" dateTime={at}>
              {time(at)}
            </time>
          </DropdownMenuItem>
        ))}
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
  const ask = async (name) => (await callAction({ name, payload: { quote: choice.quote } })).response
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
        : [openGaps(props), choice.quote && choice.quotes && !answer.quoted && labels.not_quoted]
            .filter(Boolean)
            .join(". "),
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
          <input
            type="checkbox"
            checked={choice.quote}
            onChange={(event) => setChoice({ ...choice, quote: event.target.checked })}
          />
          {labels.quote}
        </label>
      )}
      <span role="status" className="ea-muted">
        {note}
      </span>
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

// One field of the header; `typed` is null where nothing was typed since it was set.
function HeaderField({ name, label, hint, typed, refused, change }) {
  const { header, labels, live } = props
  const { text, count } = name === "subject" ? { text: header.subject, count: 0 } : header[name]
  const [whole, showWhole] = useState(null)
  const shown = whole ?? text
  const id = `${props.id}-${name}`
  const showAll = async () =>
    showWhole((await callAction({ name: "recipients", payload: { field: name } })).response ?? null)
  return (
    <div>
      <dt>{live ? <label htmlFor={id}>{label}</label> : label}</dt>
      <dd dir="auto">
        {!shown && count > 0 && typed === null ? (
          <>
            {labels.people.replace("{count}", count.toLocaleString())}{" "}
            <button type="button" className="ea-link" onClick={showAll} aria-label={`${labels.show_people}: ${label}`}>
              {labels.show_people}
            </button>
          </>
        ) : !live ? (
          shown
        ) : (
          <textarea
            id={id}
            name={name}
            rows={1}
            dir="auto"
            className="ea-header-field"
            value={typed ?? shown}
            placeholder={hint}
            aria-invalid={refused}
            aria-description={labels.set_keys}
            spellCheck={name === "subject"}
            enterKeyHint="done"
            onChange={({ target }) => change(target.value.replace(/\s*\n\s*/g, " "))}
            onKeyUp={({ key, currentTarget: { value }, currentTarget }) =>
              key === "Tab" && currentTarget.setSelectionRange(value.length, value.length)
            }
          />
        )}
      </dd>
    </div>
  )
}

// Whom the reply goes to, and its subject. What is typed is kept until it is set, by Enter or once the fields are left, or taken
// back by Escape. The server answers with a card built anew: the fields are set together, so that none loses what is being typed.
function Header({ disabled }) {
  const { header, labels, live, seen } = props
  const [copies, showCopies] = useKept("copies")
  const [kept, keep] = useKept("header")
  const [focused, setFocused] = useKept("focused")
  const root = useRef(null)
  // What was sent is done with once the conversation went on; where it did not, the server refused it.
  const sent = kept?.sent === seen
  const typed = kept && (kept.sent === undefined || sent) ? kept.fields : {}
  const set = (more = {}) => {
    const fields = { ...typed, ...more }
    if (disabled || !Object.keys(fields).length) return
    keep({ fields, sent: seen })
    act({ header: fields })
  }
  const leave = (event) => {
    if (!event.currentTarget.isConnected || event.currentTarget.contains(event.relatedTarget)) return
    setFocused(null)
    set()
  }
  const onKeyDown = (event) => {
    const { name } = event.target
    if (!name || event.nativeEvent.isComposing) return
    if (event.key === "Enter") {
      event.preventDefault()
      setFocused(name)
      set()
    }
    if (event.key === "Escape" && name in typed) {
      event.stopPropagation()
      const { [name]: _, ...others } = typed
      keep(Object.keys(others).length ? { fields: others } : null)
    }
  }
  useEffect(() => {
    if (kept && !Object.keys(typed).length) keep(null)
  }, [])
  // Before anybody else looks where the focus went.
  useLayoutEffect(() => {
    const field = focused && root.current?.querySelector(`[name="${focused}"]`)
    if (!field) return
    field.focus({ preventScroll: true })
    field.setSelectionRange(field.value.length, field.value.length)
  }, [])
  if (!header) return null

  const field = (name, hint) => (
    <HeaderField
      key={name}
      name={name}
      label={labels[name]}
      hint={hint}
      typed={typed[name] ?? null}
      refused={sent && !disabled && name in typed}
      change={(text) => keep({ fields: { ...typed, [name]: text } })}
    />
  )
  const filled = (name) => header[name].count > 0
  const both = filled("cc") && filled("bcc")
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its fields are what is interactive; it hears their events
    <div
      ref={root}
      className="ea-header"
      onKeyDown={onKeyDown}
      onFocus={({ target }) => target.name !== focused && focused && setFocused(null)}
      onBlur={leave}
    >
      <dl className={live ? "ea-editable" : ""}>
        {(live || filled("to")) && field("to", labels.nobody)}
        {(filled("cc") || (live && copies)) && field("cc", labels.nobody)}
        {(filled("bcc") || (live && copies)) && field("bcc", labels.nobody)}
        {(live || header.subject) && field("subject", labels.no_subject)}
      </dl>
      {live && (header.others || (!copies && !both)) && (
        <div className="ea-header-more">
          {header.others && (
            <label className="ea-choice">
              <input
                type="checkbox"
                role="switch"
                aria-checked={typed.reply_all ?? header.reply_all}
                checked={typed.reply_all ?? header.reply_all}
                disabled={disabled}
                onChange={(event) => set({ reply_all: event.target.checked })}
              />
              {labels.reply_all}
            </label>
          )}
          {!copies && !both && (
            <button type="button" className="ea-link" onClick={() => showCopies(true)}>
              {labels.add_cc}
            </button>
          )}
        </div>
      )}
    </div>
  )
}

export default function DraftCard() {
  const {
    version,
    signature,
    labels,
    words,
    body,
    note,
    cautions,
    live,
    final,
    refinements,
    versions,
    undo,
    by_rules,
    by_hand,
    another_of,
  } = props
  const [edited, edit] = useKept("edited")
  const [changes, showChanges] = useKept("changes")
  const [other, showOther] = useKept("beside")
  const { loading, connected } = useChatData()
  const disabled = loading || !connected
  const writing = words !== undefined
  const editing = live && edited !== null
  const name = final ? labels.final : labels.draft.replace("{version}", version)

  useEffect(() => {
    fitScrolling()
    if (writing || live) window.eaShow?.(props.id)
  }, [])
  // A text of the person's own is kept until it is saved as the next draft: the page has the only copy.
  useEffect(() => {
    if (live || loading || writing) return
    if (edited !== null) edit(null)
    for (const key of Object.keys(sessionStorage))
      if (key.startsWith(`email-assistant:${props.id}:gap:`)) sessionStorage.removeItem(key)
  }, [live, loading])

  const card = useRef(null)
  const cancel = () => {
    edit(null)
    requestAnimationFrame(() => card.current?.querySelector("[data-key=e]")?.focus())
  }
  const toggleChanges = async () => {
    showOther(null)
    if (changes) return showChanges(null)
    const answer = await callAction({ name: "changes", payload: { version } })
    showChanges(answer.response)
  }
  const before = another_of ?? version - 1
  const compare = async (version) => {
    showChanges(null)
    const answer = await callAction({ name: "draft", payload: { version } })
    if (answer.response !== null) showOther({ version, body: answer.response })
  }

  return (
    <section
      ref={card}
      data-version={version}
      data-card={props.id}
      data-announce={
        writing ? labels.writing : live ? (final ? name : labels.ready.replace("{version}", version)) : undefined
      }
      aria-label={name}
      className={`ea-card ea-draft ${live ? "ea-live" : ""} ${final ? "ea-final" : ""}`}
    >
      <header className="ea-head">
        <Header disabled={disabled} />
        <h2 className="ea-name">
          {writing ? labels.writing : name}
          {note && <span className="ea-muted"> · {note}</span>}
        </h2>
      </header>

      {writing ? (
        <Writing />
      ) : editing ? (
        <Editor text={edited} change={edit} close={cancel} disabled={disabled} />
      ) : changes ? (
        <Changes changes={changes} />
      ) : other ? (
        <Beside other={other} disabled={disabled} close={() => showOther(null)} />
      ) : (
        <Body disabled={disabled} />
      )}

      {signature && !writing && (
        <div
          className="ea-text ea-signature"
          dir="auto"
          role="note"
          aria-label={labels.signature}
        >{`-- \n${signature}`}</div>
      )}

      {by_rules && !editing && <p className="ea-list ea-muted">{labels.by_rules}</p>}
      {!writing && !editing && <Asks />}
      {!writing && !editing && <Findings disabled={disabled} />}

      {cautions?.length > 0 && !editing && (
        <ul className="ea-list ea-warnings" aria-label={labels.cautions}>
          {cautions.map((caution, i) => (
            <li key={i}>
              <TriangleAlert aria-hidden />
              {caution}
            </li>
          ))}
        </ul>
      )}

      {!writing && !editing && (
        <footer className="ea-foot">
          {live && !final && <Accept disabled={disabled} />}
          {live && (
            <Button size="sm" variant="outline" onClick={() => edit(body)} disabled={disabled} data-key="e">
              <Pencil />
              {labels.edit}
            </Button>
          )}
          {version > 1 && (
            <Button size="sm" variant="ghost" onClick={toggleChanges} aria-pressed={!!changes} data-key="d">
              <Diff />
              {labels.changes}
            </Button>
          )}
          {version > 1 && !final && (
            <Button
              size="sm"
              variant="ghost"
              onClick={() => (other ? showOther(null) : compare(before))}
              aria-pressed={!!other}
            >
              <Columns2 />
              {labels.beside.replace("{version}", before)}
            </Button>
          )}
          {final && versions?.length > 0 && <Versions choose={compare} />}
          {live && final && (
            <Button size="sm" variant="ghost" onClick={() => act({ undo: true })} disabled={disabled} data-key="u">
              <Undo2 />
              {labels.undo}
            </Button>
          )}
          <CopyButtons variant={final ? "default" : "ghost"} />
        </footer>
      )}

      {by_hand && !editing && <Learn disabled={disabled} />}

      {final && !editing && <Reply />}

      {live && !editing && <Wishes disabled={disabled} />}

      {live && !final && !editing && (
        <footer className="ea-foot ea-refine">
          {Object.entries(refinements).map(([label, said]) => (
            <Button key={label} size="sm" variant="secondary" onClick={() => act({ text: said })} disabled={disabled}>
              {label}
            </Button>
          ))}
          <Button size="sm" variant="ghost" onClick={() => act({ another: true })} disabled={disabled} data-key="n">
            <RefreshCw />
            {labels.another}
          </Button>
          {undo && (
            <Button size="sm" variant="ghost" onClick={() => act({ undo: true })} disabled={disabled} data-key="u">
              <Undo2 />
              {labels.undo}
            </Button>
          )}
          {versions.length > 0 && <Versions choose={compare} />}
        </footer>
      )}
    </section>
  )
}
