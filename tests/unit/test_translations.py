"""The language that is spoken, and sentences that are known again in it."""

from __future__ import annotations

import re
import string
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog as BabelsCatalog
from babel.messages.pofile import read_po

from docs.messages import messages
from email_assistant import translations
from email_assistant.chat import english, texts
from email_assistant.chat.host.environment import chainlits_words
from email_assistant.conversation.state import Feedback
from email_assistant.translations import (
    ENGLISH,
    LANGUAGES,
    Catalog,
    accepted,
    accepted_tag,
    current_language,
    direction,
    in_language,
    retold,
    set_language,
    speaking,
    terminals,
    translated,
)

HOST = "api.example.com"
ROOT = Path(__file__).parents[2]
TRANSLATIONS = Path(translations.__file__).parent


def _read(language: str) -> BabelsCatalog:
    with (TRANSLATIONS / f"{language}.po").open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)


def plain(text: object) -> str:
    """Return what Babel would have read as several strings, had a sentence of ours a plural."""
    assert isinstance(text, str)
    return text


def places(sentence: str) -> set[str]:
    """Return what is filled in, with how it is written."""
    return {
        f"{name}!{conversion}:{specification}"
        for _, name, specification, conversion in string.Formatter().parse(sentence)
        if name is not None
    }


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    set_language(ENGLISH)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("da, en-GB;q=0.8, fr;q=0.7", "en"),
        ("zh-Hant-TW", "zh"),
        ("xx, pl;q=0.3, ja;q=0.5", "ja"),
        ("fr;q=0, es;q=0.1", "es"),
        ("*", "en"),
        ("", "en"),
        (";;;q=,,q=2e999;-", "en"),
        ("a" * 100_000, "en"),
    ],
)
def test_the_language_is_the_first_that_the_browser_prefers(header: str, language: str) -> None:
    assert accepted(header) == language


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("sv, de-AT;q=0.9", "de-AT"),
        ("pt-BR", "pt-BR"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ('en"><script>', "en"),
        ("de-x-y-z-1", "de"),
        ("sv", "en"),
    ],
)
def test_dates_are_written_by_its_region(header: str, tag: str) -> None:
    assert accepted_tag(header).startswith(tag)
    assert not set(accepted_tag(header)) & set('"<> ')


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "pt_BR.UTF-8"}, "pt"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "POSIX"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "fr_FR"}, "fr"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "sv:it:de"}, "it"),
        ({"LANG": "C", "LANGUAGE": "de"}, "en"),
        ({"LANG": "ja_JP.eucJP@x"}, "ja"),
        ({"LANG": "xx_XX"}, "en"),
        ({}, "en"),
    ],
)
def test_the_terminals_language_is_that_of_its_locale(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], language: str
) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert terminals() == language


def test_a_sentence_follows_the_language_of_its_task() -> None:
    set_language("de")
    assert translated("Copy") == "Kopieren"
    assert translated({"copy": "Copy"}) == {"copy": "Kopieren"}
    assert translated("") == ""
    assert in_language("fr", "Copy") == "Copier"
    with speaking("ar"):
        assert direction() == "rtl"
    assert (current_language(), direction()) == ("de", "ltr")
    set_language("xx")
    assert translated("Copy") == "Copy"
    assert current_language() == "en"


def test_a_module_of_texts_speaks_the_language_of_its_task() -> None:
    assert texts.FINAL == english.FINAL
    set_language("nl")
    assert texts.FINAL == in_language("nl", english.FINAL) != english.FINAL
    assert texts.DRAFT_CARD.keys() == english.DRAFT_CARD.keys()
    with pytest.raises(AttributeError):
        texts.NOTHING_OF_THIS_NAME  # noqa: B018


def test_what_a_button_says_is_the_same_in_each_language_and_shown_in_the_readers() -> None:
    said = Feedback(draft_version=1, kind="revise", text=english.REFINEMENTS["Shorter"], seq=1, created_at="")
    set_language("de")
    assert [*texts.refinements().values()] == [*english.REFINEMENTS.values()]
    assert texts.asked(said) == translated("Shorter") != "Shorter"
    assert texts.spoken(said) == translated("Make it shorter.") != "Make it shorter."
    assert texts.spoken(said.model_copy(update={"text": "Copy"})) == "Copy", "the person's own words"
    assert texts.is_starter(english.STARTER)
    assert texts.is_starter(in_language("ja", english.STARTER))


