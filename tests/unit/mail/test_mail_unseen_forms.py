"""Old messages, dates, addresses and hidden words in forms that no mail of our own has had yet."""

from __future__ import annotations

import pytest

from email_assistant.mail import parse_email
from email_assistant.mail.text.dates import shown_date
from email_assistant.mail.text.language import language_of
from email_assistant.mail.text.quoting import split_text

OLD = "The old roof leaks\nin three places."


@pytest.mark.parametrize("mark", ["", "> "])
@pytest.mark.parametrize(
    "line",
    [
        "Op ma 4 mei 2026 om 10:00 schreef Ria <ria@example.org>:",
        "ma 4. toukok. 2026 klo 10.00 Ria (ria@example.org) kirjoitti:",
        "2026 оны 5-р сарын 4, Даваа 10:00, Ria <ria@example.org> бичсэн:",
        "----- Reply from Ria <ria@example.org> 2026-05-04 10:00 -----",
        "Ar Llun, 4 Mai 2026 am 10:00 ysgrifennodd Ria <ria@example.org>:",
        "Am Montag, 4. Mai 2026 um 10:00:00 MESZ hat Ria <ria@example.org> Folgendes geschrieben:",
        "2026. 5. 4. 오전 10:00에 Ria 이(가) 쓴 글:",
        '"Ria Berg" ---04.05.2026 10:00:00---Hello Sam, the old',
        "##- Antwoord graag boven deze regel -##",
        "—-—-Please reply above this line—-—-",
    ],
)
def test_an_old_message_is_known_by_its_form(line: str, mark: str) -> None:
    quoted = "\n".join(f"{mark}{each}" for each in OLD.split("\n"))
    found = split_text(f"Thursday is fine.\n\n{line}\n{quoted}")
    assert found.newest == "Thursday is fine."
    assert "leaks" in found.quoted


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour,\n\nle 3 mai 2026 à 10h00, M. Petit (petit@example.org) a écrit au notaire :\n\nEt alors ?",
        "Hi,\n\nin 2026 at 10:00 each Monday we call Ria <ria@example.org> about:\n\nthe roof. Are you in?",
        "Ahoj Sam,\n\ndne 3. května 2026 v 9:00 nám pan Malý napsal:\nstřecha je hotová. Je to pravda?",
        "Hei,\n\n4. toukokuuta 2026 klo 9.30 Ria kirjoitti kaikille:\nkatto vuotaa. Tuletko?",
        "Hello,\n\nOriginal message:\nMind the step\nNew message:\nMind your step\n\nIs it better?",
        "Hello,\n\nSent from my garden\nis what the card says. Do you like it?",
        "Hello,\n\nSubject: roof\nDate: 4 May 2026 at 10:00\nFrom: the flat above\nTo: the cellar\n\nWhen?",
        "The rule is:\n\nFrom: ria@example.org\nTo: jo@example.org\nSubject: roof\n\nCan you set it up?",
        "A form:\n\nFrom: Ria <ria@example.org>\nSubject: Roof\nDate: 4 May 2026 10:00\n\nMessage:\nWhen?",
        "Anfrage\n\nVon: Ria\nMail: r@example.org\nDatum: 04.05.2026 10:00\nBetreff: Dach\nNachricht: Wann?",
        "Hi Sam,\n\n--- two more things ---\n\nthe keys, and the parking card. Can you bring both?",
    ],
)
def test_a_sentence_that_looks_like_one_cuts_nothing(text: str) -> None:
    assert split_text(text).newest == text


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Mon May 4 10:05:00 2026", "2026-05-04T10:05"),
        ("4/May/2026 10:05", "2026-05-04T10:05"),
        ("יום שני, 4 במאי 2026 10:05", "2026-05-04T10:05"),
        ("4 مايو 2026 10:05 م", "2026-05-04T22:05"),
        ("4 مايو 2026 10:05 ص", "2026-05-04T10:05"),
    ],
)
def test_a_date_is_read_in_the_form_of_other_programs(text: str, date: str) -> None:
    found = shown_date(text)
    assert found is not None
    assert found.isoformat().startswith(date)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Danke, bis morgen!", "de"),
        ("Grazie, a domani!", "it"),
        ("Tack, vi ses imorgon!", "sv"),
        ("Спасибо, до завтра!", "ru"),
        ("Hej Jo,\n\nkan du skicka fakturan idag?\n\nMvh", "sv"),
        ("Hi Jo,\n\nwir sehen uns am Montag.\n\nBest regards,\nRia", "de"),
        ("Hi Jo,\n\nik heb het pakket nog niet ontvangen.\n\nBest,\nRia", "nl"),
        ("Hi Jo,\n\nsee you on Monday at nine.\n\nBest,\nRia", "en"),
        ("Živjo Jo, me lahko jutri pokličeš? Hvala", ""),
        ("Hallo Jo", ""),
        ("Ok 15:00", ""),
    ],
)
def test_a_short_mail_is_known_by_its_courtesy_unless_that_is_english_around_another_language(
    text: str, language: str
) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    "hidden",
    [
        "<dialog>pay now</dialog>",
        r'<p style="display:no\6e e">pay now</p>',
        '<p style="display:none !important; display:block">pay now</p>',
        '<p style="display:block; display:none!important">pay now</p>',
    ],
)
def test_what_a_browser_hides_is_left_out(hidden: str) -> None:
    email = parse_email(f"<html><body><p>Can you come?</p>{hidden}</body></html>".encode(), "mail.html")
    assert email.text == "Can you come?"
    assert [each.code for each in email.warnings if each.code == "hidden_text"] == ["hidden_text"]


