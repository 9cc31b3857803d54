// A message stays in this tab until the server has saved it, and comes back into the composer where the server ended
// before that.
import { putBack, showing } from "./composer.js"
import { notice } from "./notices.js"
import { serving, whenConnected, whenMessage, whenTold } from "./socket.js"

const KEY = "email-assistant:unsaved"

let kept = read()
let thread = null // what the server sent last
const carried = []

// `run` gives the pasted emails that are attached to the message which is sent now.
export const whenSent = (run) => void carried.push(run)

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? []
  } catch {
    return []
  }
}

function keep(next) {
  kept = next
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept))
  } catch {} // larger than a tab may keep: it is in memory as long as the page is open
}

const bare = (text) => text.replace(/\s+/g, " ").trim()
const isHere = (each) => each.path === location.pathname || (thread && each.thread === thread.id)
const inThread = ({ text, emails }) =>
  (thread?.steps ?? []).some(({ input, output }) =>
    [text, ...emails.map(({ name }) => `[${name}]`)].every((part) => bare(`${input} ${output}`).includes(bare(part))),
  )
// A pasted email was attached; it comes back as the text that it was.
const whole = ({ text, emails }) =>
  [text, ...emails.map((email) => email.text)].filter((part) => part.trim()).join("\n\n")

function sending({ id, output }, files) {
  const emails = files?.length ? carried.flatMap((run) => run()) : []
  const others = (files?.length ?? 0) > emails.length
  const message = {
    id,
    text: output,
    emails,
    files: others,
    path: location.pathname,
    thread: thread?.id,
    server: serving(),
  }
  keep([...kept.filter((each) => !each.back), message])
}

function saved(id) {
  const message = kept.find((each) => each.id === id)
  keep(kept.filter((each) => each.id !== id && !(message && whole(each) === whole(message))))
}

// The server told why it did not use the message. Its words are on the page; what was attached to it is not.
function unused({ id, lost }) {
  const message = kept.find((each) => each.id === id)
  if (!message || !(lost || message.emails.length)) return
  keep(kept.filter((each) => each !== message))
  showing(() => {
    putBack(whole(message), { above: true })
    notice(message.files ? "unsaved.unusedFiles" : "unsaved.unused")
  })
}

// The server that a message was sent to has ended: the message is in the conversation, or in nothing but this tab.
function comeBack() {
  const lost = kept.filter((each) => each.server !== serving() && !each.back && isHere(each))
  if (!lost.length) return
  const back = lost.filter((each) => whole(each) && !inThread(each))
  keep(kept.filter((each) => !lost.includes(each)).concat(back.map((each) => ({ ...each, back: true }))))
  if (!back.length) return
  const text = back.map(whole).join("\n\n")
  putBack(text, { above: true })
  notice(back.some((each) => each.files) ? "unsaved.files" : "unsaved.message", text)
}

whenMessage(sending)
whenTold("saved", saved)
whenTold("unused", unused)
whenTold("resume_thread", (told) => {
  thread = told
})
whenTold("first_interaction", (told) => {
  if (told.thread_id === thread?.id) return
  thread = { id: told.thread_id, steps: [] }
  keep(kept.map((each) => (each.path === location.pathname && !each.thread ? { ...each, thread: thread.id } : each)))
})
whenConnected(() => showing(comeBack))
