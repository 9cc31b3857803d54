// What a person sets for all replies, the model, their data, and what this is: one dialog over the HTTP API. A field is
// saved as soon as it is left; what cannot be saved stays in it, with the reason below.
import { element, followPage } from "./composer.js"
import { showKeys } from "./keys.js"
import { inform, notice } from "./notices.js"
import { sessionId, whenTold } from "./socket.js"
import { word, words } from "./words.js"

const API = "/api/v1"
const MAX_EXAMPLES = 5
const LANGUAGES =
  "ar bg ca cs da de el en es et eu fa fi fr gl he hi hr hu id is it ja ko lt lv ms nl no pl pt ro ru sk sl sr sv th tr uk vi zh"
const SECTIONS = {
  you: ["name", "addresses", "signature"],
  voice: ["tone", "length", "facts", "wishes", "examples"],
  replies: ["refinements", "language", "reply_all", "quote"],
  model: ["model", "here"],
  data: [],
  about: [],
}
const LISTS = { addresses: [/[,;\s]+/, ", "], refinements: [/\n+/, "\n"] } // by what they are parted, and joined

let say = (path) => path
let dialog = null
let status = null
let profile = {} // as it is saved
let fields = {} // by name: what is read from it, how it is filled, where its error stands
const refused = new Map() // by name: what was typed and could not be saved, and why
let saving = Promise.resolve()
const underway = new Map() // by name: what is being saved
let leaving = false // whether somebody was told once that something is not saved

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name])
const openId = () => location.pathname.match(/^\/thread\/([^/]+)/)?.[1] ?? null
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other)
const button = (text, onclick, className = "") =>
  element("button", { type: "button", textContent: text, onclick, className: `ea-settings-button ${className}` })

class Refused extends Error {
  constructor(problem) {
    super(problem.detail)
    this.errors = problem.errors ?? []
  }
}

async function call(method, path, body) {
  let answer
  try {
    answer = await fetch(API + path, {
      method,
      headers: { "content-type": "application/json" },
      body: body && JSON.stringify(body),
    })
  } catch {
    throw new Refused({ detail: say("settings.unreachable") })
  }
  const told = await answer.json().catch(() => ({}))
  if (!answer.ok) throw new Refused({ ...told, detail: told.detail ?? say("settings.unreachable") })
  return told
}

// Fields

function frame(name, control, { label = true } = {}) {
  const id = `ea-setting-${name}`
  const box = element("div", { className: "ea-setting" })
  const help = element("p", { id: `${id}-help`, className: "ea-muted", textContent: say(`settings.help.${name}`) })
  const error = element("p", { id: `${id}-error`, className: "ea-settings-error" })
  error.setAttribute("role", "alert")
  control.id = id
  control.setAttribute("aria-describedby", `${help.id} ${error.id}`)
  if (label) box.append(element("label", { htmlFor: id, textContent: say(`settings.label.${name}`) }))
  box.append(help, control, error)
  return { box, error, control }
}

function text(name, { lines = 0 } = {}) {
  const control = lines
    ? element("textarea", { rows: lines, dir: "auto" })
    : element("input", { type: "text", dir: "auto", autocomplete: "off" })
  const [parting, joint] = LISTS[name] ?? []
  control.spellcheck = name !== "addresses"
  control.onchange = () => save(name)
  return {
    ...frame(name, control),
    read: () => (parting ? control.value.split(parting).filter((part) => part.trim()) : control.value),
    write: (value) => {
      control.value = parting ? value.join(joint) : value
    },
  }
}

function choice(name) {
  const control = element("input", { type: "checkbox" })
  control.onchange = () => save(name)
  const made = frame(name, control, { label: false })
  const label = element("label", { className: "ea-choice" })
  label.append(control, say(`settings.label.${name}`))
  made.box.prepend(label)
  return {
    ...made,
    read: () => control.checked,
    write: (value) => {
      control.checked = value
    },
  }
}

function select(name, onchange = () => save(name)) {
  const control = element("select", { onchange })
  return {
    ...frame(name, control),
    read: () => control.value,
    write: (value) => {
      // What is set and not offered any more is shown all the same.
      if (![...control.options].some((each) => each.value === value)) control.add(new Option(value, value))
      control.value = value
    },
  }
}

function languages() {
  const made = select("language")
  const names = new Intl.DisplayNames([document.documentElement.lang || "en"], { type: "language" })
  const known = LANGUAGES.split(" ").map((code) => [names.of(code), code])
  known.sort(([one], [other]) => one.localeCompare(other))
  made.control.add(new Option(say("settings.none"), ""))
  for (const [name, code] of known) made.control.add(new Option(name, code))
  return made
}

