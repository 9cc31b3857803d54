"""The offline writer: what it asks, what it writes, and how it obeys."""

from __future__ import annotations

import re
from time import process_time

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from email_assistant.brief import Ask, Person
from email_assistant.errors import ModelInvalidAnswer
from email_assistant.mail import IncomingEmail, Mailbox
from email_assistant.proofreading.asks import find_asks
from email_assistant.writing import Brief, Clarification, Clarifications, Revision
from email_assistant.writing.model import Shape
from email_assistant.writing.offline import OfflineWriter
from email_assistant.writing.offline.asking import questions
from email_assistant.writing.offline.drafting import draft
from email_assistant.writing.offline.phrases import languages, phrases_in
from email_assistant.writing.offline.revising import revise
from email_assistant.writing.offline.saying import say

ANA = Mailbox(name="Ana Silva", address="ana@example.com")
LUNCH = IncomingEmail(
    sender=ANA,
    language="en",
    text="Hi,\n\nshall we have lunch on Tuesday or on Thursday? And how many of you will come?\n\nAna",
)
DRAFT = (
    "Hi Ana,\n\nThank you for your message. Yes, gladly, but not before Tuesday. We are five people. "
    "I can't bring the projector.\n\nBest wishes\nSam"
)


def mail(text: str, language: str = "en", name: str = "Ana Silva") -> IncomingEmail:
    return IncomingEmail(sender=Mailbox(name=name, address="a@example.com"), text=text, language=language)


def said(instructions: str, language: str = "en") -> str:
    return say(instructions, languages()[language]).text


def revised(feedback: str, draft: str = DRAFT, email: IncomingEmail = LUNCH) -> str:
    return revise(Brief(email, "say yes", revisions=(Revision(draft, feedback),)))


@pytest.mark.parametrize(
    ("asked", "words", "sentence"),
    [
        ("Would 14 or 15 January suit you?", "the 15th, Ben comes too", "The 15th, Ben comes too."),
        ("Would 14 or 15 January suit you?", "the 15th, say yes to the talk", "The 15th suits me."),
        ("Would you like tea or coffee?", "tea", "Tea, please."),
        ("Friday at 7 or Saturday at 6:30?", "Friday", "Friday suits me."),
        ("Friday at 7 or Saturday at 6:30?", "not Friday", "Not Friday."),
    ],
)
def test_an_option_alone_becomes_a_sentence(asked: str, words: str, sentence: str) -> None:
    email = mail(f"Hi,\n\n{asked}\n\nAna")
    assert f" {sentence}" in draft(Brief(email, words, asks=find_asks(email)))


