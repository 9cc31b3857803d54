// A pasted email is attached as a file, with its HTML where the clipboard has it, so that what is typed beside it is how to
// answer it. Whatever fails, its text is in the composer.
import { composer, element, fill, showing } from "./composer.js"
import { SOURCE, senderOf } from "./emails.js"
import { word, words } from "./words.js"

const KEY = "email-assistant:pasted"
const MAX_SHOWN = 50_000
const MAX_WAIT = 3000 // milliseconds until Chainlit has taken the file or has refused it
const given = new Map() // by the name of its file
const unwanted = new Map() // which Chainlit may yet show

const chip = (file) =>
  [...document.querySelectorAll("#attachments > *")].find((each) =>
    [...each.querySelectorAll("span")].some((part) => part.textContent === file.name),
  )

function pasted(event) {
  const field = composer()
  if (event.target !== field || event.clipboardData?.files.length) return
  const input = document.querySelector("#upload-button-input")
  const text = (event.clipboardData?.getData("text/plain") ?? "").replace(/\r\n?/g, "\n")
  const html = event.clipboardData?.getData("text/html")
  const sender = input && senderOf(text, html, field.value.slice(0, field.selectionStart))
  if (sender == null) return
  const named = (sender || text.trim().split("\n", 1)[0]).slice(0, 60)
  const asHtml = html && !SOURCE.test(text.slice(0, 2000))
  const stem = `Email${sender ? " from" : ""} ${named.replace(/[^\p{L}\p{N}.' -]/gu, " ").replace(/\s+/g, " ").trim()}`
  const free = (n) => (given.has(name(n)) || unwanted.has(name(n)) ? free(n + 1) : name(n))
  const name = (n) => `${stem}${n > 1 ? ` ${n}` : ""}.${asHtml ? "html" : "txt"}`
  // The doctype has it read as HTML, whatever a mail program puts first.
  const file = new File([asHtml ? `<!doctype html>${html}` : text], free(1), { type: asHtml ? "text/html" : "text/plain" })
  const carried = new DataTransfer()
  carried.items.add(file)
  event.preventDefault()
  event.stopImmediatePropagation()
  given.set(file.name, { name: file.name, text, seen: false, uploaded: false })
  keep()
  input.files = carried.files
  input.dispatchEvent(new Event("change", { bubbles: true }))
  setTimeout(() => given.get(file.name)?.seen === false && back(given.get(file.name)), MAX_WAIT)
  words.then((translation) => tell(given.get(file.name), sender ? "pasted.from" : "pasted.unsigned", named, translation))
}

function keep() {
  try {
    sessionStorage.setItem(KEY, JSON.stringify([...given.values()].map(({ text }) => text)))
  } catch {} // larger than a tab may keep
}

function tell(file, label, name, translation) {
  if (!file) return
  const say = (path) => word(translation, path) ?? ""
  const size = `${Math.max(1, Math.round(new Blob([file.text]).size / 1000))} kB`
  const told = element("span", { role: "status" })
  const shown = element("pre", { className: "ea-text", hidden: true, tabIndex: 0, textContent: file.text.slice(0, MAX_SHOWN) })
  shown.setAttribute("aria-label", say("pasted.text"))
  const show = element("button", { type: "button", textContent: say("pasted.show") })
  show.setAttribute("aria-expanded", "false")
  show.onclick = () => {
    shown.hidden = !shown.hidden
    show.textContent = say(shown.hidden ? "pasted.show" : "pasted.hide")
    show.setAttribute("aria-expanded", String(!shown.hidden))
  }
  const not = element("button", { type: "button", textContent: say("pasted.notEmail"), onclick: () => back(file) })
  file.bar = element("div", { className: "ea-pasted" })
  file.bar.append(told, show, not, shown)
  follow()
  requestAnimationFrame(() => (told.textContent = say(label).replace("{name}", () => name).replace("{size}", size)))
  composer()?.setAttribute("placeholder", say("pasted.placeholder"))
}

function gone(file) {
  given.delete(file.name)
  file.bar?.remove()
  keep()
  if (!given.size) words.then((translation) => composer()?.setAttribute("placeholder", word(translation, "chat.input.placeholder") ?? ""))
}

function back(file) {
  gone(file)
  unwanted.set(file.name, file)
  follow()
  showing(() => {
    fill([composer().value, file.text].filter((each) => each.trim()).join("\n\n"))
    composer().focus()
  })
}

// A file that Chainlit shows no more was sent or taken away, or refused while the ring of its upload stood beside it.
function follow() {
  for (const file of unwanted.values())
    if (chip(file)) {
      unwanted.delete(file.name)
      chip(file).querySelector("button")?.click()
    }
  for (const file of given.values()) {
    const there = chip(file)
    if (there) Object.assign(file, { seen: true, uploaded: !there.querySelector("circle.text-primary") })
    else if (file.seen) (file.uploaded ? gone : back)(file)
    if (given.has(file.name) && file.bar && !file.bar.isConnected) document.querySelector("#message-composer")?.before(file.bar)
  }
}

let lost = []
try {
  lost = JSON.parse(sessionStorage.getItem(KEY)) ?? []
} catch {}
if (lost.length) showing(() => (fill([composer().value, ...lost].filter((each) => each.trim()).join("\n\n")), keep()))
window.addEventListener("paste", pasted, true)
new MutationObserver(() => (given.size || unwanted.size) && follow()).observe(document.body, { childList: true, subtree: true })
