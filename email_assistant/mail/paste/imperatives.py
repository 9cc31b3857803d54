"""Orders to a writer, `Please decline politely`, told from an email's own lines."""

from __future__ import annotations

import re

from email_assistant.mail.paste.pasted import read_pasted
from email_assistant.mail.text.attribution import is_attribution
from email_assistant.mail.text.locales import alternation
from email_assistant.mail.text.shown_headers import RULE, bare, field_of_line, heading_of

MAX_ORDER = 1_500
"""Characters."""
MAX_ORDER_LINES = 15
_MAX_LINE = 300  # of those that mark something; longer ones are prose
_READ_AHEAD = 80  # lines

_GREETING = re.compile(rf"^[\s\"“„«]*(?:{alternation('hello')})\b(?!\s*[:：])", re.IGNORECASE)
_SIGN_OFF = re.compile(rf"^\s*(?:{alternation('bye')})\s*[,.!，。！]?\s*$", re.IGNORECASE)
_SIGNATURE_MARK = re.compile(r"^-- ?$")

_POLITE = (
    r"please|kindly|pls|just|then|can\s+you|could\s+you|would\s+you|help\s+me(?:\s+to)?|i(?:['’]d|\s+would)\s+like"
    r"(?:\s+you)?\s+to|i\s+(?:want|need|have)(?:\s+you)?\s+to|we\s+(?:want|need|have)\s+to|politely|briefly|bitte|höflich|freundlich|kurz|s['’]il\s+te\s+pla[iî]t"
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


def is_order(lines: list[str]) -> bool:
    """Whether lines are an order to a writer: short, imperative, and with nothing of an email in it."""
    filled = [line for line in lines[: MAX_ORDER_LINES * 4] if line.strip()]
    if not filled or len(filled) > MAX_ORDER_LINES or sum(map(len, lines)) > MAX_ORDER:
        return False
    if any(_FOOTER.search(line) or is_mail_line(line) for line in filled):
        return False
    first = filled[0][:_MAX_LINE]
    return bool(_ORDER.match(first) or (len(first) < 120 and _ORDER_CJK.search(first)))


def is_mail_line(line: str) -> bool:
    """Whether a line is of the kind that only emails have: greeting, sign-off, header line, quote."""
    if len(line) > _MAX_LINE:
        return False
    named = field_of_line(line)
    return bool(
        ends_mail(line)
        or _GREETING.match(line)
        or heading_of(bare(line))
        or line.lstrip().startswith(">")
        or is_attribution(line)
        or (named and named[0] != "other" and len(named[1]) > 2)
    )


def ends_mail(line: str) -> bool:
    """Whether a line is a sign-off or the mark of a signature."""
    return len(line) <= _MAX_LINE and bool(_SIGN_OFF.match(line) or _SIGNATURE_MARK.match(line))


def begins_mail(lines: list[str]) -> bool:
    """Whether an email begins here: header lines, a forwarded one's heading, an attribution or a greeting."""
    ahead = lines[:_READ_AHEAD]
    filled = [line for line in ahead if line.strip()]
    if not filled:
        return False
    first = filled[0][:_MAX_LINE]
    return (
        read_pasted("\n".join(ahead)) is not None
        or bool(heading_of(bare(first)) or _GREETING.match(first) or first.startswith(">"))
        or (len(filled) > 1 and RULE.match(first) is not None and begins_mail(filled[1:4]))
    )
