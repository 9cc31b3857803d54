// Notices above the page, which stay until they are closed.
import { element } from "./composer.js"
import { word, words } from "./words.js"

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

// Chainlit would say that the server cannot be reached, which it was.
export function refusal(sentence) {
  document.body.toggleAttribute("data-refused", !!sentence)
  if (sentence) show("refusal", sentence)
  else document.querySelector(".ea-notice[data-kind=refusal]")?.remove()
}