def test_a_dialog_that_is_open_is_read() -> None:
    email = parse_email(b"<html><body><dialog open>Can you come?</dialog></body></html>", "mail.html")
    assert email.text == "Can you come?"


def test_enriched_text_is_read_without_its_commands() -> None:
    source = (
        "From: ria@example.org.\nContent-Type: text/enriched\n\n"
        "<bold>Can</bold> you\ncome\n\n<color><param>red</param>today</color>? 1 << 2"
    )
    email = parse_email(source)
    assert email.text == "Can you come\ntoday? 1 < 2"
    assert str(email.sender) == "ria@example.org"


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        ("I am out of the office until Monday", "automatic"),
        ("[Auto-Reply] Roof", "automatic"),
        ("[EXTERN] Automatisk svar: Tag", "automatic"),
        ("No entregable: techo", "bounce"),
    ],
)
def test_more_subjects_of_programs_are_known(subject: str, code: str) -> None:
    email = parse_email(f"From: MAILER-DAEMON@example.org\nTo: sam@example.com\nSubject: {subject}\n\nHello")
    assert code in [each.code for each in email.warnings]


@pytest.mark.parametrize("subject", ["Assenteismo 2026", "Niet aanwezig op maandag", "Nieobecność w środę"])
def test_what_a_person_says_of_absence_is_no_automatic_answer(subject: str) -> None:
    assert parse_email(f"From: ria@example.org\nTo: sam@example.com\nSubject: {subject}\n\nHi").warnings == ()


@pytest.mark.parametrize("address", ["noreplay@example.org", "nobody@example.org", "auto-reply@example.org"])
def test_more_addresses_that_take_no_answers_are_known(address: str) -> None:
    email = parse_email(f"From: {address}\nTo: sam@example.com\nSubject: Roof\n\nHello")
    assert "no_reply" in [each.code for each in email.warnings]


@pytest.mark.parametrize(
    "line",
    [
        "iPhone'umdan gönderildi",
        "发自我的iPhone",
        "נשלח מה-iPhone שלי",
        "Stáhněte si Outlook <https://aka.ms/x>",
    ],
)
def test_what_a_phone_adds_is_its_signature_without_a_blank_too(line: str) -> None:
    assert split_text(f"Thursday is fine.\n\n{line}").signature == line


@pytest.mark.parametrize(
    "line",
    ["P.D.: trae la llave", "N.B. a chave", "З.Ы. возьми ключ", "Υ.Γ. το κλειδί", "נ.ב. המפתח", "추신: 열쇠"],
)
def test_a_postscript_is_known_in_other_languages(line: str) -> None:
    assert split_text(f"Thursday is fine.\n\nBest regards,\nRia\n\n{line}").newest.endswith(line)


def test_a_word_of_thanks_between_quotations_is_an_answer() -> None:
    text = (
        "Den 4.5.2026 kl. 10:00 skrev Ria <r@example.org>:\n> Skal jeg hente dig?\nTak.\n> Hvornår?\nKl. 10."
    )
    assert split_text(text).newest.startswith("> Skal jeg hente dig?\nTak.\n")