class TestAsking:
    def test_offered_dates_are_asked_for_when_the_instructions_choose_none(self) -> None:
        assert questions(Brief(LUNCH, "say yes"))[0] == "Which date suits you: Tuesday or Thursday?"

    @pytest.mark.parametrize(
        "instructions", ["Thursday", "say yes, but not before Tuesday", "either is fine"]
    )
    def test_a_choice_is_not_asked_for_twice(self, instructions: str) -> None:
        assert not any("date" in question for question in questions(Brief(LUNCH, instructions)))

    def test_an_open_question_of_the_mail_is_passed_on(self) -> None:
        asked = questions(Brief(LUNCH, "yes, on Thursday"))
        assert asked == ["They ask “How many of you will come?” What should I say?"]

    @pytest.mark.parametrize("instructions", ["Thursday, we are 5", "Thursday, and many will come"])
    def test_what_the_instructions_answer_is_not_asked(self, instructions: str) -> None:
        assert questions(Brief(LUNCH, instructions)) == []

    @pytest.mark.parametrize("instructions", ["no", "decline politely", "say no, we can't"])
    def test_nothing_is_asked_of_one_who_declines(self, instructions: str) -> None:
        assert questions(Brief(LUNCH, instructions)) == []

    @pytest.mark.parametrize(
        "text",
        [
            "Hi,\n\nhow are you? Can you send me the report?",
            "We met on Monday and on Tuesday. Please call me.",
            "The shop is open from 10:00 to 12:00 or so.",
        ],
    )
    def test_a_mail_that_a_yes_answers_leads_to_no_question(self, text: str) -> None:
        assert questions(Brief(mail(text), "say yes")) == []

    def test_three_questions_are_the_most(self) -> None:
        text = "Who comes? When do you arrive? Where do you sleep? What do you eat? Which car is yours?"
        assert len(questions(Brief(mail(text), "say yes"))) == 3

    @pytest.mark.parametrize(
        ("language", "text", "dates"),
        [
            ("de", "Passt Ihnen Montag um 10 Uhr oder Mittwoch besser?", "Montag um 10 Uhr or Mittwoch"),
            ("fr", "Préférez-vous lundi ou le 4 mai ?", "lundi or 4 mai"),
            ("es", "¿Te viene bien el martes o el jueves?", "martes or jueves"),
            ("it", "Preferisci martedì o il 5 maggio?", "martedì or 5 maggio"),
            ("pt", "Prefere terça-feira ou quinta-feira?", "terça-feira or quinta-feira"),
            ("nl", "Komt dinsdag of donderdag beter uit?", "dinsdag or donderdag"),
        ],
    )
    def test_dates_are_found_in_the_mails_language(self, language: str, text: str, dates: str) -> None:
        assert questions(Brief(mail(text, language), "say yes")) == [f"Which date suits you: {dates}?"]

    async def test_it_asks_and_cannot_do_more(self) -> None:
        class Summary(Clarifications):
            summary: str

        shape: type[Shape] = Summary  # type: ignore[valid-type]
        with pytest.raises(ModelInvalidAnswer, match="offline writer"):
            await OfflineWriter().parse(Brief(LUNCH, "yes"), shape)


class TestSaying:
    @pytest.mark.parametrize(
        ("instructions", "sentences"),
        [
            ("say yes, but not before Tuesday", "Yes, gladly, but not before Tuesday."),
            ("yes, on the 14th", "Yes, gladly, on the 14th."),
            ("yes, of course, at noon", "Yes, of course, at noon."),
            ("yes, on Friday I am away", "Yes, gladly. On Friday I am away."),
            ("ok but only if it is after 5pm", "Yes, gladly, but only if it is after 5pm."),
            ("say yes to Tuesday", "Yes, Tuesday works for me."),
            ("Say yes to the 6th of May at noon.", "Yes, the 6th of May at noon works for me."),
            ("say yes to the offer", "I agree to the offer."),
            ("say yes to Friday, but not before 5", "I agree to Friday, but not before 5."),
            ("say yes to the offer and that I bring a cake", "I agree to the offer. I bring a cake."),
            ("say no", "I am afraid I have to say no."),
            ("a polite no", "I am afraid I have to say no."),
            (
                "politely decline, we chose somebody else",
                "I am afraid I have to say no. We chose somebody else.",
            ),
            (
                "decline politely because I'm away",
                "I am afraid I have to decline because I'm away.",
            ),
            (
                "tell her she can come at 5 and that her brother is invited too",
                "You can come at 5 and your brother is invited too.",
            ),
            ("tell him he has until Friday, then ask if he needs help",
             "You have until Friday. Could you tell me if you need help?"),
            ("ask her when she is free", "Could you tell me when you are free?"),
            ("ask for a discount", "May I ask for a discount?"),
            (
                "ask them to send the invoice again and thank them for the quick answer",
                "Please send the invoice again. Thank you for the quick answer.",
            ),
            ("thank her and say I'd love to come", "Thank you. I'd love to come."),
            ("Accept the offer. Ask about delivery.",
             "I gladly accept the offer. I would like to ask about delivery."),
            ("let them know that the package arrived", "The package arrived."),
            ("write a short reply saying that I agree", "I agree."),
            ("wish him a happy birthday", "I wish you a happy birthday."),
            ("confirm", "I confirm this."),
            ("i can't make it", "I can't make it."),
            ("- say yes\n- ask whether it is free", "Yes, gladly. Could you tell me whether it is free?"),
            ("Say yes. Offer Friday...", "Yes, gladly. I can offer Friday..."),
            ("see example.com", "See example.com."),
            ("First paragraph.\n\nSecond one.", "First paragraph.\n\nSecond one."),
        ],
    )  # fmt: skip
    def test_instructions_become_sentences_to_the_sender(self, instructions: str, sentences: str) -> None:
        assert said(instructions) == sentences

    @pytest.mark.parametrize(
        ("language", "instructions", "sentences"),
        [
            ("de", "say yes", "Ja, sehr gerne."),
            ("de", "sag zu, aber nicht vor Dienstag", "Ja, sehr gerne, aber nicht vor Dienstag."),
            ("de", "bedanke dich für die Einladung und frage, ob es Parkplätze gibt",
             "Vielen Dank für die Einladung. Darf ich fragen, ob es Parkplätze gibt?"),
            ("fr", "dis-lui que je viens", "Je viens."),
            ("fr", "refuse poliment", "Je dois malheureusement refuser."),
            ("es", "di que sí", "Sí, con mucho gusto."),
            ("it", "chiedi se c'è parcheggio", "Potrebbe dirmi se c'è parcheggio?"),
            ("pt", "diga que não", "Infelizmente tenho de dizer que não."),
            ("nl", "zeg dat we komen", "Ik wil graag laten weten dat we komen."),
        ],
    )  # fmt: skip
    def test_simple_instructions_are_understood_in_the_mails_language(
        self, language: str, instructions: str, sentences: str
    ) -> None:
        assert said(instructions, language) == sentences


