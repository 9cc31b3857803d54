// The connection to the server, which is Chainlit's: what goes over it is heard here first.
import { composer, sends } from "./composer.js"
import { notice, refusal } from "./notices.js"

// The server's MAX_SOCKET_MESSAGE, less what a message is wrapped in.
const MAX_MESSAGE = 8 * 1024 * 1024 - 4096
const TOO_LARGE = 1009 // RFC 6455, 7.4.1
const REFUSED = 1008

let server = null // which process serves
let session = null // which this tab opened last
let connected = null // to which session of which server
const listeners = new Map()
const connections = []
const messages = []

export const serving = () => server
export const sessionId = () => session
// What was uploaded is known to one session of one server only; null while there is none.
export const connection = () => connected
// `run` gives what the server tells under this name; true keeps it from Chainlit.
export const whenTold = (event, run) => void listeners.set(event, [...(listeners.get(event) ?? []), run])
export const whenConnected = (run) => void connections.push(run)
// What runs with every message that is sent, and with its files.
export const whenMessage = (run) => void messages.push(run)

function heard(message) {
  const { data } = message
  if (typeof data !== "string") return
  if (data.startsWith("40")) refusal(null)
  const event = data.match(/^42\["(\w+)"/)?.[1]
  if (event !== "server" && !listeners.has(event)) return
  const [, told] = JSON.parse(data.slice(2))
  const answers = (listeners.get(event) ?? []).map((run) => run(told))
  if (answers.includes(true)) message.stopImmediatePropagation()
  if (event === "server") {
    server = told
    connected = `${session} at ${server}`
    for (const run of connections) run()
  }
}

function closed({ code, reason }) {
  connected = null
  if (code === TOO_LARGE) notice("unsaved.tooLarge")
  if (code === REFUSED && reason) refusal(reason)
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
        for (const run of messages) run(said.message, said.fileReferences)
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
  if (!sends(event) || !field || field.value.length < MAX_MESSAGE / 6) return
  if (new Blob([JSON.stringify(field.value)]).size <= MAX_MESSAGE) return
  event.preventDefault()
  event.stopImmediatePropagation()
  notice("unsaved.tooLarge")
}
window.addEventListener("click", check, true)
window.addEventListener("keydown", check, true)
