"""Whose a thing is: what the mail calls the reader's is not the sender's in the answer."""

from __future__ import annotations

import pytest

from email_assistant.brief import Brief
from email_assistant.mail import IncomingEmail
from email_assistant.proofreading.owners import check, owners

LATE = {
    "en": ("Your parcel is in our depot. Shall we send it?", "Please send your parcel on Monday."),
    "de": ("Ihr Paket liegt im Lager. Sollen wir es senden?", "Bitte senden Sie Ihr Paket am Montag."),
    "fr": ("Votre colis est au dépôt. L'envoyer lundi ?", "Vous pouvez envoyer votre colis lundi."),
    "es": ("Tu paquete está en el almacén. ¿Lo enviamos?", "Podéis enviar tu paquete el lunes."),
    "it": ("Il tuo pacco è in magazzino. Lo spediamo?", "Potete spedire il tuo pacco lunedì."),
    "pt": ("A sua encomenda está no armazém. Enviamos?", "Podem enviar a sua encomenda na segunda."),
    "nl": ("Uw pakket ligt in het depot. Zullen we het sturen?", "Stuur uw pakket maandag maar op."),
    "pl": ("Twoja paczka leży w magazynie. Wysłać?", "Proszę wysłać Twoja paczka w poniedziałek."),
    "sv": ("Ditt paket ligger i lagret. Ska vi skicka det?", "Skicka gärna ditt paket på måndag."),
}


def found(mail: str, draft: str, language: str, notes: str = "") -> list[str]:
    brief = Brief(IncomingEmail(text=mail, language=language), notes, language=language)
    return [draft[finding.start : finding.end] for finding in check(draft, brief)]


def test_every_language_has_a_pair() -> None:
    assert set(LATE) == set(owners())


@pytest.mark.parametrize("language", sorted(LATE))
def test_what_is_the_users_is_not_given_to_the_sender(language: str) -> None:
    mail, draft = LATE[language]
    (thing,) = found(mail, draft, language)
    assert thing in draft


@pytest.mark.parametrize(
    ("mail", "draft", "notes"),
    [
        ("Your parcel is in our depot.", "Please send my parcel on Monday.", ""),
        ("Your parcel is here, and my parcel too.", "I can bring your parcel.", ""),
        ("Your parcel is here.", "I can bring your parcel.", "say that I bring Dana's parcel"),
        ("Thanks for your reply. Is your team free?", "Yes. Is your team free as well?", ""),
        ("What is your schedule?", "Thank you for your schedule.", ""),
        ("The parcel is here.", "Please send your parcel on Monday.", ""),
        ("We can pay your travel.", "I would come if your workshop is in May.", ""),
    ],
)
def test_what_may_be_both_is_left_alone(mail: str, draft: str, notes: str) -> None:
    assert found(mail, draft, "en", notes) == []