CATALOG = Catalog(
    messages={
        "The server at {host} failed. Try again {wait}.": "{wait} noch einmal; {host} streikt.",
        "The server at {host} is full.": "{host} ist voll.",
        "Try again.": "Noch einmal.",
        "It is in {other}, not in {named}.": "{named} statt {other}.",
        "{text} Change it before you send.": "{text} Vorher ändern.",
        "Email “{title}”": "E-Mail „{title}“",
        "{number}. {question}": "{number}) {question}",
    },
    parts={"German": "Deutsch", "in a moment": "gleich", "in {seconds} seconds": "in {seconds} Sekunden"},
)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Try again.", "Noch einmal."),
        (f"The server at {HOST} is full.", f"{HOST} ist voll."),
        (f"The server at {HOST} failed. Try again in a moment.", f"gleich noch einmal; {HOST} streikt."),
        (
            f"The server at {HOST} failed. Try again in 9 seconds.",
            f"in 9 Sekunden noch einmal; {HOST} streikt.",
        ),
        (f"The server at {HOST} is full. Try again.", f"{HOST} ist voll. Noch einmal."),
        ("It is in German, not in Klingon.", "Klingon statt Deutsch."),
        (f"The server at {HOST} is full. Change it before you send.", f"{HOST} ist voll. Vorher ändern."),
        ("The server at {wait} is full.", "{wait} ist voll."),
        ("The server at Try again. is full.", "Noch einmal. ist voll."),
    ],
)
def test_what_was_said_in_english_is_known_by_its_pattern(said: str, told: str) -> None:
    assert CATALOG.retold(said) == told


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Hello.",
        "1. Try this?",
        "Email “hello”",
        "Try again. Or not.",
        "The server at is full",
        "Or not. Try again.",
    ],
)
def test_what_is_no_sentence_of_ours_is_left_alone(said: str) -> None:
    assert CATALOG.retold(said) is None


@pytest.mark.parametrize("unit", [". ", "The server at ", "“", "Try again. ", "The server at x is full. "])
def test_a_long_text_takes_no_long_time(unit: str) -> None:
    set_language("de")
    text = (unit * 2_000)[:2_000]
    translated("")
    retold("first")  # reads the catalogue
    began = time.perf_counter()
    retold(text)
    assert time.perf_counter() - began < 1
    assert retold(text * 100) == text * 100


CATALOGUES = {language: _read(language) for language in LANGUAGES if language != ENGLISH}
SPECIAL = re.compile(r"`[^`]+`|\*\*|[A-Z]+_[A-Z_]+|https?://[\w.:/@-]+\w|\.eml|\.msg|--[a-z-]+")
"""What a translation has as it stands: commands, names of settings, addresses, endings of files."""


@pytest.fixture(scope="module")
def in_code() -> set[tuple[str | None, Any]]:
    """Provide the sentences in the code, each with its context."""
    return {(message.context, message.id) for message in messages() if message.id}


@pytest.mark.parametrize("language", CATALOGUES)
def test_every_sentence_is_translated_and_no_other(
    in_code: set[tuple[str | None, Any]], language: str
) -> None:
    translated_here = {(m.context, m.id): m.string for m in CATALOGUES[language] if m.id}

    assert in_code - translated_here.keys() == set(), "run `make messages`, and translate them"
    assert translated_here.keys() - in_code == set(), "run `make messages`"
    assert [key for key, told in translated_here.items() if not plain(told).strip()] == []
    assert not any(message.fuzzy for message in CATALOGUES[language])


@pytest.mark.parametrize("language", CATALOGUES)
def test_what_is_filled_in_and_what_is_typed_stands_in_every_translation(language: str) -> None:
    for message in CATALOGUES[language]:
        if message.id:
            sentence, told = plain(message.id), plain(message.string)
            assert places(told) == places(sentence), sentence
            assert sorted(SPECIAL.findall(told)) == sorted(SPECIAL.findall(sentence)), sentence


@pytest.mark.parametrize("language", CATALOGUES)
def test_a_catalogue_is_read_as_babel_reads_it(language: str) -> None:
    whole = {plain(m.id): m.string for m in CATALOGUES[language] if m.id and not m.context}
    set_language(language)

    assert {sentence: translated(sentence) for sentence in whole} == whole


@pytest.mark.parametrize("language", CATALOGUES)
def test_the_page_on_how_it_works_and_chainlits_words_are_there(language: str) -> None:
    told = (TRANSLATIONS / f"how_it_works.{language}.md").read_text(encoding="utf-8")
    original = (ROOT / "chainlit.md").read_text(encoding="utf-8")

    assert told.count("\n") == original.count("\n")
    assert told.count("**") == original.count("**")
    assert chainlits_words(language).is_file()


def test_the_labels_of_the_refinements_differ() -> None:
    for language in CATALOGUES:
        set_language(language)
        assert len(texts.refinements()) == len(english.REFINEMENTS), language


@pytest.mark.parametrize(
    ("language", "error", "told"),
    [
        (
            "de",
            "The model's server at api.example.com did not respond within 60 seconds. Try again, or set "
            "EMAIL_ASSISTANT_MODEL_TIMEOUT to wait longer.",
            "api.example.com",
        ),
        ("ja", "There is no version 7. Choose one from 1 to 3.", "7"),
        ("ar", "“lunch” is gone. Put it back if you did not mean it.", "«lunch»"),
        (
            "fr",
            "This is a PDF, not an email. Attach the email itself (.eml or .msg), or paste its text.",
            "un PDF",
        ),
        ("nl", "It is in German, not in Dutch.", "Duits"),
        ("de", "The model's server at x is busy. Try again in 5 minutes.", "in 5 Minuten"),
        ("pl", "There is no conversation '1a2b'. It may have been deleted.", "'1a2b'"),
    ],
)
def test_what_is_raised_and_stored_is_told_in_the_readers_language(
    language: str, error: str, told: str
) -> None:
    set_language(language)

    assert told in retold(error)
    assert not set(re.findall(r"\b(?:the|and|not|your)\b", retold(error))), retold(error)