// The mails that the person sent, each in a field of its own.
function examples() {
  const list = element("div", { role: "group" })
  const made = frame("examples", list, { label: false })
  const heading = element("h4", { id: "ea-setting-examples-label", textContent: say("settings.label.examples") })
  list.setAttribute("aria-labelledby", heading.id)
  made.box.prepend(heading)
  const fieldsOf = () => [...list.querySelectorAll("textarea")]
  const add = (value, { focused = false } = {}) => {
    const row = element("div", { className: "ea-settings-example" })
    const field = element("textarea", { rows: 4, dir: "auto", value, onchange: () => save("examples") })
    const remove = button(say("settings.remove"), () => {
      row.remove()
      number()
      save("examples")
      ;(fieldsOf()[0] ?? more).focus()
    })
    row.append(field, remove)
    list.append(row)
    number()
    if (focused) field.focus()
  }
  const more = button(say("settings.addExample"), () => add("", { focused: true }))
  const number = () => {
    for (const [at, field] of fieldsOf().entries()) {
      field.setAttribute("aria-label", fill(say("settings.example"), { number: at + 1 }))
      field.nextSibling.setAttribute("aria-label", fill(say("settings.removeExample"), { number: at + 1 }))
    }
    more.hidden = fieldsOf().length >= MAX_EXAMPLES
  }
  made.error.before(more)
  return {
    ...made,
    read: () =>
      fieldsOf()
        .map((field) => field.value.trim())
        .filter(Boolean),
    write: (value) => {
      list.replaceChildren()
      for (const each of value) add(each)
      number()
    },
  }
}

// Save

function tell(name, sentence) {
  const { error, control } = fields[name]
  error.textContent = sentence
  const marked = control.matches("input, select, textarea") ? [control] : [...control.querySelectorAll("textarea")]
  for (const each of marked) {
    if (sentence) each.setAttribute("aria-invalid", "true")
    else each.removeAttribute("aria-invalid")
  }
}

function save(name) {
  const value = fields[name].read()
  underway.set(name, value)
  saving = saving.then(() => put(name, value)).then(() => underway.get(name) === value && underway.delete(name))
  return saving
}

async function put(name, value) {
  if (same(value, profile[name])) {
    refused.delete(name)
    return tell(name, "")
  }
  try {
    profile = await call("PATCH", "/profile", { [name]: value })
    refused.delete(name)
    tell(name, "")
    leaving = false
    status.textContent = ""
    status.textContent = say(refused.size ? "settings.notSaved" : "settings.saved")
    if (name === "model") chosen = value
    footnote()
  } catch (error) {
    const of = error.errors?.filter(({ where }) => where.startsWith(`body.${name}`)).map(({ what }) => what) ?? []
    const sentence = of.length ? of.join(" ") : error.message
    refused.set(name, { value, sentence })
    tell(name, sentence)
    status.textContent = say("settings.notSaved")
  }
}

async function leave() {
  if (dialog.contains(document.activeElement)) document.activeElement.blur() // what is typed there is a change now
  await saving
  const [name] = refused.keys()
  if (name && !leaving) {
    leaving = true
    const { control } = fields[name]
    return (control.matches("input, select, textarea") ? control : control.querySelector("textarea"))?.focus()
  }
  shut()
}

// The browser tells of the end of a dialog later.
function shut() {
  const shown = dialog
  dialog = null
  shown?.close()
  shown?.remove()
}

function show() {
  for (const [name, field] of Object.entries(fields)) {
    if (name === "here" || !(name in profile) || underway.has(name)) continue
    if (refused.has(name)) {
      field.write(refused.get(name).value)
      tell(name, refused.get(name).sentence)
    } else if (!field.box.contains(document.activeElement)) field.write(profile[name])
  }
}

// Sections

function section(name, ...content) {
  const box = element("section", { id: `ea-settings-${name}` })
  const heading = element("h3", { id: `ea-settings-${name}-title`, textContent: say(`settings.section.${name}`) })
  heading.tabIndex = -1
  box.setAttribute("aria-labelledby", heading.id)
  box.append(heading, ...content)
  return box
}

