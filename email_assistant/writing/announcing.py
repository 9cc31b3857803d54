"""How models announce a reply, and comment on it, in the languages that people answer mail in.

Nothing here cuts anything by itself: `body` looks for these words where they can only be the model's own.
"""

from __future__ import annotations

import re

SALUTATION = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|greetings|to whom"
    r"|hallo|guten (?:tag|morgen|abend)|liebe[rs]?|sehr geehrte[rs]?|moin|servus|grüezi|werte[rs]?"
    r"|bonjour|bonsoir|salut|ch[eè]re?s?|madame|monsieur|mesdames"
    r"|hola|estimad[oa]s?|querid[oa]s?|buen[oa]s (?:d[ií]as|tardes|noches)|muy señor(?:es)?"
    r"|ciao|gentil[ei]|egregi[oa]|spett(?:abil[ei]|\.le)|buon(?:giorno|asera)|salve|car[oaie]"
    r"|ol[áa]|oi|prezad[oa]s?|car[oa]s|exm[oa]\.?|bom dia|boa (?:tarde|noite)"
    r"|beste|geachte|goede(?:morgen|middag|navond)|hoi|dag|lieve"
    r"|cześć|dzień dobry|szanown[yai]|witam|drog[ia]|hej|hei|kära|bästa|kjære|kære|god dag|moi|hyvä|terve"
    r"|dobrý den|vážen[ýáí]|ahoj|milý|kedves|tisztelt|szia|merhaba|sayın|sevgili|bună|stimat[ăe]?|dragă"
    r"|здравствуйте|уважаем\w+|привет|добрый (?:день|вечер)|доброе утро|дорог\w+|вітаю|шановн\w+"
    r"|chào|kính (?:gửi|chào|thưa)|thân gửi|halo|selamat (?:pagi|siang|sore|malam)|yth|sveiki|labas|labdien"
    r"|zdravo|poštovan\w*|pozdravljeni|spoštovan\w*|dragi|tere|lugupeetud"
    r"|γεια|αγαπητ\w+|您好|你好|尊敬的|亲爱的|敬啓|拝啓|お世話に|こんにちは|안녕하세요|مرحبا|السلام|عزيزت?ي|שלום|नमस्ते)"
    r"(?!\w)|[^\s,，。:：]{1,20}?\s?(?:様|さま|さん|殿|님|씨|先生|女士|老师|老師|您好|你好)(?=[\s,，:：!！、]|$)",
    re.IGNORECASE,
)
"""The first words of a letter."""

_NOUN = (
    r"(?:draft|reply|response|re-?write|rewritten|e-?mail|message|version|body"
    r"|entwurf|antwort(?:entwurf|mail|vorschlag)?|fassung|nachricht|vorschlag"
    r"|brouillon|réponse|projet|proposition|courriel|borrador|respuesta|versi[óo]n|correo|mensaje"
    r"|bozza|risposta|versione|messaggio|rascunho|resposta|vers[ãa]o|mensagem"
    r"|concept(?:antwoord|reactie|mail|e-mail)?|reactie|antwoord|versie|bericht|szkic|odpowied[źz]i?|wersja|wiadomo[śs][ćc]|utkast|svar|förslag"
    r"|forslag|udkast"
    r"|luonnos|vastaus|koncept|odpověď|návrh|taslak|yanıt|cevap|tervezet|válasz|răspuns"
    r"|черновик|ответ|вариант|письмо|чернетка|відповідь|απάντηση|προσχέδιο"
    r"|草稿|回复|回覆|答复|回信|邮件|下書き|返信|案|初稿|초안|답장|회신|답변|مسودة|رد|טיוטה|תשובה)"
)
NOUN = re.compile(
    rf"(?<!\w){_NOUN}(?!\w)|(?:草稿|回复|回覆|答复|回信|邮件|下書き|返信|初稿|초안|답장|회신)", re.IGNORECASE
)
"""What a model calls that which it wrote."""

