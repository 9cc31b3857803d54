"""Which lines of one chat message are the email, and which say how to answer it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from email_assistant.mail.header_lines import field_of_line
from email_assistant.mail.locales import alternation
from email_assistant.mail.pasted import read_pasted


class Paste(NamedTuple):
    """One chat message in its two parts; `instructions` is "" when all of it is the email."""

    email: str
    instructions: str


def split_paste(text: str) -> Paste:
    """Tell the email from the instructions that were typed above or below it.

    They are apart where a line says so (`Instructions:`, in several languages), where a line of dashes stands
    between and one side is an order to a writer, or where such an order stands alone above the email's head
    or below its signature. When unsure, all of it is the email. No line is lost but the separating one.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for rule in (_by_marker, _by_dashes, _order_above, _order_below):
        for found in rule(lines):
            if found.email and found.instructions:
                return found
    return Paste(text.strip(), "")


# --- what marks the two parts ----------------------------------------------------------------------------

_SURE_MARKER = re.compile(
    r"^[\s#*_>\-=\[(]*(?:(?:my|your|reply|response|the|meine)\s+)?"
    r"(?:instructions?(?:\s+(?:for|to)\s+(?:the\s+)?(?:reply|assistant|ai|answer))?|instruc(?:ciones|ción|ções|ção)"
    r"|anweisung(?:en)?|consignes?|istruzion[ei]|instructies?|instruktion(?:er|en)?|instruksjon(?:er)?|ohjeet"
    r"|instrukcj[ae]|instrukce|pokyny|инструкци[ия]|указани[ея]|інструкці[яї]|talimatlar|指示|指令|说明|지시|how\s+to\s+(?:reply|answer|respond)"
    r"|so\s+antworten|prompt)"
    r"[\s*_\])]*[:：][\s*_\-=]*(?P<rest>.*)$",
    re.IGNORECASE,
)
_REPLY_MARKER = re.compile(
    r"^[\s#*_\-=\[(]*(?:(?:my|the|meine|ma|mi)\s+)?(?:reply|answer|response|antwort|réponse|respuesta|risposta|resposta"
    r"|antwoord|svar|vastaus|odpowiedź|odpověď|ответ|відповідь|返信|返事|回复|回覆|답장)"
    r"[\s*_\])]*[:：][\s*_\-=]*(?P<rest>.*)$",
    re.IGNORECASE,
)
_EMAIL_MARKER = re.compile(
    r"^[\s#*_\-=\[(]*(?:(?:the|incoming|original|received|here\s+is\s+the|die|der|l['’]|le|el|il|o|de)\s*)?"
    r"(?:e-?mail|mail|message|nachricht|courriel|correo|messaggio|mensagem|bericht|письмо|メール|邮件|郵件|메일)"
    r"(?:\s+(?:to\s+(?:answer|respond\s+to|reply\s+to)|received|text))?[\s*_\])]*[:：][\s*_\-=]*(?P<rest>.*)$",
    re.IGNORECASE,
)
_DASHES = re.compile(r"^\s*(?:-{3,}|={3,}|\*{3,}|_{3,}|~{3,}|[—–─]{2,})\s*$")

# --- what an email looks like ----------------------------------------------------------------------------

_GREETING = re.compile(rf"^\s*(?:{alternation('hello')})\b(?!\s*[:：])", re.IGNORECASE)
_SIGN_OFF = re.compile(rf"^\s*(?:{alternation('bye')})\s*[,.!，。！]?\s*$", re.IGNORECASE)
_SIGNATURE_MARK = re.compile(r"^-- ?$")
_FORWARDED = re.compile(rf"^[\s\-_=*>]*(?:{alternation('forwarded')})\b", re.IGNORECASE)
_ATTRIBUTION = re.compile(rf"(?=.*(?:\d|@)).*\b(?:{alternation('wrote')})\b.*[:：]\s*$", re.IGNORECASE)

# --- what an order to a writer looks like ----------------------------------------------------------------