class TestDraft:
    @pytest.mark.parametrize(
        ("name", "text", "greeting"),
        [
            ("Ana Silva", "Hi,\n\nlunch?", "Hi Ana,"),
            ("Ana Silva", "Lunch?", "Hello Ana,"),
            ("Silva, Ana", "Lunch?", "Hello Ana,"),
            ("Dr. Ana Silva", "Dear Sir or Madam,\n\nlunch?", "Dear Dr. Ana Silva,"),
            ("", "Lunch?\n\nBest regards\nAna", "Hello Ana,"),
            ("", "Lunch?\n\nAna", "Hello Ana,"),
            ("", "Lunch?", "Hello,"),
            ("Example Support Team", "Dear Mr Doe,\n\nlunch?", "Dear Sir or Madam,"),
            ("ana.silva@example.com", "Lunch?", "Hello,"),
        ],
    )
    def test_it_greets_whom_it_knows_in_the_tone_of_the_mail(
        self, name: str, text: str, greeting: str
    ) -> None:
        assert draft(Brief(mail(text, name=name), "yes")).splitlines()[0] == greeting

    @pytest.mark.parametrize("language", languages())
    def test_the_frame_is_in_the_mails_language(self, language: str) -> None:
        phrases = languages()[language]
        reply = draft(Brief(mail("x", language), "yes"))
        family = "Ana" if language == "ja" else "Silva"
        greeting = phrases.greetings["neutral"][0].format(name="Ana", full="Ana Silva", family=family)
        assert reply.startswith(greeting)
        assert phrases.thanks in reply
        assert phrases.yes in reply
        assert reply.endswith(phrases.closings["neutral"])

    def test_a_language_that_is_asked_for_is_taken(self) -> None:
        reply = draft(Brief(LUNCH, "say yes. answer in German"))
        assert "Ja, sehr gerne." in reply
        assert "German" not in reply

    def test_answers_become_sentences_and_skipped_questions_gaps(self) -> None:
        brief = Brief(LUNCH, "say yes")
        date, count = questions(brief)
        reply = draft(Brief(LUNCH, "say yes", (Clarification(date, "Thursday"), Clarification(count, ""))))
        assert "Yes, gladly. Thursday suits me. As to “How many of you will come?”: [your answer]." in reply
        reply = draft(Brief(LUNCH, "say yes", (Clarification(date, ""), Clarification(count, "12"))))
        assert "[Tuesday or Thursday] suits me. As to “How many of you will come?”: 12." in reply

    @pytest.mark.parametrize(
        ("language", "question", "answer", "said"),
        [
            (
                "fr",
                "Préférez-vous le grand ou le petit modèle ?",
                "le petit modèle",
                "Je préfère le petit modèle.",
            ),
            ("es", "¿Prefiere el turno de mañana o el de tarde?", "el de tarde", "Prefiero el de tarde."),
            ("de", "Möchten Sie Kaffee oder Kuchen?", "Kuchen", "Kuchen, bitte."),
            ("en", "By post or by courier?", "by courier", "By courier, please."),
            ("en", "Who will come along?", "nobody", "As to “Who will come along?”: nobody."),
        ],
    )
    def test_a_choice_that_the_question_leaves_is_said_without_the_question(
        self, language: str, question: str, answer: str, said: str
    ) -> None:
        asked = Clarification(question, answer)
        assert said in draft(Brief(mail("x", language), "x", (asked,)))

    def test_the_choice_of_what_the_mail_offers_is_said_as_one(self) -> None:
        ask = Ask(text="Would Tuesday or Thursday be better?", options=("Tuesday at 7", "Thursday at 8"))
        chosen = Clarification(ask.text, "thursday")
        assert "Thursday suits me." in draft(Brief(LUNCH, "say yes", (chosen,), asks=(ask,)))

    def test_days_and_months_have_capitals_in_english(self) -> None:
        reply = draft(Brief(LUNCH, "the 3rd of june or any friday, see monday.example and july@example.org"))
        assert "The 3rd of June or any Friday, see monday.example and july@example.org." in reply

    def test_an_answer_to_all_questions_at_once_counts(self) -> None:
        brief = Brief(LUNCH, "say yes", (Clarification("When?\nHow many?", "tell her we are five"),))
        assert "We are five." in draft(brief)

    def test_an_instruction_may_call_the_sender_by_name(self) -> None:
        assert "You can come." in draft(Brief(LUNCH, "tell Ana she can come"))
        assert "Kim" in draft(Brief(LUNCH, "tell Kim she can come"))

    def test_it_signs_only_with_a_name_that_it_was_told(self) -> None:
        assert draft(Brief(LUNCH, "yes")).endswith("\n\nBest wishes")
        assert draft(Brief(LUNCH, "yes", user=Person("Sam"))).endswith("\n\nBest wishes\nSam")
        assert draft(Brief(LUNCH, "yes. sign as Sam Doe")).endswith("\n\nBest wishes\nSam Doe")

    def test_the_instructions_set_tone_and_length(self) -> None:
        formal = draft(Brief(LUNCH, "say yes, keep it short and formal"))
        assert formal == "Dear Ana Silva,\n\nYes, gladly.\n\nKind regards"
        assert "look forward" not in formal

    def test_without_a_word_of_the_user_the_reply_is_a_gap(self) -> None:
        assert "[your answer]" in draft(Brief(LUNCH, ""))


