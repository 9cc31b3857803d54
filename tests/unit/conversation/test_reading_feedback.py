"""What a message about a draft is taken for: to accept by mistake is worse than to ask once more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from email_assistant.conversation.commands import Accept, Another, Edit, Reopen, Restore, Revise, SignAs, Undo
from email_assistant.conversation.reading import is_approval, read_feedback


@pytest.mark.parametrize(
    "said",
    [
        "",
        "  \n",
        "Accept",
        "ok",
        "OK!",
        "Okay.",
        "yes",
        "Yes, looks good!",
        "looks good",
        "Looks good to me, thanks!",
        "perfect, thanks",
        "Perfect - thank you so much!!!",
        "Perfect. Thank you.",
        "LGTM",
        "lgtm 👍",
        "👍",
        "👍🏽",
        "✅",
        "thanks!",
        "Thank you very much",
        "great job",
        "That’s perfect",
        "send it",
        "Yes please!",
        "Great, ship it",
        "looks good\nthanks",
        # other languages
        "Passt, danke!",
        "Sieht gut aus.",
        "Perfekt, vielen Dank",
        "ja",
        "Parfait, merci !",
        "C'est bon",
        "Ça me va",
        "Está bien, gracias",
        "¡Perfecto!",
        "Perfetto, grazie mille",
        "va bene",
        "Está ótimo, obrigado",
        "perfeito",
        "Ziet er goed uit, bedankt",
        "Ser bra ut, tack",
        "Det er bra",
        "Hyvä, kiitos",
        "Wygląda dobrze, dziękuję",
        "Výborně, díky",
        "Отлично, спасибо!",
        "Чудово, дякую",
        "Mükemmel, teşekkürler",
        "いいですね。ありがとうございます",
        "完璧です",
        "好的，谢谢",
        "좋아요, 감사합니다",
        "ممتاز، شكرا",
        "מצוין, תודה",
        "बढ़िया, धन्यवाद",
    ],
)
def test_plain_approval_accepts(said: str) -> None:
    assert read_feedback(said) == Accept()


@pytest.mark.parametrize(
    "said",
    [
        "ok but shorter",
        "no",
        "No.",
        "looks good except the date",
        "looks good, except for the date",
        "perfect, but the second paragraph is too long",
        "perfect if you change the date",
        "not good",
        "not ok",
        "not perfect yet",
        "that's not it",
        "good, now shorter",
        "good? no",
        "looks good?? not really",
        "almost perfect",
        "yes, but friendlier",
        "yes shorter",
        "thanks, make it shorter",
        "thanks but no thanks",
        "👎",
        "👍 but shorter",
        "looks good 👎",
        "accept the invitation instead",
        "Accept Thursday",
        "done by Friday, please add that",
        "fine with me, but say it more politely",
        "is this good?",
        "would a native speaker say that is good",
        "good morning",
        "great, and add that I bring cake",
        "say yes",
        "yes to Tuesday",
        "ok ok ok make it longer",
        "Please",
        "thank her",
        "no thanks",
        "no thank you",
        "gut, aber kürzer",
        "nicht gut",
        "passt nicht",
        "pas bien",
        "c'est bon mais plus court",
        "no está bien",
        "non va bene",
        "не хорошо",
        "хорошо, но короче",
        "不好",
        "好的，但是短一点",
        "よくない",
        "shorter",
        "?",
        "...",
        "-",
        "!",
        "…",
        "🤔",
        "😡",
        "❌",
    ],
)
def test_anything_that_says_more_than_approval_asks_for_a_change(said: str) -> None:
    assert read_feedback(said) == Revise(said)


@pytest.mark.parametrize("question", ["ok?", "looks good?", "perfect?", "Is it good to go?", "好吗？"])
def test_a_question_is_no_approval(question: str) -> None:
    assert not is_approval(question)


def test_a_long_message_is_no_approval_however_kind() -> None:
    assert not is_approval("perfect, " * 20)


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("back to version 1", 1),
        ("Back to version 2", 2),
        ("go back to draft 1", 1),
        ("restore version 3.", 3),
        ("please revert to the version 2!", 2),
        ("return to v1", 1),
        ("back to version #2", 2),
    ],
)
def test_a_way_back_names_its_version(said: str, version: int) -> None:
    assert read_feedback(said) == Restore(version)


@pytest.mark.parametrize(
    "said", ["back to version 1 but shorter", "like version 1, and keep the date", "version 1 was better"]
)
def test_more_than_a_way_back_goes_to_the_model(said: str) -> None:
    assert read_feedback(said) == Revise(said)


@pytest.mark.parametrize(
    ("said", "body"),
    [
        ("Edit:\nDear Dana,\n\nno.", "Dear Dana,\n\nno."),
        ("edit:\r\nDear Dana,\r\n", "Dear Dana,"),
        ("My text:  \nlooks good", "looks good"),
        ("my version:\nback to version 1", "back to version 1"),
    ],
)
def test_the_users_own_text_is_taken_whole(said: str, body: str) -> None:
    assert read_feedback(said) == Edit(body)


@pytest.mark.parametrize("said", ["Edit: make the date Tuesday", "Edit:\n  \n", "edit the date\nplease"])
def test_a_request_that_begins_like_an_edit_stays_a_request(said: str) -> None:
    assert read_feedback(said) == Revise(said)


@given(st.text(min_size=1), st.sampled_from(["ok", "perfect", "looks good", "danke", "👍"]))
def test_approval_beside_any_unknown_word_is_no_approval(word: str, approval: str) -> None:
    """Whatever it is, if by itself it is no approval, it is none beside one."""
    if any(c.isalnum() for c in word) and not is_approval(word):
        assert not is_approval(f"{approval}, {word}") or is_approval(word.strip())


@given(st.text())
def test_any_message_is_understood_as_something(message: str) -> None:
    match read_feedback(message):
        case Revise(request):
            assert request == message
        case Edit(body):
            assert body in message
        case other:
            assert isinstance(other, Restore | Accept | Reopen | Another | Undo | SignAs)


LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "ja")
COMMANDS = {
    "undo": [
        "Undo, please!", "Bitte mach das rückgängig.", "Annulez, s'il vous plaît",
        "Deshazlo, por favor", "Annulla, per favore", "Desfaz isso, por favor",
        "maak het ongedaan aub", "Proszę, cofnij to!", "Ångra det, tack", "元に戻してください。",
    ],
    "another": [
        "one more time pls", "Noch einmal, bitte", "Refais-le stp", "Otra versión, por favor",
        "riscrivilo per favore", "Outra proposta", "Nog eens, graag", "napisz od nowa",
        "Skriv om det, tack", "別の案をお願いします",
    ],
    "restore": [
        "Go back to version 2.", "zurück zu Version 2", "reviens à la version 2 stp",
        "Vuelve a la versión 2", "torna alla versione 2", "volta para a versão 2",
        "terug naar versie 2", "Przywróć wersję 2", "gå tillbaka till version 2",
        "バージョン2に戻してください",
    ],
    "sign": [
        "just sign as Rui Costa", "Unterschreib nur mit Rui Costa", "Signez avec Rui Costa, svp",
        "firma solo como Rui Costa", "firma con Rui Costa", "Assine como Rui Costa",
        "Onderteken als Rui Costa", "podpisz jako Rui Costa, proszę", "Underteckna som Rui Costa",
        "Rui Costaと署名してください",
    ],
    "accept": [
        "I accept", "Akzeptiert, danke", "J'accepte, merci", "Acepto, gracias", "Accetto",
        "Aceito, obrigada", "Goedgekeurd", "Zatwierdzam, dziękuję", "Godkänn, tack", "承認します",
    ],
}  # fmt: skip
MEANS = {
    "undo": Undo(),
    "another": Another(),
    "restore": Restore(2),
    "sign": SignAs("Rui Costa"),
    "accept": Accept(),
}


@pytest.mark.parametrize(
    ("command", "said"), [(command, said) for command, each in COMMANDS.items() for said in each]
)
def test_each_language_has_its_commands(command: str, said: str) -> None:
    assert read_feedback(said) == MEANS[command]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_is_tried_in_each_language(command: str) -> None:
    assert len(COMMANDS[command]) == len(LANGUAGES)


@pytest.mark.parametrize(
    "said",
    [
        "undo the change of the date",
        "mach den Termin am Montag rückgängig",
        "annule le rendez-vous de mardi",
        "anula la cita del lunes",
        "annulla la prenotazione",
        "desfaz a reserva",
        "zet de tafel terug",
        "cofnij zamówienie na 30 krzeseł",
        "ta tillbaka bordet på fredag",
        "予約を取り消して、別の日にして",
        "zurück zu Version 2, aber kürzer",
        "signe avec une formule plus chaleureuse",
        "unterschreibe mit Mit freundlichen Grüßen",
        "noch einmal, aber am Montag",
        "back to version 1.5",
    ],
)
def test_a_command_within_more_words_is_a_request(said: str) -> None:
    assert read_feedback(said) == Revise(said)
