// Names for the icon buttons of Chainlit, which have none for a screen reader: the words of their tooltips.
import { word, words } from "./words.js"

const NAMES = {
  "sidebar-trigger-button": "threadHistory.sidebar.title",
  "new-chat-button": "navigation.newChat.button",
  "chat-submit": "chat.input.actions.send",
  "stop-button": "chat.input.actions.stop",
  "upload-button": "chat.input.actions.attachFiles",
  "upload-button-loading": "chat.input.actions.attachFiles", // before the page is connected
}

function nameButtons(translation) {
  // Chainlit turns one button into the other: a name that is there may be that of what it was.
  for (const [id, path] of Object.entries(NAMES))
    for (const button of document.querySelectorAll(`#${id}`)) button.ariaLabel = word(translation, path) ?? ""
  // Chainlit says these in English, whatever else it speaks.
  const said = {
    "Toggle Sidebar": word(translation, "threadHistory.sidebar.title") ?? "",
    "Toggle theme": word(translation, "labels.theme") ?? "",
  }
  for (const rail of document.querySelectorAll('[data-sidebar="rail"][title="Toggle Sidebar"]')) {
    rail.title = said[rail.title]
    rail.setAttribute("aria-label", rail.title)
  }
  for (const hidden of document.querySelectorAll("button > .sr-only"))
    if (hidden.textContent in said) hidden.textContent = said[hidden.textContent]
  // The refusal of a file lists types that nobody knows by name.
  for (const title of document.querySelectorAll("[data-sonner-toast] [data-title]"))
    if (/^File type must be /.test(title.textContent)) title.textContent = word(translation, "labels.notEmail") ?? ""
  // Chainlit's arrow to the end has no id, and a long message that scrolls is passed by.
  for (const arrow of document.querySelectorAll("#root .absolute.bottom-4 > button:not([aria-label])"))
    arrow.setAttribute("aria-label", word(translation, "labels.end") ?? "")
  // The pictures of the start page say nothing that does not stand beside them.
  for (const image of document.querySelectorAll('#welcome-screen img:not([alt=""])')) image.alt = ""
  for (const bubble of document.querySelectorAll('[data-step-type="user_message"] .message-content:not([tabindex])'))
    if (bubble.scrollHeight > bubble.clientHeight) bubble.tabIndex = 0
}

words.then((translation) => {
  // At once: a frame later, a button would have been without its name.
  const changed = () => nameButtons(translation)
  new MutationObserver(changed).observe(document.body, { childList: true, subtree: true })
  changed()
})