class TestRevision:
    @pytest.mark.parametrize(
        ("feedback", "before", "after"),
        [
            ("Make it shorter.", "Thank you for your message. ", ""),
            ("way too long", "Thank you for your message. ", ""),
            (
                "Make it longer.",
                "the projector.",
                "the projector. Please let me know if anything is unclear.",
            ),
            ("Make it friendlier.", "Thank you", "I hope you are well. Thank you"),
            ("add that I'm vegetarian", "the projector.", "the projector. I'm vegetarian."),
            (
                "Add a sentence saying we look forward to it",
                "projector.",
                "projector. We look forward to it.",
            ),
            ("also mention that parking is free at the beginning", "Thank you", "Parking is free. Thank you"),
            (
                "please thank her for the flowers too",
                "projector.",
                "projector. Thank you for the flowers too.",
            ),
            (
                "ask whether she likes fish",
                "projector.",
                "projector. Could you tell me whether she likes fish?",
            ),
            ("add my phone number", "the projector.", "the projector. [my phone number]"),
            ("add a PS: bring your passport", "\nSam", "\nSam\n\nPS: Bring your passport."),
            ("remove the last sentence", " I can't bring the projector.", ""),
            ("drop the sentence about the projector", " I can't bring the projector.", ""),
            ("don't mention the projector", " I can't bring the projector.", ""),
            ('delete "We are five people."', "We are five people. ", ""),
            ("remove the part about Tuesday", ", but not before Tuesday", ""),
            ("remove the thanks", "Thank you for your message. ", ""),
            ("remove the greeting", "Hi Ana,\n\n", ""),
            ("no signature", "\nSam", ""),
            ("say Wednesday instead of Tuesday", "Tuesday", "Wednesday"),
            ('replace "five people" with six people', "five people", "six people"),
            ("looks good, but change Tuesday to Friday", "Tuesday", "Friday"),
            ("it should be Friday, not Tuesday", "Tuesday", "Friday"),
            ("sign as Samuel", "\nSam", "\nSamuel"),
            ("sign off with Cheers, Sam", "Best wishes", "Cheers"),
            ("start with Dear Ms Silva", "Hi Ana,", "Dear Ms Silva,"),
            ("address her as Dr. Silva", "Hi Ana,", "Hi Dr. Silva,"),
        ],
    )
    def test_feedback_changes_what_it_asks_and_nothing_else(
        self, feedback: str, before: str, after: str
    ) -> None:
        assert DRAFT.count(before) == 1
        assert revised(feedback) == DRAFT.replace(before, after)

    def test_more_formal_changes_frame_and_contractions(self) -> None:
        changed = DRAFT.replace("Hi Ana", "Dear Ana Silva").replace("can't", "cannot")
        assert revised("Make it more formal.") == changed.replace("Best wishes", "Kind regards")

    def test_several_wishes_are_all_obeyed(self) -> None:
        reply = revised("shorter, more formal, and sign as Samuel")
        assert reply.startswith("Dear Ana Silva,\n\nYes, gladly")
        assert reply.endswith("Kind regards\nSamuel")

    def test_shorter_again_and_again_keeps_what_it_says(self) -> None:
        reply = DRAFT
        for _ in range(6):
            reply = revised("Make it shorter.", reply)
        body = "Yes, gladly, but not before Tuesday. We are five people. I can't bring the projector."
        assert reply == f"Hi Ana,\n\n{body}\n\nBest\nSam"

    def test_another_language_changes_the_frame(self) -> None:
        reply = revised("write it in German")
        assert reply.startswith("Guten Tag Ana,\n\nvielen Dank für die Nachricht. Ja, sehr gerne, but")
        assert reply.endswith("Viele Grüße\nSam")

    @pytest.mark.parametrize("language", languages())
    def test_one_tap_refinements_work_in_every_language(self, language: str) -> None:
        phrases = languages()[language]
        email = mail("x", language)
        first = draft(Brief(email, "yes"))
        assert len(revised("Make it shorter.", first, email)) < len(first)
        assert len(revised("Make it longer.", first, email)) > len(first)
        assert revised("Make it more formal.", first, email).endswith(phrases.closings["formal"])
        assert phrases.warm in revised("Make it friendlier.", first, email)

    def test_a_draft_by_hand_in_another_language_stays_in_it(self) -> None:
        by_hand = "Guten Tag Ana,\n\nwir kommen gerne und freuen uns auf das Essen mit euch.\n\nViele Grüße"
        assert revised("Make it more formal.", by_hand).endswith("Mit freundlichen Grüßen")

    def test_a_draft_by_hand_keeps_its_own_form(self) -> None:
        by_hand = "Ana -\n\n* one\n* two\n\nfine with me e.g. on 3.5. at 10\nX"
        assert revised("add that I am late", by_hand) == f"{by_hand} I am late."