_AGREED = (
    r"(?:sure(?: thing)?|certainly|of course|absolutely|okay|ok|all ?right|great|got it|understood"
    r"|no problem|happy to help"
    r"|gerne|natürlich|klar|selbstverständlich|bien sûr|d'accord|claro|por supuesto|certo|certamente"
    r"|com certeza|natuurlijk"
    r"|zeker|oczywiście|jasne|självklart|конечно|当然|好的|もちろん|承知しました|네|물론)"
)
_HERE = (
    r"(?:here(?: is|['’]s| are|['’]re)|below is|this is|please find below|i(?:['’]ve| have) (?:written"
    r"|drafted|revised|updated|prepared)"
    r"|hier (?:ist|is|kommt|findest du)|voici|aqu[íi] (?:est[áa]|tiene|tienes|tem)|ecco|aqui está|eis|oto"
    r"|här (?:är|kommer)"
    r"|her (?:er|kommer)|tässä on|tady je|işte|вот|ось|以下是|这是|以下は|こちらが|다음은)"
)
_QUALIFIED = r"(?:(?:the|your|a|an|my|one|der|die|das|dein|deine|ihr|ihre|ein|eine|une?|la|le|el|il|un|una|o|um|uma|het|een|de) )?(?:[\w-]+ ){0,4}?"
_FOR_YOU = (
    r"(?: (?:to|for|of) (?:the|your|this|her|his|their) (?:e-?mail|message|reply|mail|draft)"
    r"|(?: that)? you (?:can|could|may|might) (?:send|use)"
    r"| for you| for your (?:review|consideration)| based on .{0,60}| für (?:deine|ihre|die) \w+"
    r"| auf (?:die|diese) \w+)?"
)
ANNOUNCED = re.compile(
    rf"(?:{_AGREED}\b[^\n:：]{{0,20}}?)?(?:{_HERE}\s?)?{_QUALIFIED}"
    rf"(?:draft|reply|response|entwurf|antwort|brouillon|réponse|borrador|respuesta|bozza|risposta|rascunho"
    rf"|resposta"
    rf"|concept(?:antwoord|reactie)?|antwoord|reactie|szkic|odpowiedź|utkast|udkast|luonnos|taslak|черновик|ответ|草稿|回复|下書き|返信|초안|답장)"
    rf"(?: (?:version|reply|response|e-?mail|message|body|text))?{_FOR_YOU}\s*[:：]"
    rf"|(?:{_AGREED}\b[^\n:：]{{0,20}}?)?{_HERE} {_QUALIFIED}(?:version|rewrite|e-?mail)(?: of (?:the"
    rf"|your) (?:reply|draft|e-?mail|response))?{_FOR_YOU}\s*[:：]"
    r"|(?:e-?mail |reply |message )?body:",
    re.IGNORECASE,
)
"""A whole line that says no more than that the reply follows."""

AGREED = re.compile(rf"{_AGREED}(?!\w)[^\n]{{0,80}}", re.IGNORECASE)
"""A whole line that says yes to the user."""

_START_WORDS = (
    *(
        "sure",
        "certainly",
        "of course",
        "absolutely",
        "okay",
        "ok",
        "alright",
        "all right",
        "great",
        "got it",
        "understood",
    ),
    *(
        "no problem",
        "happy to help",
        "here ",
        "here's",
        "here’s",
        "below ",
        "this is",
        "i've ",
        "i’ve ",
        "i have ",
        "the ",
        "based on",
    ),
    *(
        "as requested",
        "please find",
        "draft",
        "reply",
        "response",
        "email",
        "body",
        "revised",
        "updated",
        "suggested",
        "proposed",
    ),
    *(
        "gerne",
        "natürlich",
        "klar",
        "selbstverständlich",
        "hier ",
        "entwurf",
        "antwort",
        "überarbeitete",
        "der ",
        "die ",
    ),
    *(
        "bien sûr",
        "d'accord",
        "voici",
        "brouillon",
        "réponse",
        "claro",
        "por supuesto",
        "aquí ",
        "aqui ",
        "borrador",
    ),
    *(
        "respuesta",
        "certo",
        "certamente",
        "ecco",
        "bozza",
        "risposta",
        "com certeza",
        "eis ",
        "rascunho",
        "resposta",
    ),
    *(
        "natuurlijk",
        "zeker",
        "concept",
        "antwoord",
        "oczywiście",
        "jasne",
        "oto ",
        "szkic",
        "självklart",
        "här ",
        "utkast",
    ),
    *(
        "her er",
        "reactie",
        "conceptantwoord",
        "udkast",
        "tässä",
        "işte",
        "taslak",
        "конечно",
        "вот ",
        "черновик",
        "ось ",
    ),
    *(
        "当然",
        "好的",
        "以下",
        "这是",
        "草稿",
        "もちろん",
        "承知",
        "こちら",
        "下書き",
        "返信",
        "네",
        "물론",
        "다음은",
        "초안",
    ),
)


