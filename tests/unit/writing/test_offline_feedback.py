"""What the rules make of feedback, language by language: what it asks changes, and nothing else does."""

from __future__ import annotations

import pytest

from email_assistant.mail import IncomingEmail, Mailbox
from email_assistant.writing import Brief, Revision
from email_assistant.writing.offline.clauses import sentence_of
from email_assistant.writing.offline.revising import Outcome, carry_out

MAIL = IncomingEmail(sender=Mailbox(name="Ines Falk", address="ines@example.com"), text="x")
DRAFTS = {
    "en": (
        "Hi Ines,\n\nThank you for your message. "
        "The room is free on Monday at 14:00. "
        "It costs 120 euros. "
        "The beamer is broken.\n\nBest wishes\nKim Moser"
    ),
    "de": (
        "Hallo Ines,\n\nvielen Dank für die Nachricht. "
        "Der Raum ist am Montag um 14 Uhr frei. "
        "Er kostet 120 Euro. "
        "Der Beamer ist kaputt.\n\nLiebe Grüße\nKim Moser"
    ),
    "fr": (
        "Bonjour Ines,\n\nMerci pour votre message. "
        "La salle est libre lundi à 14h00. "
        "Elle coûte 120 euros. "
        "Le projecteur est cassé.\n\nCordialement\nKim Moser"
    ),
    "es": (
        "Hola, Ines:\n\nGracias por el mensaje. "
        "La sala está libre el lunes a las 14:00. "
        "Cuesta 120 euros. "
        "El proyector está roto.\n\nSaludos\nKim Moser"
    ),
    "it": (
        "Ciao Ines,\n\nGrazie per il messaggio. "
        "La sala è libera lunedì alle 14:00. "
        "Costa 120 euro. "
        "Il proiettore è rotto.\n\nSaluti\nKim Moser"
    ),
    "pt": (
        "Olá, Ines,\n\nAgradeço a mensagem. "
        "A sala está livre quarta-feira às 14:00. "
        "Custa 120 euros. "
        "O projetor está avariado.\n\nCumprimentos\nKim Moser"
    ),
    "nl": (
        "Hoi Ines,\n\nBedankt voor het bericht. "
        "De zaal is maandag om 14.00 uur vrij. "
        "Hij kost 120 euro. "
        "De beamer is kapot.\n\nGroeten\nKim Moser"
    ),
    "pl": (
        "Cześć Ines,\n\nDziękuję za wiadomość. "
        "Sala jest wolna 9 maja o 14:00. "
        "Kosztuje 120 euro. "
        "Rzutnik jest zepsuty.\n\nPozdrawiam\nKim Moser"
    ),
    "sv": (
        "Hej Ines,\n\nTack för ditt meddelande. "
        "Salen är ledig på måndag kl 14.00. "
        "Den kostar 120 euro. "
        "Projektorn är trasig.\n\nHälsningar\nKim Moser"
    ),
    "ja": (
        "ファルク様\n\nご連絡ありがとうございます。 "
        "部屋は月曜日の14時に空いています。 "
        "料金は120ユーロです。 "
        "プロジェクターは壊れています。\n\nよろしくお願いいたします。\nモーザー"
    ),
}


def told(feedback: str, language: str) -> Outcome:
    return carry_out(Brief(MAIL, "x", revisions=(Revision(DRAFTS[language], feedback),), language=language))


