// Where the person is: what is in view, what a screen reader is told, where the focus goes, and what the composer waits for.
import { composer, element } from "./composer.js"
import { pasted } from "./pasted.js"
import { word, words } from "./words.js"

const MARGIN = 16
const MAX_TOLD = 5000
// Milliseconds in which what stands above a new card may still change its height.
const SETTLING = 800
const last = (selector) => [...document.querySelectorAll(selector)].at(-1)
const touched = matchMedia("(pointer: coarse)")

// The page has come.
new MutationObserver((_, observer) => {
  if (!document.querySelector("#root")?.innerText.trim() && !composer()) return
  observer.disconnect()
  document.querySelector("#ea-splash")?.remove()
}).observe(document.documentElement, { childList: true, subtree: true })

// A new card is read from its top; once, so that whoever scrolls is left alone.
const shown = new Set()
let settle = () => {}
window.eaShow = (id) => {
  if (shown.has(id)) return
  shown.add(id)
  settle()
  const place = () => {
    const card = document.querySelector(`[data-card="${id}"]`)
    let view = card?.parentElement
    while (view && !/auto|scroll/.test(getComputedStyle(view).overflowY)) view = view.parentElement
    if (!view) return
    const { top, bottom } = card.getBoundingClientRect()
    const edge = view.getBoundingClientRect()
    if (top >= edge.top && (bottom <= edge.bottom || top < edge.top + edge.height / 3)) return
    view.scrollTop += top - edge.top - MARGIN
  }
  const resized = new ResizeObserver(place)
  settle = () => resized.disconnect()
  requestAnimationFrame(() => {
    place()
    for (const step of document.querySelectorAll(".step")) resized.observe(step)
  })
  setTimeout(settle, SETTLING)
}
for (const moved of ["wheel", "touchmove", "pointerdown", "keydown"])
  window.addEventListener(moved, () => settle(), { passive: true })

// Words that come one by one are told when all are there.
const told = element("div", { className: "ea-spoken" })
told.setAttribute("role", "status")
document.body.append(told)
function tell() {
  const card = last("[data-announce]:not([role=alert])")
  if (!card) return
  const body = card.matches(".ea-live") ? (card.querySelector(".ea-body")?.innerText ?? "") : ""
  const said = `${card.dataset.announce} ${body}`.slice(0, MAX_TOLD)
  if (told.textContent !== said) told.textContent = said
}

// What was pressed goes away or is disabled: the focus goes to where one types next.
let pressed = null
const asked = new WeakSet()
window.addEventListener(
  "focusin",
  ({ target }) =>
    (pressed = target.closest(".ea-card, .ea-status, .ea-earlier, #message-composer button") ? target : null),
)
const focus = (target) => target?.focus({ preventScroll: true })
function onward() {
  const [first] = document.querySelectorAll("form.ea-questions textarea")
  const card = last("[data-card]")
  if (touched.matches && card) {
    card.tabIndex = -1
    focus(card)
  } else focus(first ?? composer())
}
function follow() {
  const nowhere = document.activeElement === document.body || document.activeElement === null
  if (nowhere && pressed && (!pressed.isConnected || pressed.disabled)) {
    pressed = null
    onward()
  }
  const form = document.querySelector("form.ea-questions")
  if (form && !asked.has(form)) {
    asked.add(form) // by itself: Chainlit may draw it anew while the page moves to its conversation
    if ((nowhere || document.activeElement === composer()) && !composer()?.value && !touched.matches)
      focus(form.querySelector("textarea"))
  }
}

// Chainlit's arrow to the end also stands there where nothing but empty room is below.
function arrow() {
  const button = document.querySelector("#root .absolute.bottom-4 > button")
  if (!button) return
  const end = last(".step")?.getBoundingClientRect().bottom ?? 0
  button.style.visibility =
    end > document.querySelector("#message-composer").getBoundingClientRect().top ? "" : "hidden"
}
window.addEventListener("scroll", arrow, true)

// What the composer waits for.
function awaited() {
  if (pasted()) return "pasted.placeholder"
  if (document.querySelector("#stop-button")) return "awaited.nothing"
  if (document.querySelector(".ea-problem")) return "awaited.problem"
  const form = document.querySelector("form.ea-questions")
  if (form) return form.querySelector("textarea") ? "awaited.answers" : "awaited.answer"
  if (document.querySelector(".ea-final")) return "awaited.final"
  if (document.querySelector(".ea-live")) return "awaited.draft"
  return "chat.input.placeholder"
}

words.then((translation) => {
  let waiting = false
  const changed = () => {
    if (waiting) return
    waiting = true
    setTimeout(() => {
      waiting = false
      follow()
      tell()
      arrow()
      const text = word(translation, awaited())
      if (composer() && text && composer().placeholder !== text) composer().placeholder = text
    }, 50)
  }
  new MutationObserver(changed).observe(document.body, {
    childList: true,
    subtree: true,
    attributeFilter: ["disabled"],
  })
  changed()
})
