// Whether a pasted text looks like an email. The server reads it with more care; this only decides where it goes.
const MAX_LOOKED_AT = 20_000
const FROM =
  /^\W*(?:from|von|de|da|van|od|fra|från|kimden|lähettäjä|feladó|от|від|差出人|发件人|寄件者|보낸 사람)\s*[:：]\W*(.+)$/iu
const FIELD = /^\*?[\p{L}][\p{L} -]{0,24}\*?\s*[:：]\*?\s*\S/u
const SUBJECT =
  /^\W*(?:subject|betreff|objet|oggetto|asunto|assunto|onderwerp|temat|emne|ämne|aihe|konu|tárgy|тема|件名|主题|主旨|제목)\s*[:：]/iu
export const SOURCE = /^(?:received|return-path|delivered-to|message-id|mime-version|dkim-signature)\s*:/im
const MAILBOX = /^\W{0,2}([^<>@]{1,80}?)\W{0,2}<[^<>@\s]+@[^<>\s]+>/u
const GREETING =
  /^(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hallo|liebe[rs]?|sehr geehrte[rsn]?|guten (?:tag|morgen|abend)|moin|bonjour|bonsoir|ch(?:er|ère)s?|salut|hola|estimad[oa]s?|querid[oa]s?|buen[oa]s|ciao|gentile|buongiorno|car[oai]|olá|prezad[oa]s?|beste|geachte|szanown\p{L}+|cześć|hej|kære|bästa|здравствуйте|уважаем\p{L}+)(?!\p{L})(?:(?:[ ,]+[\p{L}.'’-]+){0,5}\s*[,!:;]|(?: +[\p{L}.'’-]+){0,2})$/iu
const ATTRIBUTION =
  /^(?:on|am|le|el|il|op|em|w dniu) .{8,150}(?:wrote|schrieb.{0,60}|a écrit|escribió|ha scritto|schreef.{0,60}|escreveu|napisał(?:\(a\))?)\s*:$/im
const LABEL = /(?:[:：]|---+)\s*$/ // as "Edit:", which already says what follows

// Who wrote it, "" where that is not said; null if it is no email or may hold instructions.
export function senderOf(plain, html, before) {
  const text = plain.slice(0, MAX_LOOKED_AT).trim()
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
  if (lines.length < 3 || LABEL.test(before)) return null
  const top = lines.slice(0, 8)
  const from = top.map((line) => line.match(FROM)?.[1]).find(Boolean)
  const name = (from ?? lines[0]).match(MAILBOX)?.[1] ?? from ?? ""
  const fields = top.filter((line) => FIELD.test(line))
  const named = (line) => FROM.test(line) || SUBJECT.test(line) || SOURCE.test(line)
  // "Instructions: …" above a head is no part of it.
  const begun =
    named(lines[0]) ||
    (/@|\d{4}/.test(lines[0]) &&
      text
        .split(/\n\s*\n/, 1)[0]
        .split("\n")
        .some(named))
  const headed = begun && FIELD.test(lines[0]) && fields.length > 1
  if (headed || MAILBOX.test(lines[0])) return name.trim()
  // What stands above a greeting may be how to answer.
  if (lines.findIndex((line) => GREETING.test(line)) > 0) return null
  // Below a paragraph alone, what is quoted may be the email and the paragraph how to answer it.
  const above = text.search(ATTRIBUTION)
  if (
    above === 0 ||
    (above > 0 &&
      text
        .slice(0, above)
        .trim()
        .split(/\n\s*\n/).length > 1)
  )
    return name.trim()
  // What is pasted beside a draft may be a text for the draft.
  if (document.querySelector(".ea-draft") || FIELD.test(lines[0])) return null
  return GREETING.test(lines[0]) || (html && text.length > 400) ? name.trim() : null
}