def may_announce(beginning: str) -> bool:
    """Return whether a line that begins so may turn out to announce the reply."""
    lower = beginning.lstrip("*#_ ").lower()
    return any(start.startswith(lower) or lower.startswith(start) for start in _START_WORDS)


_SUBJECT = (
    r"(?:subject|betreff|objet|asunto|oggetto|assunto|onderwerp|temat|ämne|emne|aihe|předmět|tárgy|konu"
    r"|subiect|тема|θέμα"
    r"|主题|主旨|件名|제목|الموضوع|נושא)"
)
FIELDS = (
    *(
        "to",
        "from",
        "cc",
        "bcc",
        "date",
        "an",
        "von",
        "datum",
        "à",
        "de",
        "para",
        "till",
        "til",
        "aan",
        "do",
        "od",
    ),
    *("кому", "от", "收件人", "发件人", "宛先", "差出人"),
)
SUBJECT = re.compile(rf"{_SUBJECT}\s*[:：].*", re.IGNORECASE)
FIELD = re.compile(rf"(?:{'|'.join(FIELDS)})\s*[:：]\s.*", re.IGNORECASE)
SUBJECT_STARTS = (
    *(
        "subject",
        "betreff",
        "objet",
        "asunto",
        "oggetto",
        "assunto",
        "onderwerp",
        "temat",
        "ämne",
        "emne",
        "aihe",
    ),
    *(
        "předmět",
        "tárgy",
        "konu",
        "subiect",
        "тема",
        "θέμα",
        "主题",
        "主旨",
        "件名",
        "제목",
        "الموضوع",
        "נושא",
    ),
)

SIGN_OFF = re.compile(
    r"(?:(?:with )?(?:best|kind|warm|many)\b[^\n]{0,25}|sincerely[^\n]{0,15}|regards|cheers"
    r"|thanks[^\n]{0,20}|thank you[^\n]{0,15}"
    r"|yours[^\n]{0,20}|take care|all the best|(?:mit |viele|beste|liebe|herzliche|freundliche"
    r"|schöne)[^\n]{0,25}gr(?:ü|u)(?:ß|ss)e?n?"
    r"|lg|mfg|vg|cordialement|bien à[^\n]{0,10}|bien cordialement|sincères salutations|saludos[^\n]{0,15}"
    r"|un saludo|atentamente"
    r"|cordiali saluti|distinti saluti|saluti|atenciosamente|cumprimentos|abraços?"
    r"|met vriendelijke groet(?:en)?|groet(?:jes|en)?"
    r"|pozdrawiam|z poważaniem|med vänlig[^\n]{0,15}|hälsningar|(?:med )?vennlig hilsen|med venlig hilsen"
    r"|mvh|terveisin|с уважением"
    r"|s pozdravem|saygılarımla|üdvözlettel|此致|祝好|敬具|よろしく[^\n]{0,20}|감사합니다)[,.!，。]?(?:\n[^\n]{0,60}){0,4}",
    re.IGNORECASE,
)
"""A whole paragraph that ends a letter: the closing, and the name below it."""

_OFFER = (
    r"let me know (?:if|whether|what|how|should) |feel free to (?:adjust|change|edit|modify|let|tweak"
    r"|personali[sz]e)|would you like (?:me|any|to)"
    r"|(?:do you )?want me to|shall i|should i (?:adjust|change|make)|if you(?:['’]d| would)? (?:like|want"
    r"|need|prefer)|is there anything"
    r"|i hope (?:this|that)|hope (?:this|that) helps|this (?:draft|reply|response|version|e-?mail)|the (?:draft"
    r"|reply) (?:above|is)"
    r"|i(?:['’]ve| have)? (?:kept|used|left|tried|aimed|written|drafted|adjusted|made|also|added|included"
    r"|assumed)|i can (?:also|adjust|make|change)"
    r"|please (?:let me know if you(?:['’]d| would)? (?:like|want)|replace|adjust|fill in|review)"
    r"|you (?:can|may) (?:also )?(?:replace|adjust|change)"
    r"|(?:key )?changes(?: made)?\s*:|explanation\s*:|note\b|notes\b|word count|tone\s*:"
    r"|remember to (?:replace|fill)|here(?:['’]s| is) (?:a|another|why)"
    r"|hinweis|anmerkung|lass(?:en sie)? (?:es )?mich wissen|sag(?:en sie)? (?:mir )?(?:einfach )?bescheid"
    r"|möchte(?:st du|n sie)|soll ich|wenn (?:du|sie) (?:möchte|willst|wollen)"
    r"|falls (?:du|sie)|ich (?:habe|hoffe)|gern(?:e)? (?:kann|passe)|remarque|n['’]hésite[zs]? pas"
    r"|dites?-moi|souhaite[zs]-(?:vous|tu)|voulez-vous|si vous (?:souhaitez|voulez)|j['’]ai"
    r"|nota\b|avísame|dime si|házme|¿?quieres que|si (?:quieres|deseas|necesitas)|fammi sapere|vuoi che"
    r"|se vuoi|observaç|avise-me|me avise|quer que|se quiser"
    r"|opmerking|laat (?:het )?me weten|laat maar weten|wil je dat|als je |daj mi znać|uwaga|säg till"
    r"|om du vill|si til hvis|примечание|дайте знать|если (?:вы )?хотите|хотите"
    r"|注[:：意]|说明|如果(?:您|你|需要)|如需|需要我|请告诉我|希望这|備考|ご希望|必要(?:に応じて|であれば|でしたら)|もしよろしければ|필요하시면|원하시면|참고"
    r"|더 .{0,20}(?:드릴까요|드릴 수)"
)
OFFER = re.compile(rf"[*_(（\[>~\s]*(?:{_OFFER})", re.IGNORECASE)
"""The beginning of what a model says to the user below the reply, where something parts the two."""