CHANGES = [
    # shorter, and the thanks go
    ("en", "a bit shorter please", "Thank you for your message. ", ""),
    ("de", "Bitte etwas kürzer!", "vielen Dank für die Nachricht. ", ""),
    ("fr", "c'est trop long", "Merci pour votre message. ", ""),
    ("es", "Hazlo más breve, por favor.", "Gracias por el mensaje. ", ""),
    ("it", "troppo lungo", "Grazie per il messaggio. ", ""),
    ("pt", "um pouco mais curto", "Agradeço a mensagem. ", ""),
    ("nl", "Graag wat korter.", "Bedankt voor het bericht. ", ""),
    ("pl", "Proszę trochę krócej.", "Dziękuję za wiadomość. ", ""),
    ("sv", "lite kortare, tack", "Tack för ditt meddelande. ", ""),
    ("ja", "もう少し短くしてください。", "ご連絡ありがとうございます。 ", ""),
    # one thing in the place of another
    ("en", "instead of 120 write 95", "120", "95"),
    ("de", "Statt Montag bitte Dienstag", "Montag", "Dienstag"),
    ("de", "ersetze Beamer durch Projektor", "Beamer", "Projektor"),
    ("fr", "remplace lundi par mardi, s'il te plaît", "lundi", "mardi"),
    ("es", "pon martes en vez de lunes", "lunes", "martes"),
    ("it", "sostituisci 120 con 95", "120", "95"),
    ("pt", "troca 120 por 95", "120", "95"),
    ("nl", "vervang maandag door dinsdag", "maandag", "dinsdag"),
    ("pl", "zamień 9 maja na 16 maja", "9 maja", "16 maja"),
    ("sv", "byt måndag mot tisdag", "måndag", "tisdag"),
    ("ja", "月曜日ではなく火曜日にしてください", "月曜日", "火曜日"),
    # another detail of the same kind
    ("en", "actually only from 15:30", "14:00", "15:30"),
    ("de", "doch erst um 16 Uhr", "14 Uhr", "16 Uhr"),
    ("fr", "plutôt mardi", "lundi", "mardi"),
    ("es", "mejor el miércoles", "lunes", "miércoles"),
    ("it", "meglio giovedì", "lunedì", "giovedì"),
    ("nl", "toch liever donderdag", "maandag", "donderdag"),
    # something less
    ("en", "take the sentence about the beamer out", " The beamer is broken.", ""),
    ("de", "streich den Satz über den Beamer", " Der Beamer ist kaputt.", ""),
    ("de", "Lass den letzten Satz weg.", " Der Beamer ist kaputt.", ""),
    ("fr", "enlève la phrase sur le projecteur", " Le projecteur est cassé.", ""),
    ("es", "quita la última frase", " El proyector está roto.", ""),
    ("it", "togli la frase sul proiettore", " Il proiettore è rotto.", ""),
    ("pt", "tira a frase sobre o projetor", " O projetor está avariado.", ""),
    ("nl", "schrap de zin over de beamer", " De beamer is kapot.", ""),
    ("pl", "usuń ostatnie zdanie", " Rzutnik jest zepsuty.", ""),
    ("sv", "ta bort meningen om projektorn", " Projektorn är trasig.", ""),
    # something more
    ("en", "add that the key is with Ada", "broken.", "broken. The key is with Ada."),
    ("en", "add: See you soon", "broken.", "broken. See you soon."),
    ("de", "ergänze bitte, dass wir zwei Stühle brauchen", "kaputt.", "kaputt. Wir brauchen zwei Stühle."),
    ("fr", "ajoute aussi que la clé est chez Ada", "cassé.", "cassé. La clé est chez Ada."),
    ("es", "añade que la llave la tiene Ada", "roto.", "roto. La llave la tiene Ada."),
    ("it", "aggiungi che la chiave è da Ada", "rotto.", "rotto. La chiave è da Ada."),
    ("pt", "acrescenta que a chave está com a Ada", "avariado.", "avariado. A chave está com a Ada."),
    ("nl", "voeg toe dat ik de sleutel heb", "kapot.", "kapot. Ik heb de sleutel."),
    ("pl", "dopisz, że klucz ma Ada", "zepsuty.", "zepsuty. Klucz ma Ada."),
    ("sv", "lägg till att jag inte har nyckeln", "trasig.", "trasig. Jag har inte nyckeln."),
    # something that the reader shall do
    ("de", "bitte sie, den Raum abzuschließen", "kaputt.", "kaputt. Könnten Sie bitte den Raum abschließen?"),
    ("fr", "demande-leur de fermer la salle", "cassé.", "cassé. Pourriez-vous fermer la salle ?"),
    ("it", "chiedi di chiudere la sala", "rotto.", "rotto. Potrebbe chiudere la sala, per favore?"),
    ("pt", "pede para fechar a sala", "avariado.", "avariado. Poderia fechar a sala, por favor?"),
    ("nl", "vraag ze om de zaal af te sluiten", "kapot.", "kapot. Kunt u de zaal afsluiten?"),
    ("sv", "be dem låsa salen", "trasig.", "trasig. Kan ni låsa salen?"),
    # the name, beside something else
    ("de", "unterschreibe mit Kim", "\nKim Moser", "\nKim"),
    ("fr", "signe Kim", "\nKim Moser", "\nKim"),
    ("sv", "signera som Kim", "\nKim Moser", "\nKim"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "feedback", "before", "after"), CHANGES)
def test_what_is_asked_changes_and_nothing_else(
    language: str, feedback: str, before: str, after: str
) -> None:
    assert DRAFTS[language].count(before) == 1
    assert told(feedback, language) == Outcome(DRAFTS[language].replace(before, after))


@pytest.mark.parametrize("language", DRAFTS)
@pytest.mark.parametrize(
    "feedback",
    [
        "make it rhyme",
        "the tone is off somehow",
        "remove the part about unicorns",
        "replace Sunday by Saturday",
        "das klingt noch nicht nach mir",
        "streich das mit den Einhörnern",
        "c'est un peu sec",
        "mets une blague",
        "no me convence",
        "non mi convince",
        "não gosto do começo",
        "het klinkt stijf",
        "brzmi sztucznie",
        "det låter stelt",
        "なんか違う",
        "move the greeting up",
        "say it better",
        "nein, so nicht",
    ],
)
def test_what_no_rule_understands_is_told_and_changes_nothing(language: str, feedback: str) -> None:
    assert told(feedback, language) == Outcome(DRAFTS[language], (feedback,))


