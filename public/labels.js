// Names for the icon buttons of Chainlit, which have none for a screen reader: the words of their tooltips.
import { word, words } from "./words.js"

const NAMES = {
  "sidebar-trigger-button": "threadHistory.sidebar.title",
  "search-chats-button": "threadHistory.sidebar.filters.search",
  "new-chat-button": "navigation.newChat.button",
  "thread-options": "threadHistory.thread.options",
  "chat-submit": "chat.input.actions.send",
  "stop-button": "chat.input.actions.stop",
  "upload-button": "chat.input.actions.attachFiles",
  "chat-settings-open-modal": "navigation.user.menu.settings",
}

function nameButtons(translation) {
  for (const [id, path] of Object.entries(NAMES))
    for (const button of document.querySelectorAll(`#${id}:not([aria-label])`)) {
      button.setAttribute("aria-label", word(translation, path) ?? "")
      // The menu of a conversation is not even a button, and the Tab key passes it by.
      if (button.tagName !== "BUTTON") Object.assign(button, { tabIndex: 0, role: "button" })
    }
}

words.then((translation) => {
  let waiting = false
  const changed = () => {
    if (waiting) return
    waiting = true
    requestAnimationFrame(() => {
      waiting = false
      nameButtons(translation)
    })
  }
  new MutationObserver(changed).observe(document.body, { childList: true, subtree: true })
  changed()
})
