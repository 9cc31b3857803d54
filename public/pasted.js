// A pasted email is attached as a file, with its HTML where the clipboard has it, so that what is typed beside it is how to
// answer it. It stays with the tab until it is sent; whatever fails, its text is in the composer.
import { composer, element, fill, input, putBack, showing } from "./composer.js"
import { SOURCE, senderOf } from "./emails.js"
import { notice } from "./notices.js"
import { connection, whenConnected } from "./socket.js"
import { whenSent } from "./unsaved.js"
import { word, words } from "./words.js"

const KEY = "email-assistant:pasted"
const MAX_SHOWN = 50_000
const MAX_WAIT = 3000 // milliseconds until Chainlit has taken the file or has refused it
const given = new Map() // by the name of its file
const unwanted = new Set() // names of files that Chainlit may yet show
let typed = "" // beside them
let field = null // the composer that it was typed into
let kept = true
let restored = [] // from before the page was loaded
try {
  const last = JSON.parse(sessionStorage.getItem(KEY))
  if (last) ({ typed, emails: restored } = last)
} catch {}

// Chainlit's own picture of an attachment; one of an earlier connection counts no more.
const pictures = (name) =>
  [...document.querySelectorAll("#attachments > :not([data-ea-stale])")].filter((each) =>
    [...each.querySelectorAll("span")].some((part) => part.textContent === name),
  )
export const pasted = () => given.size > 0
// Without them, what is said about an email would be taken for the email.
export const uploaded = () => [...given.values()].every((email) => email.uploaded)
const takeAway = (picture) => {
  picture.dataset.eaStale = ""
  picture.querySelector("button")?.click()
}

// Nothing of a document that is parsed so runs or is loaded.
const saysSomething = (html) =>
  /[\p{L}\p{N}]/u.test(new DOMParser().parseFromString(html, "text/html").body.textContent)

function receive(event) {
  const into = composer()
  if (event.target !== into || event.clipboardData?.files.length) return
  const text = (event.clipboardData?.getData("text/plain") ?? "").replace(/\r\n?/g, "\n")
  const html = event.clipboardData?.getData("text/html")
  const sender = input() && senderOf(text, html, into.value.slice(0, into.selectionStart))
  if (sender == null) return
  const titled = (sender || text.trim().split("\n", 1)[0]).slice(0, 60)
  const asHtml = html && !SOURCE.test(text.slice(0, 2000)) && saysSomething(html)
  const stem = `Email${sender ? " from" : ""} ${titled
    .replace(/[^\p{L}\p{N}.' -]/gu, " ")
    .replace(/\s+/g, " ")
    .trim()}`
  const name = (n) => `${stem}${n > 1 ? ` ${n}` : ""}.${asHtml ? "html" : "txt"}`
  const free = (n) => (given.has(name(n)) || unwanted.has(name(n)) ? free(n + 1) : name(n))
  event.preventDefault()
  event.stopImmediatePropagation()
  typed = into.value
  take({ name: free(1), label: sender ? "pasted.from" : "pasted.unsigned", titled, text, html: asHtml ? html : null })
}

function take(email) {
  given.set(email.name, email)
  keep()
  attach(email)
  words.then((translation) => tell(email, translation))
}

// Where the connection was lost, it is attached again with the next one.
const stands = (email) => connection() !== null && email.connection === connection()

function attach(email) {
  // Before there is a session, Chainlit would say that the upload failed; it is attached with the connection.
  if (connection() === null) return
  const { name, text, html } = email
  pictures(name).forEach(takeAway)
  Object.assign(email, { connection: connection(), seen: false, uploaded: false })
  // The doctype has it read as HTML, whatever a mail program puts first.
  const file = new File([html ? `<!doctype html>${html}` : text], name, { type: html ? "text/html" : "text/plain" })
  const carried = new DataTransfer()
  carried.items.add(file)
  input().files = carried.files
  input().dispatchEvent(new Event("change", { bubbles: true }))
  const attempt = email.connection
  setTimeout(
    () => given.get(name) === email && stands(email) && email.connection === attempt && !email.seen && refused(email),
    MAX_WAIT,
  )
}

