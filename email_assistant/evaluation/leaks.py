"""Traces of how a draft was made, which no letter to a person holds."""

from __future__ import annotations

import re

_ANYWHERE = {
    "a tag": r"</?(?!https?:)[a-z][a-z_-]*(?:\s[^<>@\n]{0,80})?/?>|&(?:lt|gt|amp|quot);",
    "a model's token": r"<\|[^|\n]{1,40}\|>|\[/?INST\]|<</?SYS>>",
    "a template's token": r"\{\{|\}\}|\$\{?[a-z_]{4,}\b|\{[a-z_]{3,}\}",
    "a code fence": r"```|~~~",
    "markdown": r"(?m)^\s{0,3}#{1,6}\s|\*\*[^*\n]+\*\*|(?<!\w)__[^_\n]+__(?!\w)|(?m:^\s{0,3}>\s)|\]\(https?:",
    "a label": (
        r"(?mi)^\W{0,3}(?:subject|betreff|objet|asunto|oggetto|onderwerp|assunto|ämne|temat|件名|draft|reply|response|"
        r"instructions?|feedback|clarifications?|question|answer|user|assistant|system|notes?|entwurf|"
        r"antwort|brouillon|borrador|bozza|concept|rascunho|utkast)\W{0,3}:"
    ),
    "a remark to the user": (
        r"(?i)\b(?:feel free to (?:adjust|edit|modify|change|customi[sz]e)|let me know if you(?:'d| would) like (?:me to|any)"
        r" (?:change|adjust|revise|edit|modif)\w*|as an ai\b|language model|leave it open|"
        r"(?:revised|updated|shorter|new) (?:draft|version of (?:the|your)) )"
    ),
}
_PREAMBLE = re.compile(
    r"(?i)^\W*(?:(?:sure|certainly|of course|absolutely|gerne|natürlich|bien sûr|claro|certo|natuurlijk|jasne)\b[^\n]{0,80}:\s*$"
    r"|(?:here(?:'s| is| are)|below is|hier ist|hier is|voici|aquí (?:está|tienes?)|ecco|aqui está|segue|här är|oto|poniżej)\b"
    r"[^\n]{0,80}(?:draft|reply|response|e-?mail|version|entwurf|antwort|réponse|brouillon|respuesta|borrador|risposta|bozza"
    r"|antwoord|concept|resposta|rascunho|svar|utkast|odpowied|szkic)[^\n]{0,60}:?\s*$"
    r"|以下(?:は|が)[^\n]{0,30}(?:返信|下書き))",
    re.MULTILINE,
)
_OF_A_NAME = re.compile(
    r"(?i)[\[<(](?:[^\]>)\n]{0,20}\b)?(?:your|my|user'?s?|ihr|dein|mein|votre|ton|mon|su|tu|mi|il tuo|il suo|uw|je|jouw|seu|teu|ditt|twoje|お)"
    r"\s*(?:full |first |last |volle )?(?:names?|nom|nombre|nome|naam|namn|imię|名前)[^\])>\n]{0,20}[\])>]"
    r"|\[(?:name|nom|nombre|nome|naam|namn|imię i nazwisko|名前|氏名|signature|position|job title|company)\]"
)
_BRACKETS = re.compile(r"[\[［【](?P<inside>[^\]］】\n]{2,80})[\]］】]")


def leaks(draft: str, *, mail: str, name_known: bool, gaps_allowed: bool) -> list[str]:
    """What in `draft` is no part of a letter, each as a few words."""
    found = [
        f"{what}: {match[0].strip()[:40]!r}"
        for what, pattern in _ANYWHERE.items()
        if (match := re.search(pattern, draft)) and match[0].strip() not in mail
    ]
    first = draft.strip().split("\n", 1)[0]
    if _PREAMBLE.search(first):
        found.append(f"a preamble: {first[:40]!r}")
    named = _OF_A_NAME.search(draft)
    if named and name_known:
        found.append(f"a placeholder for a known name: {named[0]!r}")
    if not gaps_allowed:
        found += [
            f"a gap for nothing that is missing: {gap[0]!r}"
            for gap in _BRACKETS.finditer(draft)
            if gap[0] not in mail and not _OF_A_NAME.fullmatch(gap[0])
        ]
    return found
