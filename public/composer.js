// Chainlit's field for messages.
export const composer = () => document.querySelector("#chat-input")

export function fill(text) {
  // React hears of a value only where the browser's own setter gave it.
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(composer(), text)
  composer().dispatchEvent(new Event("input", { bubbles: true }))
}

export function showing(run) {
  if (composer()) return run()
  new MutationObserver((_, observer) => {
    if (!composer()) return
    observer.disconnect()
    run()
  }).observe(document.body, { childList: true, subtree: true })
}

export const element = (tag, properties) => Object.assign(document.createElement(tag), properties)
