// Single keys that press a card's buttons, while nothing is typed. "?" lists them, and turns them off.
import { composer, element } from "./composer.js"
import { word, words } from "./words.js"

const OFF = "email-assistant:keys-off"
const KEYS = ["/", "e", "a", "n", "d", "u", "c", "?"]
const TYPED_IN = "input, textarea, select, [contenteditable], [role=menu], [role=dialog], dialog"
const isOff = () => localStorage.getItem(OFF) !== null

export const showKeys = () => words.then(list)

function list(translation) {
  const say = (name) => word(translation, `keys.${name}`) ?? ""
  const dialog = element("dialog", { className: "ea-keys-list" })
  dialog.setAttribute("aria-label", say("title"))
  const table = element("dl", {})
  for (const key of KEYS) {
    const row = element("div", {})
    row.append(
      element("dt", { textContent: key }),
      element("dd", { textContent: say(key === "/" ? "composer" : key === "?" ? "list" : key) }),
    )
    table.append(row)
  }
  const box = element("input", { type: "checkbox", checked: !isOff() })
  box.onchange = () => (box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, ""))
  const label = element("label", { className: "ea-choice" })
  label.append(box, say("on"))
  const close = element("button", { type: "button", textContent: say("close"), onclick: () => dialog.close() })
  dialog.append(element("h2", { textContent: say("title") }), table, label, close)
  dialog.onclose = () => dialog.remove()
  document.body.append(dialog)
  dialog.showModal()
}

window.addEventListener("keydown", (event) => {
  const { key, target } = event
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !KEYS.includes(key)) return
  // A dialog that was just closed has the focus for a moment, and nothing is typed there.
  if (target.closest?.(TYPED_IN)?.getClientRects().length) return
  if (key !== "?" && isOff()) return
  const button = [...document.querySelectorAll(`[data-key="${key}"]`)].at(-1)
  const press =
    { "/": () => composer()?.focus(), "?": showKeys }[key] ?? (button && !button.disabled && (() => button.click()))
  if (!press) return
  event.preventDefault()
  press()
})
