// The list of conversations in the sidebar, in the place of Chainlit's, which shows names only.
import { element, followPage } from "./composer.js"
import { inform, notice } from "./notices.js"
import { whenConnected, whenTold } from "./socket.js"
import { word, words } from "./words.js"

const PAGE = 40
const MAX_PAGE = 100
const MAX_AGE = 5000 // milliseconds for which the list that a page begins with needs no second look when it is connected
const PAUSE = 150 // milliseconds that somebody types or a server tells on before the list is read
const DAY = 86_400_000
const COLLAPSED = "sidebar:state=false" // Chainlit keeps it, and does not read it

let say = (path) => path
let rows = []
let next = null
let search = ""
let archived = false
let picked = null // a set of ids while several are chosen
let renaming = null
let thread = null // the open conversation, as the server gave it
let asked = 0 // which question the list answers
let known = -MAX_AGE // when it was answered

const nav = element("nav", { id: "conversations" })
const field = element("input", { type: "search", id: "conversations-search", maxLength: 200 })
const bar = element("div", { className: "ea-side-bar" })
const list = element("div", { id: "conversations-list" })
const status = element("p", { className: "ea-muted ea-side-none" })
status.setAttribute("role", "status")
nav.append(field, bar, list, status)

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name])
const openId = () => location.pathname.match(/^\/thread\/([^/]+)/)?.[1] ?? null

