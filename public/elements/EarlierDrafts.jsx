// The drafts before the newest one, a line each: what was asked and when, and on demand its text beside another's.

import { Undo2 } from "lucide-react"
import { useEffect, useState } from "react"
import { Button } from "@/components/ui/button"
import { act, Text, time, useDisabled } from "./parts/card.jsx"

function Opened({ version, disabled }) {
  const { labels, versions, seen } = props
  const [bodies, setBodies] = useState({})
  const [beside, setBeside] = useState(0)
  const name = (number) => labels.draft.replace("{version}", number)
  const fetchBody = async (number) => {
    if (!number || bodies[number] !== undefined) return
    const { response } = await callAction({ name: "draft", payload: { version: number } })
    if (response !== null) setBodies((known) => ({ ...known, [number]: response }))
  }
  useEffect(() => void fetchBody(version), [])
  useEffect(() => void fetchBody(beside), [beside])
  const others = Array.from({ length: versions }, (_, i) => i + 1).filter((number) => number !== version)
  return (
    <div className="ea-opened">
      {beside > 0 ? (
        <div className="ea-beside">
          {[version, beside]
            .sort((a, b) => a - b)
            .map((number) => (
              <div key={number}>
                <p className="ea-muted">{name(number)}</p>
                <Text className="ea-text">{bodies[number]}</Text>
              </div>
            ))}
        </div>
      ) : (
        <Text className="ea-text">{bodies[version]}</Text>
      )}
      <footer className="ea-foot">
        <label className="ea-choice">
          {labels.beside}{" "}
          <select value={beside} onChange={(event) => setBeside(Number(event.target.value))}>
            <option value={0}>{labels.nothing}</option>
            {others.map((number) => (
              <option key={number} value={number}>
                {name(number)}
              </option>
            ))}
          </select>
        </label>
        {seen !== null && version < versions && (
          <Button size="sm" variant="ghost" disabled={disabled} onClick={() => act({ restore: version })}>
            <Undo2 />
            {labels.restore.replace("{version}", version)}
          </Button>
        )}
      </footer>
    </div>
  )
}

export default function EarlierDrafts() {
  const { lines, labels } = props
  const [open, setOpen] = useState(null)
  const disabled = useDisabled()
  return (
    <ol className="ea-earlier" aria-label={labels.name}>
      {lines.map(({ version, asked, at }) => (
        <li key={version} data-version={version}>
          <button
            type="button"
            className="ea-line"
            aria-expanded={open === version}
            onClick={() => setOpen(open === version ? null : version)}
          >
            <span>{labels.draft.replace("{version}", version)}</span>
            {asked && (
              <span className="ea-line-asked" dir="auto">
                {asked}
              </span>
            )}
            <time dateTime={at}>{time(at)}</time>
          </button>
          {open === version && <Opened version={version} disabled={disabled} />}
        </li>
      ))}
    </ol>
  )
}