_POLITE = (
    r"please|kindly|pls|just|then|can\s+you|could\s+you|would\s+you|help\s+me(?:\s+to)?|i(?:['’]d|\s+would)\s+like"
    r"(?:\s+you)?\s+to|i\s+want(?:\s+you)?\s+to|politely|briefly|bitte|höflich|freundlich|kurz|s['’]il\s+te\s+pla[iî]t"
    r"|s['’]il\s+vous\s+pla[iî]t|merci\s+de|peux-tu|pouvez-vous|por\s+favor|per\s+favore|per\s+cortesia|graag|alsjeblieft"
    r"|vänligen|snälla|venligst|vennligst|proszę|prosím|пожалуйста|будь\s+ласка|lütfen|ole\s+hyvä\s+ja"
)
_ORDER_VERB = (
    # English
    r"answer|reply|respond|write|draft|compose|say|tell|thank(?!\s+you)|decline|accept|refuse|reject|agree|ask"
    r"|apologi[sz]e|propose|suggest|explain|let\s+(?:him|her|them|the)|keep\s+it|make\s+it|translate|formulate"
    r"|congratulate|turn\s+(?:him|her|them|it|this)\s+down|sound\s|be\s+(?:polite|friendly|brief|firm|short|formal|nice|kind)"
    r"|offer\s+(?:him|her|them|to)|confirm\s+(?:that|the|it)|inform\s+(?:him|her|them)|politely"
    # German
    r"|antworten?|beantworte|schreibe?n?|sage?|sag\s+(?:ihm|ihr|ihnen)|lehne?|ablehnen|absagen|zusagen|nimm|danke\s+(?:ihm|ihr)"
    r"|bedanke|frage?\s+(?:ihn|sie|nach)|formuliere|verfasse|bestätige|erkläre|entschuldige|schlage?|teile?\s+(?:ihm|ihr|ihnen)"
    # French
    r"|réponds|répondez|répondre|dis(?:-lui|-leur)?|dites|écris|écrivez|rédige[rz]?|refuse[rz]?|accepte[rz]?|remercie[rz]?|décline[rz]?"
    r"|demande[rz]?(?:-lui|-leur)?|propose[rz]?|explique[rz]?|excuse[rz]?"
    # Spanish, Portuguese, Italian
    r"|responde[r]?|responda|contesta[r]?|conteste|dile|diles|escribe|escriba|escreva|rechaza|acepta|aceite|agradece|agradeça"
    r"|recusa|recuse|diga|redacta|rispondi|rispondere|scrivi|digli|dille|rifiuta|accetta|ringrazia|declina|pregunta(?:le)?|pergunte"
    # Dutch, Swedish, Danish, Norwegian, Finnish
    r"|antwoord|beantwoord|schrijf|zeg|weiger|bedank|vraag\s+(?:hem|haar|hun)|svara|svar|skriv|säg|sig\s+(?:til|at|nej|ja)|tacka|takk"
    r"|avböj|afslå|vastaa|kirjoita|sano|kiitä|kieltäydy"
    # Polish, Czech, Slovak, Russian, Ukrainian, Turkish
    r"|odpowiedz|napisz|powiedz|odmów|podziękuj|odpověz|napiš|řekni|poděkuj|odmítni|odpovedz|poďakuj"
    r"|ответь(?:те)?|напиши(?:те)?|скажи(?:те)?|откажи(?:те)?|поблагодари(?:те)?|відповідай|напиши|скажи|подякуй|cevap\s+ver|yanıtla|yaz|teşekkür\s+et"
)
_TONE = (
    r"(?:very\s+)?(?:short|brief|friendly|formal|informal|polite|firm|warm|casual|kurz|höflich|freundlich|förmlich|court|bref|poli"
    r"|breve|cortés|cortese|formale|kort|vriendelijk|vänlig|in\s+(?:english|german|french|spanish|italian|dutch|japanese|chinese))"
)
_ORDER = re.compile(
    rf"^[\s\-*•>\d.)]*(?:(?:{_POLITE})[\s,]+){{0,3}}(?:(?:{_ORDER_VERB})\b|{_TONE}\s*(?:,|and\b|und\b|et\b|y\b|e\b|tone\b|reply\b|$))",
    re.IGNORECASE,
)
_ORDER_CJK = re.compile(
    r"(?:返信|返事|断って|断り|お礼を|書いて|伝えて|丁寧に|回复|回覆|答复|拒绝|拒絕|婉拒|请写|請寫|告诉他|告诉她|感谢他|답장|거절|써\s?줘|작성해|답변해)"
)
# Printed below thousands of mails: words to the reader, not to a writer.
_FOOTER = re.compile(
    r"https?://|www\.|unsubscribe|view it on|\bconfidential|intended recipient|virus|\bclick\b|©"
    r"|all rights reserved"
    r"|(?:do not|don't|never) reply"
    r"|(?:reply|respond) to this (?:e-?mail|message|thread) (?:directly|to|if|and|or|with\s+stop)"
    r"|above this line|nicht auf diese|ne pas répondre|no respond(?:a|er)|non rispondere|niet (?:op|te)"
    r"|\b(?:tell|ask|write|reply|respond|answer)\s+(?:to\s+)?(?:us|me)\b|このメール(?:に|へ)の?返信|返信(?:しないで|不可|はでき)|请勿回复|請勿回覆",
    re.IGNORECASE,
)
_LONGEST_ORDER = 1500
_MOST_ORDER_LINES = 15


def _is_order(block: str) -> bool:
    """Whether a block is an order to a writer: short, imperative, and nothing of an email in it."""
    lines = [line for line in block.split("\n") if line.strip()]
    if not lines or len(block) > _LONGEST_ORDER or len(lines) > _MOST_ORDER_LINES:
        return False
    if _FOOTER.search(block) or any(_is_mail_line(line) for line in lines):
        return False
    first = lines[0]
    return bool(_ORDER.match(first) or (len(first) < 120 and _ORDER_CJK.search(first)))


