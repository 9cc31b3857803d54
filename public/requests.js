// Chainlit asks for the same several times: one answer serves all who ask within a moment, and the source of a card all cards.
// Its own list of conversations is never seen: it is told that there are none.
import { serving } from "./socket.js"

const SESSION = "/set-session-cookie"
const NONE = { pageInfo: { hasNextPage: false, startCursor: null, endCursor: null }, data: [] }
const CARDS = "/public/elements/"
const MOMENT = 1000
const AT_ONCE = 500
const ask = window.fetch.bind(window)
const asked = new Map()
let session = null // which was begun last

window.fetch = (resource, options) => {
  const path = typeof resource === "string" ? new URL(resource, location.href).pathname : ""
  if (path === "/project/threads") return Promise.resolve(Response.json(NONE))
  if (path === SESSION) return begin(resource, options)
  // Another server may have other cards.
  if (path.startsWith(CARDS)) return shared(`${path} ${serving()}`, resource, options, { kept: true })
  return ask(resource, options)
}

function shared(key, resource, options, { kept = false } = {}) {
  if (!asked.has(key)) {
    // Whoever asked first may leave, and the others still wait.
    const answering = ask(resource, { ...options, signal: undefined })
    const forget = () => asked.delete(key)
    asked.set(key, answering)
    answering
      .then(({ ok }) => kept && ok) // a card that did not come is asked for again
      .then((stays) => stays || setTimeout(forget, kept ? 0 : MOMENT), forget)
  }
  return asked.get(key).then((answer) => answer.clone())
}

// A page that is opened at a conversation begins a session without it, and at once another one. The first one waits for its
// cookie, and so opens no socket.
async function begin(resource, options) {
  const body = options?.body
  const mayBeVain = session === null && location.pathname.startsWith("/thread/")
  session = body
  if (mayBeVain) await new Promise((resolve) => setTimeout(resolve, AT_ONCE))
  return session === body ? shared(`${SESSION} ${body}`, resource, options) : new Promise(() => {})
}
