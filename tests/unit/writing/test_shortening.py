"""Shortening by rule: what goes, what stays, and how feedback may ask for it."""

from __future__ import annotations

import pytest

from email_assistant.brief import Brief, Person, Revision
from email_assistant.mail import IncomingEmail
from email_assistant.proofreading.asks import find_asks
from email_assistant.proofreading.proofread import proofread
from email_assistant.writing.offline import carry_out
from email_assistant.writing.offline.clauses import question_of
from email_assistant.writing.offline.phrases import languages
from email_assistant.writing.offline.requests import without_please
from email_assistant.writing.offline.revising import Outcome
from email_assistant.writing.offline.styles import styles_of


def told(
    feedback: str,
    body: str,
    notes: str,
    *,
    mail: str = "",
    language: str = "en",
    closing: str = "Best wishes",
) -> Outcome:
    email = IncomingEmail(text=mail or "Hi Sam,\n\nhow are things?\n\nRobin", language=language)
    brief = Brief(
        email,
        notes,
        revisions=(Revision(f"Hi Robin,\n\n{body}\n\n{closing}\nSam", feedback),),
        user=Person("Sam Kay"),
        sender=Person("Robin Vale"),
        language=language,
        asks=find_asks(email),
    )
    return carry_out(brief)


def body_of(outcome: Outcome) -> str:
    return outcome.text.split("\n\n", 1)[1].rsplit("\n\n", 1)[0]


CUT = [
    (
        "en",
        "the boat is free on 8 June, ask if he has a licence",
        "I hope you are well. I would like to let you know that the boat is free on 8 June. "
        "Could you please let me know whether you can sail? Please let me know if you have any questions.",
        "The boat is free on 8 June. Can you sail?",
    ),
    (
        "de",
        "Boot ist am 8. Juni frei, frag ob er segeln kann",
        "Vielen Dank für Ihre Nachricht. Ich möchte Ihnen mitteilen, dass ich am 8. Juni kommen kann. "
        "Könnten Sie mir bitte sagen, ob das Boot frei ist? Ich freue mich auf Ihre Antwort.",
        "Ich kann am 8. Juni kommen. Ist das Boot frei?",
    ),
    (
        "fr",
        "le bateau est libre le 8 juin",
        "Merci pour votre message. Je voudrais vous informer que le bateau est libre le 8 juin. "
        "Pourriez-vous me dire s'il y a un port ?",
        "Le bateau est libre le 8 juin. Est-ce qu'il y a un port ?",
    ),
    (
        "es",
        "el barco está libre el 8 de junio, pregunta si hay puerto",
        "Muchas gracias por su mensaje. El barco está libre el 8 de junio. ¿Podría decirme si hay puerto?",
        "El barco está libre el 8 de junio. ¿Hay puerto?",
    ),
    (
        "it",
        "la barca è libera l'8 giugno",
        "Grazie mille per il messaggio. Vorrei informarla che la barca è libera l'8 giugno. A presto.",
        "La barca è libera l'8 giugno.",
    ),
    (
        "pt",
        "o barco está livre a 8 de junho",
        "Muito obrigado pela mensagem. O barco está livre a 8 de junho. Fico à espera de uma resposta.",
        "O barco está livre a 8 de junho.",
    ),
    (
        "nl",
        "de boot is vrij op 8 juni, vraag of hij kan komen",
        "Bedankt voor je bericht. Ik wil je graag laten weten dat ik op 8 juni kan komen. "
        "Kun je me laten weten of de boot vrij is? Ik kijk ernaar uit.",
        "Ik kan op 8 juni komen. Is de boot vrij?",
    ),
    (
        "pl",
        "łódź jest wolna 8 czerwca",
        "Bardzo dziękuję za wiadomość. Chciałbym poinformować, że łódź jest wolna 8 czerwca.",
        "Łódź jest wolna 8 czerwca.",
    ),
    (
        "sv",
        "båten är ledig den 8 juni, fråga om det finns plats",
        "Tack så mycket för ditt meddelande. Båten är ledig den 8 juni. Kan du berätta om det finns plats?",
        "Båten är ledig den 8 juni. Finns det plats?",
    ),
    (
        "ja",
        "6月8日空いてる",
        "ご連絡ありがとうございます。6月8日は空いております。",
        "6月8日は空いております。",
    ),
]


@pytest.mark.parametrize(("language", "notes", "body", "short"), CUT)
def test_courtesy_and_needless_words_go_and_all_that_was_said_stays(
    language: str, notes: str, body: str, short: str
) -> None:
    wish = {"en": "shorter", "de": "kürzer", "fr": "plus court", "es": "más corto", "it": "più breve"}
    wish |= {"pt": "mais curto", "nl": "korter", "pl": "krócej", "sv": "kortare", "ja": "短く"}
    outcome = told(wish[language], body, notes, language=language)
    assert not outcome.undone
    assert body_of(outcome) == short


@pytest.mark.parametrize(
    ("notes", "kept"),
    [
        ("yes, and thank him for the message", "for your message."),
        ("yes. I hope the weather is nice on Sunday", "I hope the weather is nice on Sunday."),
        ("yes. flu", "I am in bed."),  # said in other words
        ("yes", "[which day?]"),
    ],
)
def test_what_carries_something_stays(notes: str, kept: str) -> None:
    sentence = f"Thank you {kept}" if kept.startswith("for") else kept
    outcome = told("shorter", f"Yes, I will come to the harbour. {sentence}", notes)
    assert kept.replace("I am", "I'm") in outcome.text


def test_what_answers_the_mail_stays() -> None:
    mail = "Hi Sam,\n\ncan you come on Sunday? Is the mooring paid?\n\nRobin"
    body = "Yes, I can come on Sunday. The mooring is paid, too."
    outcome = told("shorter", body, "yes, both", mail=mail)
    assert "mooring is paid" in outcome.text