function keep() {
  const emails = [...given.values()].map(({ name, label, titled, text, html }) => ({ name, label, titled, text, html }))
  try {
    if (emails.length) sessionStorage.setItem(KEY, JSON.stringify({ typed, emails }))
    else sessionStorage.removeItem(KEY)
    kept = true
  } catch {
    kept = false // larger than a tab may keep: the browser asks before it leaves the page
  }
}

function tell(email, translation) {
  const say = (path) => word(translation, path) ?? ""
  const size = `${Math.max(1, Math.round(new Blob([email.text]).size / 1000))} kB`
  const name = say(email.label)
    .replace("{name}", () => email.titled)
    .replace("{size}", size)
  const told = element("span", { role: "status", className: "ea-spoken" })
  const shown = element("pre", {
    className: "ea-text",
    dir: "auto",
    hidden: true,
    tabIndex: 0,
    textContent: email.text.slice(0, MAX_SHOWN),
  })
  shown.setAttribute("aria-label", say("pasted.text"))
  const show = element("button", {
    type: "button",
    className: "ea-pasted-name",
    textContent: name,
    title: say("pasted.show"),
  })
  show.setAttribute("aria-expanded", "false")
  show.onclick = () => {
    shown.hidden = !shown.hidden
    show.title = say(shown.hidden ? "pasted.show" : "pasted.hide")
    show.setAttribute("aria-expanded", String(!shown.hidden))
  }
  const not = element("button", { type: "button", textContent: say("pasted.notEmail"), onclick: () => back(email) })
  const remove = element("button", {
    type: "button",
    className: "ea-pasted-remove",
    textContent: "×",
    title: say("pasted.remove"),
    onclick: () => drop(email),
  })
  remove.setAttribute("aria-label", say("pasted.remove"))
  email.bar = element("div", { className: "ea-pasted" })
  email.bar.append(show, not, remove, told, shown)
  follow()
  requestAnimationFrame(() => (told.textContent = name))
}

function gone(email) {
  given.delete(email.name)
  email.bar?.remove()
  keep()
}

function drop(email) {
  gone(email)
  if (!email.seen) unwanted.add(email.name)
  pictures(email.name).forEach(takeAway)
  composer()?.focus()
}

function back(email) {
  drop(email)
  showing(() => {
    putBack(email.text)
    composer().focus()
  })
}

function refused(email) {
  back(email)
  notice("pasted.refused")
}

// A file that Chainlit shows no more was refused.
function follow() {
  if (!composer()) return
  for (const name of unwanted)
    for (const picture of pictures(name)) {
      unwanted.delete(name)
      takeAway(picture)
    }
  for (const email of [...given.values()]) {
    const [picture] = pictures(email.name)
    if (picture) {
      picture.dataset.eaPasted = ""
      Object.assign(email, { seen: true, uploaded: !picture.querySelector("circle.text-primary") })
    } else if (email.seen && stands(email)) refused(email)
    email.bar?.setAttribute("aria-busy", String(!email.uploaded))
    if (given.has(email.name) && email.bar && !email.bar.isConnected)
      document.querySelector("#message-composer")?.before(email.bar)
  }
  if (given.size && composer() && composer() !== field) {
    // Chainlit has built another composer: on the page of another conversation, or after a reload.
    field = composer()
    if (typed && !field.value) fill(typed)
  }
}

// What was uploaded belongs to a connection, and is not known to another one: of a page that was loaded anew, of another
// conversation, of a server that was started again.
whenConnected(() =>
  showing(() => {
    for (const email of restored.splice(0)) take(email)
    for (const email of given.values()) if (email.connection !== connection()) attach(email)
  }),
)
whenSent(() => {
  const sent = [...given.values()]
  typed = ""
  sent.forEach(gone)
  return sent.map(({ name, text }) => ({ name, text }))
})

window.addEventListener("paste", receive, true)
window.addEventListener("input", ({ target }) => {
  if (!given.size || target !== composer()) return
  typed = target.value
  keep()
})
window.addEventListener("beforeunload", (event) => given.size && !kept && event.preventDefault())
new MutationObserver(() => (given.size || unwanted.size) && follow()).observe(document.body, {
  childList: true,
  subtree: true,
})