def test_of_several_requests_those_that_cannot_be_done_are_told() -> None:
    outcome = told("Statt Montag bitte Dienstag. Mach einen Reim daraus.", "de")

    assert outcome == Outcome(DRAFTS["de"].replace("Montag", "Dienstag"), ("Mach einen Reim daraus.",))


def test_a_detail_is_not_guessed_where_the_letter_has_two_of_its_kind() -> None:
    draft = DRAFTS["en"].replace("Monday", "Monday and Wednesday")
    outcome = carry_out(Brief(MAIL, "x", revisions=(Revision(draft, "rather Friday"),)))

    assert outcome == Outcome(draft, ("rather Friday",))


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "word", ["replace ", "instead of ", "statt ", "add that ", "5 ", "and add ", "à ", "x, not "]
)
def test_hostile_feedback_is_read_soon(word: str) -> None:
    draft = f"Hi,\n\n{'one of 5 words, and ' * 4_000}\n\nBest wishes"
    feedback = word * (1_900 // len(word))

    carry_out(Brief(MAIL, "x", revisions=(Revision(draft, feedback),)))
    carry_out(Brief(MAIL, "x", revisions=(Revision(draft, feedback[:590]),)))


def test_of_two_numbers_the_one_of_what_is_counted_is_meant() -> None:
    draft = DRAFTS["en"].replace("It costs 120 euros.", "There are 3 tables and 20 chairs.")
    outcome = carry_out(Brief(MAIL, "x", revisions=(Revision(draft, "make it 4 tables"),)))

    assert outcome == Outcome(draft.replace("3 tables", "4 tables"))


def test_a_day_takes_the_place_of_the_whole_one_that_it_was() -> None:
    draft = DRAFTS["en"].replace("Monday", "Monday, 4 May")
    outcome = carry_out(Brief(MAIL, "x", revisions=(Revision(draft, "make it 11 May instead"),)))

    assert outcome.text == DRAFTS["en"].replace("Monday", "11 May")


@pytest.mark.parametrize(
    "feedback",
    [
        "no exclamation marks",
        "keine Ausrufezeichen bitte",
        "pas de points d'exclamation",
        "sin exclamaciones",
        "senza punti esclamativi",
        "sem exclamações",
        "geen uitroeptekens",
        "bez wykrzykników",
        "inga utropstecken",
        "感嘆符は使わないで",
    ],
)
def test_exclamation_marks_go_in_every_language(feedback: str) -> None:
    draft = "Hi Ines!\n\nYes! That is great.\n\nBest wishes\nKim"
    outcome = carry_out(Brief(MAIL, "x", revisions=(Revision(draft, feedback),)))

    assert outcome == Outcome("Hi Ines,\n\nYes. That is great.\n\nBest wishes\nKim")


@pytest.mark.parametrize(
    "feedback",
    [
        "more formal",
        "förmlicher",
        "plus formel",
        "más formal, de usted",
        "più formale",
        "mais formal",
        "formeler graag",
        "bardziej oficjalnie",
        "mer formellt",
        "もっと丁寧に",
    ],
)
def test_more_formal_keeps_every_word_that_was_said(feedback: str) -> None:
    outcome = told(feedback, "en")

    assert not outcome.undone
    assert outcome.text.startswith("Dear Ines Falk,")
    assert "free on Monday at 14:00. It costs 120 euros." in outcome.text


@pytest.mark.parametrize(
    ("language", "clause", "sentence"),
    [
        ("de", "ich am Freitag mitkomme", "Ich komme am Freitag mit."),
        ("de", "ich das nicht gesehen habe", "Ich habe das nicht gesehen."),
        ("de", "er später antwortet", "Er antwortet später."),
        ("de", "meine Frau mitkommt", "Ich möchte noch erwähnen, dass meine Frau mitkommt."),
        ("de", "ich komme, wenn es regnet", "Ich möchte noch erwähnen, dass ich komme, wenn es regnet."),
        ("nl", "we niet kunnen komen", "We kunnen niet komen."),
        ("nl", "mijn vrouw meekomt", "Ik wil nog laten weten dat mijn vrouw meekomt."),
        ("sv", "vi aldrig fick brevet", "Vi fick aldrig brevet."),
        ("ja", "10時に着きます", "10時に着きます。"),
        ("ja", "10時に着く", "なお、10時に着く旨、お伝えいたします。"),
    ],
)
def test_a_clause_becomes_a_sentence_in_its_own_order(language: str, clause: str, sentence: str) -> None:
    assert sentence_of(clause, language) == sentence