REMARK = re.compile(
    r"[*_#(（\[>~\s]*(?:let me know if you(?:['’]d| would)? (?:like|want|need) (?:me|any|to (?:adjust|change)"
    r"|it)|feel free to (?:adjust|change|edit|modify|tweak)"
    r"|would you like me|is there anything(?: else)? you(?:['’]d| would) like me to (?:change|adjust|add)"
    r"|if you need a (?:more|less|different|shorter|longer)|i hope (?:this|the) (?:draft|reply|response|version|e-?mail)"
    r"|this (?:e-?mail|message) (?:accepts|declines|confirms|politely|keeps|is (?:polite|brief|short|concise))"
    r"|the tone (?:is|remains)|i(?:['’]ve| have) (?:accepted|declined|confirmed|included|avoided)[^\n]* as you (?:asked|wished|requested)"
    r"|why this\b|key points\b|alternative[^\n]{0,20}:|option \d\b|tokens?\s*:|✅|hope (?:this|that) helps|task completed?\b|done\.$"
    r"|(?:soll ich|möchten sie, dass ich|möchtest du, dass ich)[^\n]*(?:ändern|anpassen|formell|kürz)"
    r"|(?:voulez-vous|souhaite[zs]-(?:vous|tu)) que je (?:modifie|change|ajuste|rende)"
    r"|¿?(?:te|le) gustaría que (?:cambi|ajust|modifi|lo hag)|¿?quieres que (?:cambi|ajust|modifi|lo hag)"
    r"|(?:quer|gostaria) que eu (?:ajust|alter|mud)|vuoi che (?:modific|cambi|lo rend)|wil je dat ik (?:iets|het|de)"
    r"|(?:do you )?want me to|shall i (?:adjust|change|make)|if you(?:['’]d"
    r"| would) like (?:me|any|a different)|hope this helps"
    r"|this (?:draft|reply|response|version)\b|i(?:['’]ve| have)? (?:kept|drafted|aimed|tried to keep"
    r"|assumed)|please replace|(?:key )?changes(?: made)?\s*:"
    r"|explanation\s*:|notes?\s*(?::|\n)|\(?note that|word count|hinweis\s*:|anmerkung(?:en)?\s*:|remarque\s*:"
    r"|nota\s*:|opmerking\s*:|uwaga\s*:|примечание\s*:|注[:：])",
    re.IGNORECASE,
)
"""The same where only the end of the letter parts the two, so that nothing else can be meant."""

LABEL = re.compile(
    r"(?:voilà|(?:final |my )?answer|output|result|letter|json|yaml|option \d|(?:draft|reply|response) \d)\W*",
    re.IGNORECASE,
)
"""A whole line that may stand above a letter and belongs to none."""
BEGINS = re.compile(r"(?:i['’]ll|i will|let me)\b[^\n]{0,80}\b(?:write|draft|put|answer)\b", re.IGNORECASE)
"""The beginning of a line in which a model says what it is going to do."""
END = re.compile(
    r"[^\w\n\s]+\s?(?:end(?: of)?(?: the)?|/)\s?(?:reply|draft|e-?mail|message|response|letter)?\s?[^\w\n\s]+",
    re.IGNORECASE,
)
"""A whole line between marks that says where the letter ends."""
