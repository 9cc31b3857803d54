// What several cards are made of.
import { useChatData } from "@chainlit/react-client"
import { useEffect, useState } from "react"

// Chainlit builds a card anew whenever a turn begins or ends, and its state would be lost: it is kept in the tab.
export function useKept(name, of = props.id) {
  const key = `email-assistant:${of}:${name}`
  const [value, setValue] = useState(() => JSON.parse(sessionStorage.getItem(key)))
  const keep = (next) => {
    setValue(next)
    if (next === null) sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, JSON.stringify(next))
  }
  return [value, keep]
}

// Nothing can be pressed while a turn runs or the server cannot be heard.
export function useDisabled() {
  const { loading, connected } = useChatData()
  return loading || !connected
}

// The seconds that somebody has waited, `seconds` of them before the card was built.
export function useWaited(seconds) {
  const [began] = useState(() => Date.now() - seconds * 1000)
  const [waited, setWaited] = useState(seconds)
  useEffect(() => {
    const timer = setInterval(() => setWaited(Math.round((Date.now() - began) / 1000)), 1000)
    return () => clearInterval(timer)
  }, [])
  return waited
}

// Chainlit measures how far it can scroll before a card has its height, and again when the window changes.
export const fitScrolling = () => void window.dispatchEvent(new Event("resize"))

export const time = (at) =>
  at && new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" })

// A command to the conversation as the card shows it: `seen` is its version.
export const act = (command) => callAction({ name: "say", payload: { ...command, seen: props.seen } })

// What saves a text of several lines.
export const isSaveKey = (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey)

// Mail and drafts are untrusted. React shows them as text, and nothing here renders markup.
export const Text = ({ children, ...rest }) => (
  <div className="ea-text ea-body" dir="auto" {...rest}>
    {children}
  </div>
)

export function saveFile({ filename, content }) {
  const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0))
  const link = document.createElement("a")
  link.href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }))
  link.download = filename
  link.click()
  URL.revokeObjectURL(link.href)
}