async function call(path, method, body) {
  const answer = await fetch(path, {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(answer.statusText)
  return answer.status === 204 ? null : answer.json()
}

async function load({ more = false } = {}) {
  const question = ++asked
  const size = more ? PAGE : Math.min(MAX_PAGE, Math.max(PAGE, rows.length))
  let page
  try {
    page = await call("/project/conversations", "POST", { search, archived, size, cursor: more ? next : null })
  } catch {
    return // what is shown stays; the next event or look tries again
  }
  if (question !== asked) return
  known = performance.now()
  const had = new Set(more ? rows.map((row) => row.id) : [])
  rows = more ? [...rows, ...page.rows.filter((row) => !had.has(row.id))] : page.rows
  next = page.next
  show()
}

let waiting = null
function later() {
  clearTimeout(waiting)
  waiting = setTimeout(load, PAUSE)
}

// Show

function group(at) {
  const midnight = new Date().setHours(0, 0, 0, 0)
  const days = Math.ceil((midnight - at) / DAY)
  const frame =
    days <= 0 ? "today" : days <= 1 ? "yesterday" : days <= 7 ? "previous7days" : days <= 30 ? "previous30days" : null
  if (frame) return say(`threadHistory.sidebar.timeframes.${frame}`)
  return at.toLocaleDateString(document.documentElement.lang || undefined, { month: "long", year: "numeric" })
}

function time(at) {
  const locale = document.documentElement.lang || undefined
  if (at >= new Date().setHours(0, 0, 0, 0))
    return at.toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" })
  return at.toLocaleDateString(locale, { day: "numeric", month: "short" })
}

const button = (text, onclick, className = "") =>
  element("button", { type: "button", textContent: text, onclick, className: `ea-side-button ${className}` })

function line(row) {
  const title = row.title || say("threadHistory.thread.untitled")
  const item = element("li", {})
  item.dataset.id = row.id
  if (picked) {
    const box = element("input", { type: "checkbox", checked: picked.has(row.id) })
    box.onchange = () => {
      if (box.checked) picked.add(row.id)
      else picked.delete(row.id)
      showBar()
    }
    box.setAttribute("aria-label", title)
    item.append(box)
  }
  if (renaming === row.id) {
    item.append(renameField(row))
    return item
  }
  const link = element("a", { href: `/thread/${row.id}` })
  link.dataset.stage = row.stage ?? ""
  if (row.id === openId()) link.setAttribute("aria-current", "page")
  const state = [
    row.archived && !archived ? say("sidebar.archived") : "",
    row.stage ? say(`sidebar.stages.${row.stage}`) : "",
  ]
  const top = element("span", { className: "ea-side-top" })
  top.append(
    element("span", { className: "ea-side-who", textContent: row.who || title }),
    element("time", { dateTime: row.at, textContent: time(new Date(row.at)) }),
  )
  link.append(top)
  if (row.who) link.append(element("span", { className: "ea-side-title", textContent: title }))
  link.append(element("span", { className: "ea-side-stage", textContent: state.filter(Boolean).join(" · ") }))
  link.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return
    event.preventDefault()
    open(row.id)
  }
  const menu = button("⋯", (event) => openMenu(row, event.currentTarget), "ea-side-options")
  menu.setAttribute("aria-label", fill(say("sidebar.options"), { title }))
  menu.setAttribute("aria-haspopup", "menu")
  item.append(link, ...(picked ? [] : [menu]))
  return item
}

function show() {
  const focused = nav.contains(document.activeElement) ? document.activeElement.closest("li")?.dataset.id : null
  const onMenu = document.activeElement?.classList.contains("ea-side-options")
  closeMenu()
  const sections = []
  let name = null
  for (const row of rows) {
    const of = group(new Date(row.at))
    if (of !== name) {
      name = of
      const section = element("section", {})
      section.append(element("h2", { className: "ea-muted", textContent: of }), element("ul", {}))
      sections.push(section)
    }
    sections.at(-1).lastChild.append(line(row))
  }
  list.replaceChildren(...sections)
  const none = search
    ? fill(say("sidebar.noMatch"), { search })
    : say(archived ? "sidebar.noneArchived" : "threadHistory.sidebar.empty")
  status.textContent = rows.length ? "" : none
  showBar()
  showTitle()
  const again = focused && list.querySelector(`li[data-id="${focused}"]`)
  if (renaming) list.querySelector(".ea-side-name")?.focus()
  else again?.querySelector(onMenu ? ".ea-side-options" : "a")?.focus()
}

function showBar() {
  if (picked) {
    const ids = [...picked]
    const buttons = [
      button(say(archived ? "sidebar.unarchive" : "sidebar.archive"), () => put(ids, !archived)),
      button(say("sidebar.delete"), () => confirm(ids), "ea-danger"),
    ]
    for (const each of buttons) each.disabled = !ids.length
    const stop = button(say("sidebar.cancel"), () => pick(null))
    bar.replaceChildren(
      element("span", { textContent: fill(say("sidebar.selected"), { count: ids.length }) }),
      ...buttons,
      stop,
    )
    return
  }
  const shelf = button(say(archived ? "sidebar.showOpen" : "sidebar.showArchived"), () => {
    archived = !archived
    rows = []
    load()
  })
  shelf.setAttribute("aria-pressed", archived)
  bar.replaceChildren(shelf)
}

function showTitle() {
  const id = openId()
  const title = id && (rows.find((row) => row.id === id)?.title || (thread?.id === id && thread.name))
  const product = say("sidebar.product")
  const wanted = title ? `${title} – ${product}` : product
  if (document.title !== wanted) document.title = wanted
}

// Do

function go(path) {
  history.pushState(null, "", path)
  dispatchEvent(new PopStateEvent("popstate", { state: null }))
}

function open(id) {
  closeSheet()
  if (id !== openId()) go(`/thread/${id}`)
  show()
}

function leave(path) {
  document.querySelector("#new-chat-button")?.click()
  if (location.pathname !== "/") go("/")
  inform(path)
}

async function attempt(work) {
  try {
    await work()
  } catch {
    notice("sidebar.failed")
  }
  await load()
}

const put = (ids, away) =>
  attempt(async () => {
    picked = null
    await call("/project/conversations/archive", "PUT", { ids, archived: away })
  })

function pick(ids) {
  picked = ids && new Set(ids)
  show()
}

function renameField(row) {
  const name = element("input", { className: "ea-side-name", value: row.title, maxLength: 200 })
  name.setAttribute("aria-label", say("sidebar.newName"))
  const end = (keep) => {
    if (renaming !== row.id) return
    renaming = null
    const title = name.value.trim()
    if (!keep || !title || title === row.title) return show()
    row.title = title
    show()
    attempt(() => call("/project/thread", "PUT", { threadId: row.id, name: title }))
  }
  name.onblur = () => end(true)
  name.onkeydown = (event) => {
    if (event.isComposing) return
    if (event.key === "Enter" || event.key === "Escape") {
      event.preventDefault()
      event.stopPropagation()
      end(event.key === "Enter")
      list.querySelector(`li[data-id="${row.id}"] a`)?.focus()
    }
  }
  requestAnimationFrame(() => name.select())
  return name
}

function confirm(ids) {
  const dialog = element("dialog", { className: "ea-side-dialog" })
  dialog.setAttribute("role", "alertdialog")
  const heading = element("h2", { id: "ea-side-question" })
  heading.textContent =
    ids.length === 1 ? say("sidebar.deleteOne") : fill(say("sidebar.deleteSeveral"), { count: ids.length })
  dialog.setAttribute("aria-labelledby", heading.id)
  const foot = element("div", { className: "ea-side-foot" })
  const stop = button(say("sidebar.cancel"), () => dialog.close())
  const erase = button(
    say("sidebar.delete"),
    () => {
      dialog.close()
      picked = null
      attempt(async () => {
        for (const id of ids) await call("/project/thread", "DELETE", { threadId: id })
      })
    },
    "ea-danger ea-filled",
  )
  foot.append(stop, erase)
  dialog.append(heading, element("p", { textContent: say("threadHistory.thread.actions.delete.description") }), foot)
  dialog.onclose = () => dialog.remove()
  document.body.append(dialog)
  dialog.showModal()
  stop.focus()
}

// The menu of a row

let menu = null
function closeMenu() {
  menu?.remove()
  menu = null
}

function openMenu(row, opener) {
  const wasOpen = menu?.opener === opener
  closeMenu()
  if (wasOpen) return
  menu = element("div", { className: "ea-side-menu", opener })
  menu.setAttribute("role", "menu")
  const item = (path, run, danger) => {
    const choose = () => {
      closeMenu()
      run()
    }
    const each = button(say(path), choose, danger ? "ea-danger" : "")
    each.setAttribute("role", "menuitem")
    each.tabIndex = -1
    menu.append(each)
  }
  item("sidebar.rename", () => {
    renaming = row.id
    show()
  })
  item(row.archived ? "sidebar.unarchive" : "sidebar.archive", () => put([row.id], !row.archived))
  item("sidebar.select", () => pick([row.id]))
  item("sidebar.delete", () => confirm([row.id]), true)
  const items = [...menu.children]
  menu.onkeydown = (event) => {
    const at = items.indexOf(document.activeElement)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key]
    if (to !== undefined) items.at(to % items.length).focus()
    if (event.key === "Escape" || event.key === "Tab") {
      closeMenu()
      opener.focus()
    }
    if (to !== undefined || event.key === "Escape") {
      event.preventDefault()
      event.stopPropagation()
    }
  }
  opener.parentElement.append(menu)
  // Below the last rows there may be no room.
  menu.toggleAttribute("data-above", menu.getBoundingClientRect().bottom > innerHeight)
  items[0].focus()
}
addEventListener("pointerdown", (event) => !event.target.closest?.(".ea-side-menu, .ea-side-options") && closeMenu())

