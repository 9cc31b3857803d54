// Chainlit's field for messages.
export const composer = () => document.querySelector("#chat-input")
// Its field for files.
export const input = () => document.querySelector("#upload-button-input")

// Whether this event sends the message: Enter in the field, or a click on its button.
export const sends = (event) =>
  event.type === "click"
    ? event.target.closest?.("#chat-submit")
    : event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target === composer()

export function fill(text) {
  // React hears of a value only where the browser's own setter gave it.
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(composer(), text)
  composer().dispatchEvent(new Event("input", { bubbles: true }))
}

// What was given and comes back, also where Chainlit builds another composer meanwhile.
export function putBack(text, { above = false } = {}) {
  const field = composer()
  fill((above ? [text, field.value] : [field.value, text]).filter((each) => each.trim()).join("\n\n"))
  new MutationObserver((_, observer) => {
    if (!composer() || field.isConnected) return
    observer.disconnect()
    if (field.value && !composer().value) fill(field.value)
  }).observe(document.body, { childList: true, subtree: true })
}

export function showing(run) {
  if (composer()) return run()
  new MutationObserver((_, observer) => {
    if (!composer()) return
    observer.disconnect()
    run()
  }).observe(document.body, { childList: true, subtree: true })
}

// Runs `update` once in the frame after the page has changed.
export function followPage(update) {
  let waiting = false
  new MutationObserver(() => {
    if (waiting) return
    waiting = true
    requestAnimationFrame(() => {
      waiting = false
      update()
    })
  }).observe(document.documentElement, { childList: true, subtree: true })
}

export const element = (tag, properties) => Object.assign(document.createElement(tag), properties)
