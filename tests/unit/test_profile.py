"""A profile as it is given, and as the files of `email-assistant profile` hold it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from email_assistant.cli.profile import as_toml, parse_profile
from email_assistant.cli.results import as_json
from email_assistant.errors import InvalidInput
from email_assistant.store.preferences import MAX_EXAMPLES, Preferences, Profile

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
PROFILES = st.builds(
    Profile,
    name=TEXTS,
    addresses=st.lists(st.emails(domains=st.just("example.com")), max_size=3).map(
        lambda found: tuple(each for each in found if not set(each) & set("<>,;"))
    ),
    signature=TEXTS,
    facts=TEXTS,
    tone=TEXTS,
    length=TEXTS,
    wishes=TEXTS,
    language=st.sampled_from(["", "en", "ja"]),
    examples=st.lists(TEXTS.map(lambda text: f"Hi {text}"), max_size=5).map(tuple),
    refinements=st.lists(TEXTS.map(lambda text: f"Say {text}"), max_size=8).map(tuple),
    reply_all=st.booleans(),
    quote=st.booleans(),
)


@given(PROFILES)
def test_a_file_holds_the_profile_exactly(profile: Profile) -> None:
    values = profile.model_dump(mode="json")
    assert parse_profile(as_toml(values).encode()) == profile
    assert parse_profile(as_json(values).encode()) == profile
    assert parse_profile(b"\xef\xbb\xbf" + as_json(values).encode()) == profile
    assert Profile.model_validate_json(profile.model_dump_json()) == profile


@pytest.mark.parametrize("data", [b"\xff", b"name", b"{", b"{" * 100_000, b"x=" + b"[" * 100_000, b"[1]"])
def test_a_file_that_is_no_profile_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        parse_profile(data)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"nmae": "Sam"}, 'no field "nmae"'),
        ({"name": "x" * 201}, "at most 200 characters"),
        ({"name": 1}, "name is a text"),
        ({"addresses": ["sam"]}, '"sam" is not an email address'),
        ({"addresses": "sam@example.com"}, "addresses is a list"),
        ({"examples": ["x"] * 6}, "At most 5 examples"),
        ({"examples": [" \n"]}, "example is empty"),
        ({"examples": ["x" * 10_001]}, "at most 10,000 characters"),
        ({"refinements": ["x"] * 9}, "At most 8 refinements"),
        ({"refinements": [" \n"]}, "refinement is empty"),
        ({"refinements": ["x" * 101]}, "at most 100 characters"),
        ({"quote": "perhaps"}, "quote is either true or false"),
        ({"language": "xx"}, '"xx" is not a supported language'),
        ({"language": 1}, "language is a text"),
        ([], "named fields"),
    ],
)
def test_what_cannot_be_kept_is_told_in_a_sentence(given: Any, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        Profile.of(given)


def test_the_newest_example_comes_first_once_and_the_oldest_goes() -> None:
    kept = Preferences(name="Sam")
    for text in ("a", "b", "c", "d", "e", " b\r\n", "f"):
        kept = kept.with_example(text)
    assert kept.examples == ("f", "b", "e", "d", "c")
    assert len(kept.examples) == MAX_EXAMPLES
    assert kept.name == "Sam"


def test_preferences_of_an_earlier_version_are_read() -> None:
    saved = '{"name":"Sam","addresses":["sam@example.com"],"signature":"Sam\\r\\nOffice","theme":"gone"}'
    kept = Preferences.model_validate_json(saved)
    assert kept == Preferences(name="Sam", addresses=("sam@example.com",), signature="Sam\nOffice")
