"""Each check tells a good draft from one with the fault that it is for."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from email_assistant.evaluation.cases import Ask, Case, Round
from email_assistant.evaluation.checks import Standing, check_first_draft, check_letter, effect_of, loss_of
from email_assistant.evaluation.traces import foreign_frame, leaks, leaves_open

MAIL = (
    "From: Irene Katz <irene@example.com>\nTo: Marco Ruiz <marco@example.org>\n\n"
    "Hi Marco,\n\nwe would like to visit your workshop in the first week of May. "
    "Which day suits you best?\n\nIrene"
)
GOOD = "Hi Irene,\n\nTuesday suits me best.\n\nBest regards\nMarco"


def case(**changes: object) -> Case:
    plain = {
        "id": "one",
        "mail": MAIL,
        "language": "en",
        "greets": "Irene",
        "signs": "Marco",
        "reference": GOOD,
    }
    return Case.model_validate(plain | changes)


def failed(draft: str, asked: tuple[str, ...] = (), **changes: object) -> list[str]:
    return [
        check.kind for check in check_first_draft(case(**changes), draft, list(asked)) if not check.passed
    ]


def test_a_good_draft_fails_nothing() -> None:
    assert failed(GOOD, must=["Tuesday"], must_not=["Friday"]) == []


@pytest.mark.parametrize(
    ("draft", "kinds"),
    [
        ("Hi Marco,\n\nTuesday suits me best.\n\nBest regards\nIrene", ["role", "signed"]),
        ("Hi Irene,\n\nTuesday suits me best.\n\nBest regards\nIrene", ["role", "signed"]),
        ("Hello,\n\nTuesday suits me best.\n\nBest regards\nMarco", ["role"]),
        ("Hi Irene,\n\nTuesday suits me best.\n\nBest regards", ["signed"]),
        ("Hi Irene,\n\nTuesday suits me best.\n\nBest regards\nMarco\nMarco Ruiz", ["signed"]),
        ("Hi Irene,\n\nTuesday suits me best.\n\nBest regards\n[Your Name]", ["signed", "leaks"]),
        ("Hallo Irene,\n\nder Dienstag passt mir am besten, bis dann.\n\nViele Grüße\nMarco", ["language"]),
        (
            "Hi Irene,\n\nWe would like to visit your workshop in the first week of May. Tuesday.\n\nMarco",
            ["echo"],
        ),
    ],
)
def test_a_fault_is_found_by_its_check(draft: str, kinds: list[str]) -> None:
    assert failed(draft) == kinds


@pytest.mark.parametrize(
    "draft",
    [
        "Hi Irene, Tuesday suits me. Marco",
        "Irene,\nTuesday suits me.\n\nThanks, Marco",
        "Dear Irene,\n\nMarco here. Tuesday suits me.\n\nMarco Ruiz",
        "Good morning Irene\n\nI have told Irene Sandler as well. Tuesday suits me.\n\nBest\n\nMarco",
    ],
)
def test_the_role_is_right_in_letters_of_many_forms(draft: str) -> None:
    assert "role" not in failed(draft)


def test_a_closing_in_the_language_of_the_program_is_foreign() -> None:
    draft = "Bonjour Irene,\n\nD'accord pour la caisse de 9 h à 12 h, avec plaisir.\n\nBest regards\nMarco"
    assert failed(draft, language="fr") == ["language"]
    assert failed(draft.replace("Best regards", "Cordialement"), language="fr") == []


def test_a_company_of_the_same_name_is_no_second_signature() -> None:
    assert failed("Hi Irene,\n\nTuesday suits me best.\n\nBest regards\nMarco Ruiz\nStudio Marco") == []


def test_an_unknown_user_need_not_sign_and_may_leave_a_gap_for_the_name() -> None:
    assert failed("Hi Irene,\n\nTuesday.\n\nBest regards", signs="") == []
    assert failed("Hi Irene,\n\nTuesday.\n\nBest regards\n[Your name]", signs="") == []
    assert failed("Hi Irene,\n\nTuesday.\n\nBest regards\nIrene", signs="") == ["role"]


def test_facts_are_found_through_other_quotes_dashes_and_spaces() -> None:
    draft = "Hi Irene,\n\nit’s the 9:00–10:30\xa0slot.\n\nMarco"
    assert failed(draft, must=["it's", "9:00-10:30 slot"]) == []
    assert failed(draft, must=["11:00"], must_not=["slot"]) == ["must", "must_not"]


def test_what_nobody_said_must_be_left_open_unless_it_was_asked() -> None:
    ask = Ask(ask="which day", any="Tuesday|Wednesday", about="day", say="tuesday")
    assert failed(GOOD, asks=[ask]) == ["asks"]
    assert failed(GOOD, ("Which day?",), asks=[ask]) == []
    assert failed("Hi Irene,\n\n[which day?] suits me.\n\nMarco", asks=[ask]) == []
    assert failed("Hi Irene,\n\nI will let you know which day.\n\nMarco", asks=[ask]) == []


def test_a_gap_where_nothing_is_missing_is_a_leak() -> None:
    assert failed("Hi Irene,\n\n[which day?] suits me.\n\nMarco") == ["leaks"]


@pytest.mark.parametrize(
    "draft",
    [
        "Hi Irene,\n\nyes.</draft>",
        "<feedback>shorter</feedback>\nHi Irene",
        "Hi Irene,\n\nyes.</draft&gt;",
        "Hi Irene,\n\nyes.<|im_end|>",
        "Hi {name},\n\nyes.",
        "Hi $user_name,\n\nyes.",
        "```\nHi Irene\n```",
        "Hi Irene,\n\n**yes**",
        "# Reply\n\nHi Irene",
        "Here is the draft:\n\nHi Irene",
        "Sure! Here's a shorter version:\n\nHi Irene",
        "Hier ist der Entwurf:\n\nHallo Irene",
        "Voici une réponse possible :\n\nBonjour",
        "以下が返信です。\n\n田中様",
        "Subject: Re: visit\n\nHi Irene",
        "Hi Irene,\n\nyes.\n\nNote: I kept it short.",
        "Hi Irene,\n\nyes.\n\nMarco\n\nFeel free to adjust this draft.",
        "Hi Irene,\n\nyes.\n\n[None: leave it open]",
        "Hi Irene,\n\nyes.\n\n[Ihr Name]",
        "Hi Irene,\n\nyes.\n\n[Insert your name here]",
    ],
)
def test_traces_of_the_making_are_found(draft: str) -> None:
    assert leaks(draft, mail=MAIL, name_known=True, gaps_allowed=False) != []


@pytest.mark.parametrize(
    "draft",
    [
        GOOD,
        "Hi Irene,\n\nwrite to <ops@example.com>, or see <https://example.com/a>.\n\nMarco",
        "Hi Irene,\n\nmy answer: Tuesday. 3 < 4 & 5 > 4.\n\nMarco",
        "Hi Irene,\n\nhere is the number you asked for: 020 5550 0147.\n\nMarco",
        "Hi Irene,\n\nof course you can come on Tuesday.\n\nMarco",
        "Certainly, Irene, Tuesday suits me.\n\nMarco",
        "Hi Irene,\n\nit costs $40 and {x} is a set.\n\nMarco",
        "Hallo Irene,\n\ngerne am Dienstag. Die Antwort kam von Frau Vogel.\n\nMarco",
    ],
)
def test_an_ordinary_letter_has_no_traces(draft: str) -> None:
    assert leaks(draft, mail=MAIL, name_known=True, gaps_allowed=False) == []


def test_what_stands_in_the_mail_is_no_trace() -> None:
    mail = MAIL + "\n\nTicket [OPS-12], field <customer_id>"
    draft = "Hi Irene,\n\nthe field <customer_id> of [OPS-12] is fine.\n\nMarco"
    assert leaks(draft, mail=mail, name_known=True, gaps_allowed=False) == []


@pytest.mark.parametrize(
    "draft",
    [
        "am [Tag?]",
        "on ____",
        "Ich gebe dir noch Bescheid.",
        "Je reviens vers vous.",
        "改めてご連絡いたします。",
    ],
)
def test_an_open_point_is_seen(draft: str) -> None:
    assert leaves_open(draft)
    assert not leaves_open(GOOD)


@pytest.mark.parametrize(
    ("asked", "draft", "obeyed"),
    [
        (Round(say="shorter", shorter=True), "Hi Irene,\n\nTuesday.\n\nMarco", True),
        (Round(say="shorter", shorter=True), GOOD, False),
        (Round(say="longer", longer=True), GOOD.replace("best.", "best. I am there all day."), True),
        (Round(say="Monday", must=("Monday",), must_not=("Tuesday",)), GOOD, False),
        (
            Round(say="Monday", must=("Monday",), must_not=("Tuesday",)),
            GOOD.replace("Tuesday", "Monday"),
            True,
        ),
        (Round(say="sign as M. Ruiz", signs="M. Ruiz"), GOOD.replace("Marco", "M. Ruiz"), True),
        (Round(say="sign as M. Ruiz", signs="M. Ruiz"), GOOD, False),
        (Round(say="undo", same_as=1), GOOD, True),
        (Round(say="undo", same_as=1), GOOD + " R.", False),
        (Round(say="in German", language="de"), "Hallo Irene,\n\nder Dienstag passt mir gut.\n\nMarco", True),
        (
            Round(say="in German", language="de"),
            GOOD.replace("me best", "me best and I will be there"),
            False,
        ),
    ],
)
def test_feedback_is_obeyed_or_not(asked: Round, draft: str, obeyed: bool) -> None:
    assert (effect_of(asked, draft, [GOOD]) == []) == obeyed


def test_what_was_right_and_is_gone_is_a_loss() -> None:
    asked = Round(say="shorter", shorter=True, keeps=("Tuesday", "Friday"))
    standing = Standing.of(case()).after(asked)
    assert loss_of(asked, "Hi Irene,\n\nTuesday.\n\nMarco", GOOD, standing) == []
    assert loss_of(asked, "Hi Irene,\n\nyes.\n\nMarco", GOOD, standing) == ["lost 'Tuesday'"]
    turned = loss_of(asked, "Hi Marco,\n\nTuesday.\n\nIrene", GOOD, standing)
    assert [found.split(":")[0] for found in turned] == ["role", "signed"]


def test_an_earlier_wish_holds_in_later_rounds() -> None:
    calm, add = Round(say="no exclamation marks", never=("!",)), Round(say="add a greeting")
    standing = Standing.of(case()).after(calm).after(add)
    assert loss_of(add, GOOD.replace("best.", "best!"), GOOD, standing) == ["now holds '!'"]
    assert "must_not" in [c.kind for c in check_letter(standing, GOOD + "!") if not c.passed]


LANGUAGES = files("email_assistant.mail.text") / "languages"


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "ja"])
def test_no_greeting_or_closing_is_foreign_in_its_own_language(language: str) -> None:
    locale = tomllib.loads((LANGUAGES / f"{language}.toml").read_text(encoding="utf-8"))
    phrases = [*locale["hello"], *locale["bye"]]
    assert [phrase for phrase in phrases if foreign_frame(phrase.capitalize(), language)] == []
