// Words of a draft that somebody selects: one tap quotes them in the composer, and what is typed behind changes them alone.
import { composer, element, fill } from "./composer.js"
import { word, words } from "./words.js"

const MAX_PASSAGE = 2000
const MARGIN = 8
const offer = element("button", { type: "button", className: "ea-passage", hidden: true })
let passage = ""

// The words, if the draft has them once.
function selected(range) {
  const at = range.commonAncestorContainer
  const body = (at.nodeType === Node.ELEMENT_NODE ? at : at.parentElement)?.closest(".ea-live .ea-body")
  const text = getSelection().toString().trim()
  if (!text || text.length > MAX_PASSAGE || !body || body.querySelector("ins, del, p")) return ""
  return body.textContent.split(text).length === 2 ? text : ""
}

function place() {
  const selection = getSelection()
  const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null
  passage = range && composer() ? selected(range) : ""
  offer.hidden = !passage
  if (!passage) return
  const { left, bottom } = range.getBoundingClientRect()
  offer.style.top = `${Math.min(bottom + MARGIN, innerHeight - offer.offsetHeight - MARGIN)}px`
  offer.style.left = `${Math.max(MARGIN, Math.min(left, innerWidth - offer.offsetWidth - MARGIN))}px`
}

offer.onpointerdown = (event) => event.preventDefault() // it would take the selection away
offer.onclick = () => {
  const field = composer()
  fill(`“${passage}”: ${field.value}`)
  getSelection().removeAllRanges()
  field.focus()
  field.setSelectionRange(field.value.length, field.value.length)
}

words.then((translation) => {
  offer.textContent = word(translation, "passage.change") ?? ""
  document.body.append(offer)
  document.addEventListener("selectionchange", place)
  addEventListener("scroll", place, { capture: true, passive: true })
})