def _is_mail_line(line: str) -> bool:
    return bool(
        _GREETING.match(line)
        or _SIGN_OFF.match(line)
        or _SIGNATURE_MARK.match(line)
        or _FORWARDED.match(line)
        or line.lstrip().startswith(">")
        or (len(line) < 300 and _ATTRIBUTION.search(line))
        or ((named := field_of_line(line)) and named[0] != "other" and ("@" in named[1] or len(named[1]) > 2))
    )


def _begins_like_mail(lines: list[str]) -> bool:
    """Whether an email begins here: header lines, a forwarded one's heading, an attribution or a greeting."""
    filled = [line for line in lines if line.strip()]
    return bool(filled) and (
        read_pasted("\n".join(lines)) is not None
        or bool(_FORWARDED.match(filled[0]) or _GREETING.match(filled[0]) or filled[0].startswith(">"))
        or (len(filled[0]) < 300 and bool(_ATTRIBUTION.search(filled[0])))
        or bool(_DASHES.match(filled[0]) and _begins_like_mail(filled[1:4]))
    )


def _reads_like_mail(lines: list[str]) -> bool:
    return _begins_like_mail(lines) or any(
        _SIGN_OFF.match(line) or _SIGNATURE_MARK.match(line) for line in lines
    )


# --- the rules -------------------------------------------------------------------------------------------


def _by_marker(lines: list[str]) -> Iterator[Paste]:
    marks = [at for at, line in enumerate(lines) if _SURE_MARKER.match(line)]
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    if marks and marks[0] == first:
        yield _instructions_first(lines, first)
    weak = [
        at
        for at, line in enumerate(lines)
        if _REPLY_MARKER.match(line) and at and not lines[at - 1].strip() and _reads_like_mail(lines[:at])
    ]
    for at in sorted({*marks, *weak}, reverse=True):
        mark = _SURE_MARKER.match(lines[at]) or _REPLY_MARKER.match(lines[at])
        below = [mark["rest"] if mark else "", *lines[at + 1 :]]
        if len("\n".join(below)) <= _LONGEST_ORDER and not any(_is_mail_line(line) for line in below):
            above = lines[:at]
            if (stripped := _trimmed(above)) and _EMAIL_MARKER.match(stripped[0]):
                above = _without_marker(stripped, _EMAIL_MARKER)
            yield _paste(above, below)


def _instructions_first(lines: list[str], at: int) -> Paste:
    rest = _without_marker(lines[at:], _SURE_MARKER)
    for cut in range(1, len(rest)):
        if _EMAIL_MARKER.match(rest[cut]):
            return _paste(_without_marker(rest[cut:], _EMAIL_MARKER), rest[:cut])
        if _DASHES.match(rest[cut]):
            return _paste(rest[cut + 1 :], rest[:cut])
        if not rest[cut - 1].strip() and _begins_like_mail(rest[cut:]):
            return _paste(rest[cut:], rest[:cut])
    start = next((at for at, line in enumerate(rest) if line.strip()), 0)
    end = next((at for at, line in enumerate(rest) if at > start and not line.strip()), len(rest))
    return _paste(rest[end:], rest[:end])


def _by_dashes(lines: list[str]) -> Iterator[Paste]:
    cuts = [at for at, line in enumerate(lines) if _DASHES.match(line)]
    for at in dict.fromkeys([*cuts[-1:], *cuts[:1]]):
        above, below = lines[:at], lines[at + 1 :]
        if _is_order("\n".join(below)):
            yield _paste(above, below)
        if _is_order("\n".join(above)) and not _is_order("\n".join(below)):
            yield _paste(below, above)


def _order_above(lines: list[str]) -> Iterator[Paste]:
    filled = [at for at, line in enumerate(lines) if line.strip()]
    for at in filled[1 : _MOST_ORDER_LINES + 1]:
        apart = not lines[at - 1].strip() or lines[at - 1].rstrip().endswith((":", "："))
        if apart and _is_order("\n".join(lines[:at])) and _begins_like_mail(lines[at:]):
            yield _paste(lines[at:], lines[:at])


def _order_below(lines: list[str]) -> Iterator[Paste]:
    gaps = [at for at, line in enumerate(lines) if not line.strip()]
    for at in reversed(gaps):
        above, below = _trimmed(lines[:at]), lines[at:]
        if len("\n".join(below)) > _LONGEST_ORDER:
            return
        near = above[-8:]
        ended = any(_SIGN_OFF.match(line) or _SIGNATURE_MARK.match(line) for line in near) or (
            bool(above) and above[-1].lstrip().startswith(">")
        )
        order = "\n".join(below)
        if (
            ended
            and _is_order(order)
            and not re.search(r"(?<!can )(?<!could )(?<!would )\byour?\b|@", order, re.I)
        ):
            yield _paste(above, below)


def _without_marker(lines: list[str], marker: re.Pattern[str]) -> list[str]:
    mark = marker.match(lines[0])
    return [mark["rest"] if mark else lines[0], *lines[1:]]


def _trimmed(lines: list[str]) -> list[str]:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    while lines and not lines[0].strip():
        lines = lines[1:]
    return lines


def _paste(email: list[str], instructions: list[str]) -> Paste:
    return Paste("\n".join(_trimmed(email)), "\n".join(_trimmed(instructions)).strip())