// Its place

const sheet = () => nav.closest('[role="dialog"]')
const closeSheet = () => sheet()?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }))

function place() {
  const theirs = document.querySelector("ul:has(> #thread-history)") ?? document.querySelector("#thread-history")
  if (theirs && theirs.previousElementSibling !== nav) theirs.before(nav)
  const here = location.pathname
  if (here !== place.path) {
    place.path = here
    show()
  }
  showTitle()
}

followPage(place)

field.oninput = () => {
  search = field.value.trim()
  later()
}
field.onkeydown = (event) => {
  if (event.key !== "Escape" || !field.value) return
  event.preventDefault()
  event.stopPropagation()
  field.value = search = ""
  load()
}
// Chainlit's own search shows names only.
addEventListener(
  "keydown",
  (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    event.stopImmediatePropagation()
    const { left, right } = field.getBoundingClientRect()
    if (left === right || right <= 0) document.querySelector("#sidebar-trigger-button")?.click()
    // On a phone the sidebar is made only now.
    field.isConnected ? field.select() : requestAnimationFrame(() => requestAnimationFrame(() => field.select()))
  },
  true,
)

new IntersectionObserver(([seen]) => seen.isIntersecting && next && load({ more: true })).observe(status)
addEventListener("focus", later)
document.addEventListener("visibilitychange", () => document.hidden || later())
let begun = false
whenConnected(() => {
  if (begun || performance.now() - known > MAX_AGE) load()
  begun = true
})
whenTold("conversations", ({ gone }) => {
  if (gone && gone === openId()) leave("sidebar.gone")
  later()
})
whenTold("resume_thread", (told) => {
  thread = told
  requestAnimationFrame(showTitle)
})
whenTold("resume_thread_error", () => {
  leave("sidebar.unknown")
  return true
})

// Whether the sidebar is collapsed is kept in a cookie that Chainlit writes and never reads.
const fetched = window.fetch
window.fetch = async (...given) => {
  const answer = await fetched(...given)
  if (!document.cookie.includes(COLLAPSED) || !String(given[0]?.url ?? given[0]).includes("/project/settings"))
    return answer
  const settings = await answer.json()
  return new Response(JSON.stringify({ ...settings, ui: { ...settings.ui, default_sidebar_state: "closed" } }), answer)
}

// The server answers a path that no page has with the start page.
if ("missing" in document.documentElement.dataset) inform("sidebar.noPage")

words.then((translation) => {
  say = (path) => word(translation, path) ?? ""
  nav.setAttribute("aria-label", say("sidebar.list"))
  field.placeholder = say("threadHistory.sidebar.filters.placeholder")
  field.setAttribute("aria-label", field.placeholder)
  place()
  load()
})