# Words that rules may say in another way, or that only join; every other word reaches the draft.
REPHRASED = set(
    re.findall(
        r"\w+",
        "please say tell ask whether him them her she he they that thank yes no and but also then just keep"
        " it short in german sign as sam let know politely decline agree und et y e en",
    )
)
PIECES = [
    *("say yes", "tell her that", "ask him whether", "thank them for", "politely decline", "let them know"),
    *("and", ", but", "then", "keep it short", "the 4th of May", "I'm late", ", in German", "sign as Sam"),
    *(
        "- ",
        "1. ",
        ";",
        "?",
        ".",
        "\n",
        "\n\n",
        "“quoted”",
        "naïve café",
        "会議は火曜日",
        "أهلا",
        "Straße",
        "$5.00",
    ),
    *("a@example.com", "http://example.com/a?b=c", "offer", "tell", "Friday", "invite", "agree", "confirm"),
]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=12),
    st.sampled_from([*languages(), "ja", ""]),
)
def test_no_word_of_the_user_is_lost_in_the_first_draft(pieces: list[str], language: str) -> None:
    instructions = " ".join(pieces)
    assume(instructions.count("sign as") < 2)  # the last signature takes the place of one before it
    reply = draft(Brief(mail("Shall we meet?", language), instructions)).casefold()
    for word in re.findall(r"\w+", instructions.casefold()):
        assert word in REPHRASED or word in reply


