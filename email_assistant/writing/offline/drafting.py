"""The offline writer's first draft: a short letter out of the instructions and answers."""

from __future__ import annotations

import re
from dataclasses import replace

from email_assistant.proofreading.frame import frame_for
from email_assistant.proofreading.given import content_words
from email_assistant.proofreading.letter import Letter, tone_of
from email_assistant.proofreading.people import sender_name, sender_of
from email_assistant.proofreading.words import Tone
from email_assistant.writing.model import Brief, Clarification
from email_assistant.writing.offline.phrases import Phrases, any_of, phrases_in
from email_assistant.writing.offline.saying import as_sentence, choice_as_sentence, language_asked_for, say
from email_assistant.writing.offline.styles import greeting

_SHORT = 3  # words; a longer answer is a sentence of its own
_THANKS = re.compile(r"\b(?:thank|dank|merci|gracias|grazie|obrigad|agrade|bedank)", re.IGNORECASE)
_WHICH_DATE = re.compile(r"which (?:date|day|time)\b[^:]*(?::(?P<dates>.*)\?)?", re.IGNORECASE)
_WHAT_ANSWER = re.compile(r"“(?P<question>.*)”")


def language_of(brief: Brief) -> str:
    """Return the language to write in: the one asked for last, or else the mail's."""
    asked = (brief.instructions, *(revision.feedback for revision in brief.revisions))
    otherwise = brief.language if brief.is_new_mail else brief.email.language or brief.language
    return next(filter(None, map(language_asked_for, reversed(asked))), otherwise)


def draft(brief: Brief) -> str:
    """Write the letter; what nobody said is left as a gap `[…]`."""
    language = language_of(brief)
    phrases = phrases_in(language)
    remarks = [asked.answer for asked in brief.clarifications if "\n" in asked.question]
    names = sender_name(brief.email)
    choices = tuple(ask.options for ask in brief.asks if ask.options)
    said = say("\n".join((brief.instructions, *remarks)), phrases, *names, choices=choices)
    tones: list[Tone] = [style for style in said.styles if style in {"formal", "friendly"}]
    tone = tones[-1] if tones else tone_of(brief.email.newest, language)
    sender = brief.sender if brief.sender.name else sender_of(brief.email)
    frame = frame_for(replace(brief, language=language, sender=sender))
    if tones:
        frame = frame._replace(greeting=greeting(tone, *names, phrases), closing=phrases.closings[tone])
    letter = Letter(frame.greeting, said.text, frame.closing, said.signature or frame.name)
    for asked in brief.clarifications:
        if "\n" not in asked.question and (answer := _answer(asked, phrases, choices)):
            letter.add(answer)
    if not letter.body:
        letter.body = f"[{phrases.gap}]"
    if "shorter" not in said.styles and not brief.is_new_mail and not _THANKS.search(letter.body):
        letter.add(phrases.thanks, first=True)
    if "longer" in said.styles:
        letter.add(phrases.more[0])
    return str(letter)


def _names_a_choice(answer: str, question: str, phrases: Phrases) -> bool:
    """Whether an answer is in the words of a question that leaves a choice: "Tuesdays or Saturdays?"."""
    if not re.search(rf"\b{any_of(phrases.or_)}\b|/", question, re.IGNORECASE):
        return False
    chosen, offered = _words(answer), _words(question)
    return bool(chosen) and chosen <= offered


def _words(text: str) -> set[str]:
    return content_words(text) | set(re.findall(r"\d+", text))


def _answer(asked: Clarification, phrases: Phrases, choices: tuple[tuple[str, ...], ...]) -> str:
    """Return a sentence that gives the answer, or leaves a gap for it."""
    if len(asked.answer.split()) > _SHORT:
        return say(asked.answer, phrases).text
    answer = asked.answer.strip().rstrip(".!")
    if chosen := choice_as_sentence(answer, choices, phrases):
        return chosen
    if which := _WHICH_DATE.match(asked.question):
        dates = (which["dates"] or phrases.gap).strip().replace(" or ", f" {phrases.or_[0]} ")
        return as_sentence(phrases.suits.format(answer=answer or f"[{dates}]"))
    if _names_a_choice(answer, asked.question, phrases):
        return as_sentence(phrases.prefer.format(answer=answer))
    quoted = _WHAT_ANSWER.search(asked.question)
    if not (answer or quoted):
        return ""
    question = quoted["question"] if quoted else asked.question
    return phrases.about.format(question=question, answer=answer or f"[{phrases.gap}]")
