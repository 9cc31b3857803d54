// A message that is sent before the page is ready waits: for the connection, or for an email or a file that is uploaded.
import { composer, sends } from "./composer.js"
import { uploaded } from "./pasted.js"
import { connection, whenConnected } from "./socket.js"

let waiting = null // the composer with that message

const button = () => document.querySelector("#chat-submit")
const ready = () => connection() !== null && button() && !button().disabled && uploaded()

function send() {
  if (composer() && composer() !== waiting) stop()
  if (!waiting || !ready()) return
  stop()
  button().click()
}

const observer = new MutationObserver(send)
whenConnected(send)

function stop() {
  waiting = null
  observer.disconnect()
}

// Whoever goes on typing, or presses something else, has not finished.
function reconsider({ target, isTrusted, type }) {
  if (type === "click" ? isTrusted : target === composer()) stop()
}

function hold(event) {
  if (!sends(event)) return reconsider(event)
  if (!button() || ready() || !(composer().value.trim() || document.querySelector("#attachments > *"))) return
  event.preventDefault()
  event.stopImmediatePropagation()
  waiting = composer()
  observer.observe(document.body, {
    attributes: true,
    attributeFilter: ["aria-busy", "disabled"],
    childList: true,
    subtree: true,
  })
}

window.addEventListener("click", hold, true)
window.addEventListener("keydown", hold, true)
window.addEventListener("input", reconsider, true)
window.addEventListener("paste", reconsider, true)