@pytest.mark.parametrize(("closing", "shorter"), [("Best wishes", "Best"), ("Cheers", None)])
def test_a_letter_that_says_only_what_it_must_gets_a_shorter_closing(
    closing: str, shorter: str | None
) -> None:
    draft = f"Hi Robin,\n\nThe boat is free.\n\n{closing}\nSam"
    email = IncomingEmail(text="Hi Sam,\n\nis the boat free?\n\nRobin", language="en")
    brief = Brief(email, "boat is free", revisions=(Revision(draft, "shorter"),), language="en")
    told = Outcome(draft.replace(closing, shorter)) if shorter else Outcome(draft, ("shorter",))
    assert carry_out(brief) == told


def test_where_nothing_can_go_it_is_told() -> None:
    email = IncomingEmail(text="Dear Mr Kay,\n\nis the boat free?\n\nRobin Vale", language="en")
    draft = "Dear Mr Vale,\n\nThe boat is free.\n\nYours sincerely\nSam Kay"
    brief = Brief(email, "boat is free", revisions=(Revision(draft, "shorter"),), language="en")
    assert carry_out(brief) == Outcome(draft, ("shorter",))


@pytest.mark.parametrize(("limit", "fits"), [("in two sentences please", True), ("at most 3 words", False)])
def test_a_limit_is_kept_or_told(limit: str, fits: bool) -> None:
    body = "Thank you for your message. The boat is free on 8 June. It has six berths."
    outcome = told(limit, body, "boat is free on 8 June, six berths")
    assert bool(outcome.undone) is not fits
    assert "8 June" in outcome.text
    assert "six berths" in outcome.text


def test_a_wish_among_other_words_is_done_in_part() -> None:
    body = "Thank you for your message. The boat is free."
    outcome = told("make it shorter, she reads on her phone", body, "boat is free")
    assert outcome.in_part
    assert body_of(outcome) == "The boat is free."


WORDINGS = [
    ("can you make it a bit less wordy?", "shorter"),
    ("way too long-winded", "shorter"),
    ("get to the point", "shorter"),
    ("sounds too stiff", "friendly"),
    ("it reads a bit cold", "formal"),
    ("don’t be so formal", "friendly"),
    ("not friendly enough", "friendly"),
    ("it isn't formal enough", "formal"),
    ("tone it down", "calm"),
    ("that's too harsh", "calm"),
    ("klingt zu steif", "friendly"),
    ("weniger scharf bitte", "calm"),
    ("c'est trop froid", "friendly"),
    ("suena demasiado frío", "friendly"),
    ("è troppo prolisso", "shorter"),
    ("ficou longo demais", ""),
    ("está longo demais", "shorter"),
    ("klinkt te stijf", "friendly"),
    ("brzmi zbyt sztywno", "friendly"),
    ("låter för stelt", "friendly"),
    ("少し堅苦しい", "friendly"),
    ("shorter, and mention the rent", ""),
]


@pytest.mark.parametrize(("words", "style"), WORDINGS)
def test_feedback_on_style_is_read_in_free_words(words: str, style: str) -> None:
    found = styles_of(without_please(words.rstrip("?")), tuple(languages()), of_draft=True)
    assert found == ([style] if style else [])


@pytest.mark.parametrize("clause", ["cold", "dry", "it is natural", "that's too cold"])
def test_what_may_be_the_answer_is_no_style_in_notes(clause: str) -> None:
    assert styles_of(clause, ("en",)) == []


@pytest.mark.parametrize(
    ("language", "clause", "question"),
    [
        ("en", "there is a lift", "Is there a lift?"),
        ("en", "the lift works", ""),
        ("de", "es einen Aufzug gibt", "Gibt es einen Aufzug?"),
        ("de", "er am Montag mitkommt", "Kommt er am Montag mit?"),
        ("de", "er kommt, wenn es regnet", ""),
        ("nl", "er plaats is", "Is er plaats?"),
        ("sv", "det finns plats", "Finns det plats?"),
        ("fr", "il y a un ascenseur", ""),
    ],
)
def test_a_clause_becomes_a_question_where_rules_can_turn_it(
    language: str, clause: str, question: str
) -> None:
    assert question_of(clause, language) == question


@pytest.mark.parametrize(("spare", "is_told"), [("", False), ("It has six berths and a kettle. " * 10, True)])
def test_one_word_less_is_shorter_only_where_there_is_little_to_spare(spare: str, is_told: bool) -> None:
    body = f"The boat is free on the eighth of June, with all that belongs to it. {spare}"
    draft = f"Hi Robin,\n\n{body}\n\nA hug\nSam"
    brief = Brief(
        IncomingEmail(text="Is it free?", language="en"), "", revisions=(Revision(draft, "shorter"),)
    )
    codes = {finding.code for finding in proofread(draft.replace("A hug", "Hug"), brief)}
    assert ("no_change" in codes) is is_told


@pytest.mark.parametrize(
    ("language", "courtesy", "said"),
    [
        ("fr", "Bien sûr, je comprends.", "Le bateau est libre."),
        ("en", "Sure, I understand.", "The boat is free."),
        ("nl", "Ik begrijp het.", "De boot is vrij."),
    ],
)
def test_understanding_goes_before_what_is_said(language: str, courtesy: str, said: str) -> None:
    draft = f"Hi Robin,\n\n{courtesy} {said}\n\nBest wishes\nSam"
    brief = Brief(
        IncomingEmail(text="Hi Sam,\n\n…\n\nRobin", language=language),
        said,
        revisions=(Revision(draft, "shorter"),),
        language=language,
    )
    assert carry_out(brief) == Outcome(draft.replace(f"{courtesy} ", ""))
