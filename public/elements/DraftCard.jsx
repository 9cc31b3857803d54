// One version of the reply: the draft that is being written, one to judge, an earlier one, or the accepted reply.
import { useChatData } from "@chainlit/react-client"
import { Check, Columns2, Diff, Pencil, PenLine, TriangleAlert, Undo2 } from "lucide-react"
import { useEffect, useRef } from "react"
import { Button } from "@/components/ui/button"
import { act, fitScrolling, useKept } from "./parts/card.jsx"
import { CopyButtons, openGaps, Reply } from "./parts/DraftExport.jsx"
import { Header } from "./parts/DraftHeader.jsx"
import { Asks, Findings, Wishes } from "./parts/DraftNotes.jsx"
import { Refine, Versions } from "./parts/DraftRefine.jsx"
import { Beside, Body, Changes, Editor, Writing } from "./parts/DraftText.jsx"

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
    versions,
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
          {final && <CopyButtons variant="default" />}
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
          {!final && <CopyButtons variant="ghost" />}
        </footer>
      )}

      {props.made && !writing && !editing && (
        <p className="ea-muted ea-made" dir="auto">
          {props.made}
        </p>
      )}

      {by_hand && !editing && <Learn disabled={disabled} />}

      {final && !editing && <Reply />}

      {live && !editing && <Wishes disabled={disabled} />}

      {live && !final && !editing && <Refine disabled={disabled} choose={compare} />}
    </section>
  )
}