async function models(box) {
  const here = openId()
  const note = element("p", { className: "ea-muted", textContent: say("settings.asking") })
  note.setAttribute("role", "status")
  box.append(note)
  let offered
  let conversation = null
  try {
    offered = await call("GET", "/models")
    if (here) conversation = await call("GET", `/${here}/state`).catch(() => null)
  } catch (error) {
    note.textContent = error.message
    return
  }
  if (!box.isConnected) return
  if (!offered.server && !offered.models.length) {
    note.textContent = offered.model ? offered.problem : say("settings.noModel")
    return
  }
  const used = fill(say("settings.modelUsed"), offered)
  note.textContent = offered.choice ? used : `${used} ${say("settings.noChoice")}`
  if (offered.problem) note.textContent += ` ${offered.problem}`
  if (!offered.choice || !offered.models.length) return
  const options = (control, first) => {
    control.add(new Option(first, ""))
    for (const name of offered.models) control.add(new Option(name, name))
  }
  fields.model = select("model")
  options(fields.model.control, fill(say("settings.modelSet"), offered))
  box.append(fields.model.box)
  if (conversation?.email || conversation?.drafts.length) {
    fields.here = select("here", async () => {
      try {
        await call("PUT", `/model/${here}`, { model: fields.here.read() || null })
        tell("here", "")
        status.textContent = say("settings.saved")
      } catch (error) {
        tell("here", error.errors[0]?.what ?? error.message)
      }
    })
    options(fields.here.control, say("settings.asElsewhere"))
    fields.here.write(conversation.chosen_model ?? "")
    box.append(fields.here.box)
  }
  show()
}

function ask(title, sentence, label, run) {
  const question = element("dialog", { className: "ea-side-dialog" })
  question.setAttribute("role", "alertdialog")
  const heading = element("h2", { id: "ea-settings-question", textContent: title })
  question.setAttribute("aria-labelledby", heading.id)
  const foot = element("div", { className: "ea-side-foot" })
  const stop = button(say("sidebar.cancel"), () => question.close())
  const go = button(
    label,
    async () => {
      go.disabled = stop.disabled = true
      try {
        await run()
      } catch (error) {
        notice("sidebar.failed", error.message)
      }
      question.close()
    },
    "ea-danger ea-filled",
  )
  foot.append(stop, go)
  question.append(heading, element("p", { textContent: sentence }), foot)
  question.onclose = () => question.remove()
  document.body.append(question)
  question.showModal()
  stop.focus()
}

async function emptyAll() {
  const { deleted, kept, detail } = await call("DELETE", "/conversations")
  shut()
  if (detail) notice("settings.deletedSome", detail)
  else inform("settings.deletedAll")
  if (deleted && !kept && location.pathname !== "/") document.querySelector("#new-chat-button")?.click()
}

async function emptyProfile() {
  profile = await call("PUT", "/profile", {})
  refused.clear()
  for (const name of Object.keys(fields)) tell(name, "")
  show()
  status.textContent = say("settings.cleared")
}

function data(box, about) {
  const row = (name, action) => {
    const each = element("div", { className: "ea-setting" })
    each.append(element("p", { textContent: fill(say(`settings.${name}`), about) }), action)
    box.append(each)
  }
  const link = element("a", {
    href: `${API}/export`,
    download: "",
    className: "ea-settings-button",
    textContent: say("settings.export"),
  })
  row("exportHelp", link)
  const count = about.conversations
  const erase = button(
    say("settings.deleteAll"),
    () => {
      const title = fill(say(count === 1 ? "sidebar.deleteOne" : "sidebar.deleteSeveral"), { count })
      ask(title, say("settings.deleteWarning"), say("sidebar.delete"), emptyAll)
    },
    "ea-danger",
  )
  erase.disabled = !count
  row(count ? (count === 1 ? "deleteHelpOne" : "deleteHelp") : "deleteNothing", erase)
  row(
    "clearHelp",
    button(
      say("settings.clear"),
      () => ask(say("settings.clearTitle"), say("settings.clearWarning"), say("settings.clear"), emptyProfile),
      "ea-danger",
    ),
  )
}

function tellAbout(box, about) {
  const facts = element("dl", {})
  const fact = (name, value) => {
    const row = element("div", {})
    row.append(element("dt", { textContent: say(`settings.fact.${name}`) }), element("dd", { textContent: value }))
    facts.append(row)
  }
  fact("version", about.version)
  fact("model", about.chosen_model || about.model || say("settings.noModel"))
  fact("place", about.place ? fill(say("settings.placeHere"), about) : say("settings.placeServer"))
  fact("mail", say(about.model ? "settings.mailModel" : "settings.mailHere"))
  fact("licence", say("settings.licence"))
  const links = element("div", { className: "ea-settings-links" })
  const next = async (run) => {
    await leave()
    if (!dialog) run()
  }
  links.append(
    button(say("navigation.header.readme"), () => next(() => document.querySelector("#readme-button")?.click())),
    button(say("keys.title"), () => next(showKeys)),
    element("a", {
      href: "/api/docs",
      target: "_blank",
      rel: "noopener",
      className: "ea-settings-button",
      textContent: say("settings.api"),
    }),
  )
  box.append(facts, links)
}

// The dialog

