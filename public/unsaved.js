// A message stays in this tab until the server has saved it, and comes back into the composer where the server ended
// before that. What the server says when it closes a connection is shown: Chainlit shows only that it is closed.
import { composer, element, putBack, showing } from "./composer.js"
import { word, words } from "./words.js"

const KEY = "email-assistant:unsaved"
// The server's MAX_SOCKET_MESSAGE, less what a message is wrapped in.
const MAX_MESSAGE = 8 * 1024 * 1024 - 4096
const TOO_LARGE = 1009 // RFC 6455, 7.4.1
const REFUSED = 1008

const HEARD = new Set(["saved", "unused", "server", "resume_thread", "first_interaction"])

let kept = read()
let server = null // which process serves
let thread = null // what the server sent last
let session = null // which this tab opened last
let connected = null // to which session of which server
const connections = []
const carried = []
const messages = []

// What was uploaded is known to one session of one server only; null while there is none.
export const connection = () => connected
// `run` gives what the server tells under this name; true keeps it from Chainlit.
export const whenTold = (name, run) => listeners.set(name, run)
const listeners = new Map()
export const whenConnected = (run) => void connections.push(run)
// What runs with every message that is sent.
export const whenMessage = (run) => void messages.push(run)
// `run` gives the pasted emails that are attached to the message which is sent now.
export const whenSent = (run) => void carried.push(run)

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? []
  } catch {
    return []
  }
}

function keep(next) {
  kept = next
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept))
  } catch {} // larger than a tab may keep: it is in memory as long as the page is open
}

const bare = (text) => text.replace(/\s+/g, " ").trim()
const isHere = (each) => each.path === location.pathname || (thread && each.thread === thread.id)
const inThread = ({ text, emails }) =>
  (thread?.steps ?? []).some(({ input, output }) =>
    [text, ...emails.map(({ name }) => `[${name}]`)].every((part) => bare(`${input} ${output}`).includes(bare(part))),
  )
// A pasted email was attached; it comes back as the text that it was.
const whole = ({ text, emails }) =>
  [text, ...emails.map((email) => email.text)].filter((part) => part.trim()).join("\n\n")

function sending({ id, output }, files) {
  const emails = files?.length ? carried.flatMap((run) => run()) : []
  const others = (files?.length ?? 0) > emails.length
  const message = { id, text: output, emails, files: others, path: location.pathname, thread: thread?.id, server }
  keep([...kept.filter((each) => !each.back), message])
}

function saved(id) {
  const message = kept.find((each) => each.id === id)
  keep(kept.filter((each) => each.id !== id && !(message && whole(each) === whole(message))))
}

// The server told why it did not use the message. Its words are on the page; what was attached to it is not.
function unused({ id, lost }) {
  const message = kept.find((each) => each.id === id)
  if (!message || !(lost || message.emails.length)) return
  keep(kept.filter((each) => each !== message))
  showing(() => {
    putBack(whole(message), { above: true })
    notice(message.files ? "unsaved.unusedFiles" : "unsaved.unused")
  })
}

// The server that a message was sent to has ended: the message is in the conversation, or in nothing but this tab.
function comeBack() {
  const lost = kept.filter((each) => each.server !== server && !each.back && isHere(each))
  if (!lost.length) return
  const back = lost.filter((each) => whole(each) && !inThread(each))
  keep(kept.filter((each) => !lost.includes(each)).concat(back.map((each) => ({ ...each, back: true }))))
  if (!back.length) return
  const text = back.map(whole).join("\n\n")
  putBack(text, { above: true })
  notice(back.some((each) => each.files) ? "unsaved.files" : "unsaved.message", text)
}

function heard(message) {
  const { data } = message
  if (typeof data !== "string") return
  if (data.startsWith("40")) refusal(null)
  const event = data.match(/^42\["(\w+)"/)?.[1]
  if (!event || !(HEARD.has(event) || listeners.has(event))) return
  const [, told] = JSON.parse(data.slice(2))
  if (listeners.get(event)?.(told)) message.stopImmediatePropagation()
  if (event === "saved") saved(told)
  if (event === "unused") unused(told)
  if (event === "resume_thread") thread = told
  if (event === "first_interaction" && told.thread_id !== thread?.id) {
    thread = { id: told.thread_id, steps: [] }
    keep(kept.map((each) => (each.path === location.pathname && !each.thread ? { ...each, thread: thread.id } : each)))
  }
  if (event === "server") {
    server = told
    connected = `${session} at ${server}`
    showing(comeBack)
    for (const run of connections) run()
  }
}

function closed({ code, reason }) {
  connected = null
  if (code === TOO_LARGE) notice("unsaved.tooLarge")
  if (code === REFUSED && reason) refusal(reason)
}

// Chainlit would say that the server cannot be reached, which it was.
function refusal(sentence) {
  document.body.toggleAttribute("data-refused", !!sentence)
  if (sentence) show("refusal", sentence)
  else document.querySelector(".ea-notice[data-kind=refusal]")?.remove()
}

export const inform = async (path) => show("info", word(await words, path))
export const notice = async (path, quoted) => show("notice", word(await words, path), quoted)

function show(kind, sentence, quoted) {
  document.querySelector(".ea-notice")?.remove()
  const box = element("div", { className: "ea-notice" })
  box.setAttribute("role", kind === "info" ? "status" : "alert")
  box.dataset.kind = kind
  const text = element("div", { textContent: sentence })
  if (quoted) text.append(element("p", { className: "ea-text ea-muted", textContent: quoted.slice(0, 300) }))
  const close = element("button", { type: "button", textContent: "×", onclick: () => box.remove() })
  words.then((translation) => close.setAttribute("aria-label", word(translation, "unsaved.close") ?? ""))
  box.append(text, close)
  document.body.append(box)
}

// The scripts of a page run in their order, so that Chainlit's finds this one.
window.WebSocket = new Proxy(window.WebSocket, {
  construct(target, given) {
    const socket = new target(...given)
    socket.addEventListener("message", heard)
    socket.addEventListener("close", closed)
    const send = socket.send.bind(socket)
    socket.send = (data) => {
      if (typeof data === "string" && data.startsWith("40{")) {
        session = JSON.parse(data.slice(2)).sessionId
        connected = null
      }
      if (typeof data === "string" && data.startsWith('42["client_message"')) {
        const [event, said] = JSON.parse(data.slice(2))
        sending(said.message, said.fileReferences)
        for (const run of messages) run()
        // What is said of a draft is said of the text in its open editor.
        const edited = document.querySelector(".ea-live .ea-edit")?.value
        if (edited?.trim()) data = `42${JSON.stringify([event, { ...said, message: { ...said.message, edited } }])}`
      }
      send(data)
    }
    return socket
  },
})

// What is too large is told before it leaves the composer.
function check(event) {
  const field = composer()
  const sends =
    event.type === "click"
      ? event.target.closest?.("#chat-submit")
      : event.key === "Enter" && !event.shiftKey && event.target === field
  if (!sends || !field || field.value.length < MAX_MESSAGE / 6) return
  if (new Blob([JSON.stringify(field.value)]).size <= MAX_MESSAGE) return
  event.preventDefault()
  event.stopImmediatePropagation()
  notice("unsaved.tooLarge")
}
window.addEventListener("click", check, true)
window.addEventListener("keydown", check, true)
