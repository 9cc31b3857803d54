// What stands in the composer and was not sent is kept in the tab, for each conversation, and comes back after a reload.
import { composer, fill } from "./composer.js"
import { whenMessage } from "./socket.js"

const key = (path) => `email-assistant:unsent:${path}`
let path = location.pathname
let field = null
let begun = false // a conversation, whose address comes in a moment

function keep(text) {
  try {
    if (text) sessionStorage.setItem(key(location.pathname), text)
    else sessionStorage.removeItem(key(location.pathname))
  } catch {} // larger than a tab may keep
}

function follow() {
  if (location.pathname !== path) {
    // A new conversation was given its address, perhaps with a new composer; another one has another composer.
    const text = field?.isConnected ? field.value : begun && sessionStorage.getItem(key(path))
    if (text) {
      sessionStorage.removeItem(key(path))
      keep(text)
    }
    begun = false
    path = location.pathname
  }
  if (!composer() || composer() === field) return
  field = composer()
  const text = sessionStorage.getItem(key(path))
  if (text && !field.value) fill(text)
}

window.addEventListener("input", ({ target }) => target === composer() && keep(target.value))
whenMessage(() => {
  keep("")
  begun = !path.startsWith("/thread/")
})
new MutationObserver(follow).observe(document.body, { childList: true, subtree: true })