ANYTHING = st.lists(
    st.sampled_from(
        [*PIECES, *("remove", "the last sentence", "replace", "with", "instead of", "shorter", '"')]
    )
    | st.text(max_size=9),
    max_size=9,
).map(" ".join)


@settings(deadline=None)
@given(st.text(), ANYTHING, ANYTHING, ANYTHING, ANYTHING)
@example(",", "", "", "", "")
def test_no_text_makes_it_fail(name: str, text: str, instructions: str, reply: str, feedback: str) -> None:
    email = IncomingEmail(sender=Mailbox(name=name), subject=text, text=text)
    asked = questions(Brief(email, instructions))
    answers = tuple(Clarification(question, reply) for question in asked)
    assert draft(Brief(email, instructions, answers)).strip()
    assert revise(Brief(email, instructions, answers, (Revision(reply, feedback),))) is not None


@pytest.mark.timeout(5)
@pytest.mark.parametrize("feedback", ["x" * 1_000_000, "say a, " * 100_000, "a. " * 300_000])
def test_a_megabyte_is_written_soon(feedback: str) -> None:
    email = mail(feedback)
    brief = Brief(email, feedback, revisions=(Revision(DRAFT, feedback),))
    questions(brief)
    assert feedback.strip() in draft(brief)
    assert revise(brief) == DRAFT


async def test_it_streams_word_by_word() -> None:
    pieces = [piece async for piece in OfflineWriter(delay=0).stream(Brief(LUNCH, "say yes"))]
    assert pieces[:3] == ["Hi ", "Ana,\n\n", "Thank "]
    assert all(isinstance(piece, str) for piece in pieces)


async def test_blanks_behind_a_number_are_read_in_no_time() -> None:
    begun = process_time()
    await OfflineWriter().parse(Brief(mail("Can you come on 1" + " " * 16_000 + "x?"), ""), Clarifications)
    assert process_time() - begun < 2


@pytest.mark.parametrize(
    ("notes", "body"),
    [
        ("Yes to friday, and I carry the ladder.", "Yes, Friday works for me. I carry the ladder."),
        ("no to the tent, friday is fine", "I am afraid I have to say no to the tent. Friday is fine."),
        ("can't friday, will send Jo", "I can't do Friday and will send Jo."),
        ("want a receipt", "I want a receipt."),
        ("can you bring salt?", "Can you bring salt?"),
        ("Yes gladly, but I leave at six", "Yes gladly, but I leave at six."),
    ],
)
def test_notes_without_a_subject_become_sentences(notes: str, body: str) -> None:
    assert say(notes, phrases_in("en")).text == body