async function open() {
  if (dialog) return
  let about
  try {
    ;[profile, about] = await Promise.all([call("GET", "/profile"), call("GET", "/about")])
  } catch (error) {
    return notice("settings.unreadable", error.message)
  }
  if (dialog) return
  dialog = element("dialog", { className: "ea-settings" })
  leaving = false
  const heading = element("h2", { id: "ea-settings-title", textContent: say("settings.title") })
  dialog.setAttribute("aria-labelledby", heading.id)
  const close = button("×", leave, "ea-settings-close")
  close.setAttribute("aria-label", say("settings.close"))
  status = element("p", { className: "ea-muted ea-settings-status" })
  status.setAttribute("role", "status")
  const head = element("header", {})
  head.append(heading, status, close)

  fields = {
    name: text("name"),
    addresses: text("addresses"),
    signature: text("signature", { lines: 3 }),
    tone: text("tone"),
    length: text("length"),
    facts: text("facts", { lines: 3 }),
    wishes: text("wishes", { lines: 3 }),
    examples: examples(),
    refinements: text("refinements", { lines: 3 }),
    language: languages(),
    reply_all: choice("reply_all"),
    quote: choice("quote"),
  }
  fields.name.control.autocomplete = "name"
  const boxes = Object.entries(SECTIONS).map(([name, of]) =>
    section(name, ...of.filter((each) => each in fields).map((each) => fields[each].box)),
  )
  const body = element("div", { className: "ea-settings-body" })
  body.append(...boxes)
  const nav = element("nav", {})
  nav.setAttribute("aria-label", say("settings.title"))
  for (const box of boxes) {
    const title = box.querySelector("h3")
    nav.append(
      button(title.textContent, () => {
        box.scrollIntoView()
        title.focus({ preventScroll: true })
      }),
    )
  }
  dialog.append(head, nav, body)
  data(boxes[4], about)
  tellAbout(boxes[5], about)
  dialog.oncancel = (event) => {
    event.preventDefault()
    leave()
  }
  dialog.onclose = ({ target }) => {
    if (target !== dialog) return
    // A browser lets nobody hold it back twice.
    for (const name of Object.keys(fields)) if (name !== "here") save(name)
    shut()
  }
  let pressed = null
  dialog.onpointerdown = ({ target }) => {
    pressed = target
  }
  dialog.onclick = ({ target }) => {
    // Whoever selects text may let go beside the dialog.
    if (target === dialog && pressed === dialog) leave()
  }
  document.body.append(dialog)
  show()
  dialog.showModal()
  close.blur()
  heading.tabIndex = -1
  heading.focus()
  mark(body, nav, boxes)
  models(boxes[3])
}

// Which section is read is marked in the list of them.
function mark(body, nav, boxes) {
  const current = () => {
    const top = body.getBoundingClientRect().top + 80
    const atEnd = body.scrollTop + body.clientHeight >= body.scrollHeight - 4
    const at = atEnd ? boxes.length - 1 : boxes.findLastIndex((box) => box.getBoundingClientRect().top <= top)
    for (const [number, link] of [...nav.children].entries()) {
      if (number === Math.max(0, at)) link.setAttribute("aria-current", "true")
      else link.removeAttribute("aria-current")
    }
  }
  body.onscroll = current
  current()
}

// Its button, in the header

const opener = button("", open, "ea-settings-open")
opener.id = "settings-button"
opener.setAttribute("aria-haspopup", "dialog")
const label = element("span", {})
opener.append(label)

function place() {
  const theme = document.querySelector("#header #theme-toggle")
  if (theme && theme.previousElementSibling !== opener) theme.before(opener)
}
followPage(() => {
  place()
  footnote()
})

// The line below the composer names the model that is set; another one may be chosen.
let usual = "" // the model that is set
let chosen = "" // the one that the person chose in its place
function footnote() {
  const line = usual && document.querySelector(".watermark")
  if (!line) return
  const told = document.createTreeWalker(line, NodeFilter.SHOW_TEXT).nextNode()
  line.dataset.eaSentence ??= told?.data ?? ""
  const sentence = line.dataset.eaSentence.replace(usual, () => chosen || usual)
  if (told && told.data !== sentence) told.data = sentence
}

// Another tab, or a button of a card, has changed something: the newest draft shows it.
whenTold("settings", () => {
  follow()
  return true
})

async function follow() {
  const id = sessionId()
  if (openId() && id) {
    const action = { name: "settings_changed", payload: {} }
    fetch("/project/action", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ sessionId: id, action }),
    }).catch(() => {}) // it shows with the next turn
  }
  if (!dialog) return
  const told = await call("GET", "/profile").catch(() => null)
  if (told && dialog) {
    profile = told
    show()
  }
}

words.then((translation) => {
  say = (path) => word(translation, path) ?? ""
  label.textContent = say("settings.open")
  place()
  call("GET", "/about").then(
    ({ model, chosen_model }) => {
      usual = model
      chosen = chosen_model
      footnote()
    },
    () => {}, // the sentence stays as it is
  )
})
