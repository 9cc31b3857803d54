// Whom the reply goes to, and its subject.
import { useEffect, useLayoutEffect, useRef, useState } from "react"
import { act, useKept } from "./card.jsx"

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
            {labels.people.replace("{count}", count.toLocaleString(document.documentElement.lang))}{" "}
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
export function Header({ disabled }) {
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
