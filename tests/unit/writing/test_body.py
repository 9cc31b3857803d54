"""The body of the reply, out of whatever a model puts around it."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from email_assistant.writing.body import BodyReader, joined
from email_assistant.writing.model import Restart

BODY = "Hello Ana,\n\nThursday suits me.\n\n- one\n- two\n\nBest regards"


def read(pieces: list[str]) -> str:
    return joined(given(pieces))


def given(pieces: list[str]) -> list[str | Restart]:
    reader = BodyReader("Lunch")
    return [item for piece in pieces for item in reader.feed(piece)] + reader.end()


@pytest.mark.parametrize(
    "answer",
    [
        BODY,
        f"\n\n{BODY}\n\n",
        f"```\n{BODY}\n```",
        f"```text\n{BODY}\n```\n",
        f"Subject: Re: Lunch\n\n{BODY}",
        f"**Subject:** Re: Lunch\n\n{BODY}",
        f"Betreff: Mittagessen\n\n{BODY}",
        f"Here is the draft:\n\n{BODY}",
        f"Sure! Here's a revised version of your reply:\n\n{BODY}",
        f"Draft reply:\n{BODY}",
        f"## Reply\n\n{BODY}",
        f"**Revised reply**\n{BODY}",
        f"---\n{BODY}\n---",
        f"***\n\n## Draft email\n\n{BODY}",
        f"<email_reply>\n{BODY}\n</email_reply>",
        f"<final-response>{BODY}</final-response>",
        f"<think>They want lunch.\n\nThursday.</think>\n\n{BODY}",
        f"<think>\n</think>```\nSubject: Lunch\n\n{BODY}\n```",
        # Thoughts in other dress
        f"They want lunch.\n\nThursday it is.\n</think>\n\n{BODY}",
        f"[THINK]They want lunch.[/THINK]{BODY}",
        f"◁think▷They want lunch.◁/think▷{BODY}",
        f"<reasoning>\nThursday.\n</reasoning>\n{BODY}",
        f"<|START_THINKING|>Thursday.<|END_THINKING|>{BODY}",
        f'<details type="reasoning" done="true">\n<summary>Thought</summary>\n> Lunch\n</details>\n{BODY}',
        f"## Thinking\n\nThey want lunch.\n\n## Response\n\n{BODY}",
        f"<|channel|>analysis<|message|>Lunch.<|end|><|start|>assistant<|channel|>final<|message|>{BODY}<|return|>",
        f"Lunch.<|end|><|start|>assistant<|channel|>final<|message|>{BODY}",
        f"analysisThey want lunch.assistantfinal{BODY}",
        f"Thinking Process:\n\n1.  **Draft:**\n    Hello Ana\n2. Good.\n</think>\n\n{BODY}",
        f"**Thinking:** They want lunch.\n\n**Answer:**\n\n{BODY}",
        f"Thought: They want lunch.\nFinal Answer: {BODY}",
        f"(Thinking: They want lunch.)\n\n{BODY}",
        f"Thinking...\nLunch.\n...done thinking.\n\n{BODY}",
        f"思考过程：\n午餐。\n\n回复：\n{BODY}",
        f"<thought_process>Lunch.</thought_process>\n{BODY}",
        f"<details>\n<summary>Thought for 4 seconds</summary>\n\n> Lunch\n\n</details>\n\n{BODY}",
        # Tokens of templates
        f"[|assistant|]{BODY}[|endofturn|]",
        f"<|turn>model\n{BODY}<turn|>",
        f"<extra_id_1>Assistant\n{BODY}<extra_id_1>User\nMake it longer",
        f"assistant\n\n{BODY}",
        f"{BODY}\nUser: Make it longer",
        # Data and markup in its place
        f"subject: Lunch\nbody: |\n{re.sub(r'(?m)^(?=.)', '  ', BODY)}",
        f"<email><subject>Lunch</subject><body>{BODY}</body></email>",
        f'<?xml version="1.0"?>\n<reply><![CDATA[{BODY}]]></reply>',
        f'<draft id="1">\n{BODY}\n</draft>',
        f"<function=reply>\n<parameter=body>\n{BODY}\n</parameter>\n</function>",
        json.dumps({"name": "write_reply", "arguments": {"body": BODY}}),
        json.dumps({"function_call": {"arguments": json.dumps({"text": BODY})}}),
        json.dumps({"reply": BODY.split("\n")}),
        f"Sure!\n{json.dumps({'reply': BODY})}",
        "<p>Hello Ana,</p><p>Thursday suits me.</p><ul><li>one</li><li>two</li></ul><p>Best regards</p>",
        BODY.replace("\n", "\\n"),
        # A frame, and words around it in any language
        f"--- BEGIN REPLY ---\n{BODY}\n--- END REPLY ---",
        f":::writing\n{BODY}\n:::",
        f"[Draft]\n\n{BODY}\n\n[End of draft]",
        f"Dưới đây là bản nháp trả lời:\n\n{BODY}",
        f"Here you go:\n\n{BODY}",
        f"Subject: Re: Lunch\nTo: ana@example.com\n\n{BODY}",
        f"{BODY}\n\n**Why this works:**\n- short",
        f"{BODY}\n\n---\nOption 2:\n\nHello Ana,\n\nyes.",
        f"{BODY}\n\n---\n如果需要更正式的语气，请告诉我。",
        f"<|im_start|>assistant\n{BODY}<|im_end|>",
        f"{BODY}</s>",
        f"{BODY}<｜end▁of▁sentence｜>",
        f"{BODY}<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nMake it longer",
        f"[/INST] {BODY}",
        f"{BODY}\n\n### User:\nMake it longer",
        # Frames
        f"Okay, here's a draft reply to Ana, accepting Thursday:\n\n{BODY}",
        f"Sure!\n\nHere is the draft:\n\n{BODY}",
        f"Certainly! I've drafted a reply for you below.\n\n{BODY}",
        f"Hier ist ein Entwurf für deine Antwort:\n\n{BODY}",
        f"Voici une proposition de réponse :\n\n{BODY}",
        f"Jag har skrivit ett utkast:\n\n{BODY}",
        f"以下は返信の下書きです：\n\n{BODY}",
        f"Here is the reply:\n\n```text\n{BODY}\n```\n\nLet me know if you would like any changes!",
        f"{BODY}\n\n---\n\nLet me know if I should adjust the tone.",
        f"{BODY}\n\n***\nMöchtest du, dass ich es kürze?",
        f"{BODY}\n\n*Note: I kept it short.*",
        f"<reply>\n{BODY}\n</reply>",
        f"I thought about it.\n\n<draft>\n{BODY}\n</draft>\nIs this right?",
        f'"{BODY}"',
        f"„{BODY}“",
        f"Re: Lunch\n\n{BODY}",
        f"To: Ana\nSubject: Re: Lunch\n\n{BODY}",
        json.dumps({"reply": BODY}),
        f"```json\n{json.dumps({'subject': 'Re: Lunch', 'body': BODY}, indent=1)}\n```",
        f'{{"reply": "{BODY}",}}',
    ],
)
def test_only_the_body_is_left_however_the_answer_is_cut_into_pieces(answer: str) -> None:
    assert read([answer]) == BODY
    assert read(list(answer)) == BODY
    assert read(re.findall(r"\s*\S+|\s+", answer)) == BODY


@pytest.mark.parametrize(
    "body",
    [
        "Sure, Thursday works for me.",
        "Here is what you asked for: the report.",
        "Here is the address you asked for:\n1 High Street",
        "Draft the contract, please.",
        "Subject to your approval, we start on Monday.",
        "Thoughts: none.",
        "- Bring the draft\n- Bring chairs",
        "**Response times**\n\nThey are fine.",
        "--\nSam",
        "Run this:\n\n```\nmake\n```",
        "Re: offer 114 and your question of Monday, we accept both.\n\nBest regards\nSam",
        "Here is the email address of our lawyer:\n\nkim@example.com\n\nBest\nSam",
        "Here is the response from our lawyer:\n\nWe agree.\n\nSam",
        "Sure!\n\nBest regards,\nSam",
        "Dear Ms. Silva:\n\nThursday suits me.",
        '"Yes" or "no"?\n\nAna says "no"',
        "Hi,\n\n---\nAgenda\n---\n\nBest\nSam",
        "Hi,\n\nlet me know if you would like any changes.\n\nBest\nSam",
        "Hi,\n\nok.\n\nBest\nSam\n\nP.S. Let me know if you like it.",
        "Hi,\n\nthe tags <think> and </think> are what they look for.\n\nSam",
        "{name}, [your answer]",
        "Dana van der Berg:\n\nGood morning, Thursday is fine.\n\nSam",
        "Ref: 114/26, your letter of May:\n\nDear Ana,\n\nyes.\n\nSam",
        "<p> is the tag.\n\nSam",
        "Thinking: fast and slow is the book.\n\nSam",
        "Hi,\n\n---\nOption 1: x\n---\nOption 2: y\n\nSam",
        "Hi,\n\nUser: admin\nAnswer: 42\n\nBest\nSam",
        "Hi,\n\n<message>hi</message> is the XML.\n\nSam",
    ],
)
def test_a_body_that_begins_like_a_preamble_is_kept(body: str) -> None:
    assert read(list(body)) == body


def test_the_first_words_are_given_at_once() -> None:
    reader = BodyReader()
    assert reader.feed("He") == []  # it could still become "Here is the draft:"
    assert reader.feed("llo") == ["Hello"]
    assert reader.feed(" Ana") == [" Ana"]


def test_a_sign_that_was_escaped_for_the_model_is_itself_again() -> None:
    assert read(list("If a &lt; b & c, see &#91;INST] and R&D; l&")) == "If a < b & c, see [INST] and R&D; l&"


@pytest.mark.parametrize(
    "answer",
    ["<think>Well, let me see", "[THINK]Well", "<|channel|>analysis<|message|>Well", "analysisWe need"],
)
def test_a_thought_that_never_ends_is_no_body(answer: str) -> None:
    assert read(list(answer)) == ""


def test_words_that_turn_out_to_be_a_thought_are_taken_back() -> None:
    assert given(["They want ", "lunch", ".\n</think>\n", "Hello"]) == [
        "They want",
        " lunch",
        Restart(),
        "Hello",
    ]


def test_a_body_is_given_while_it_is_written_and_not_taken_back() -> None:
    items = given(
        re.findall(r"\s*\S+", f"Here is the draft:\n\n{BODY}\n\n---\n\nLet me know if it is too short.")
    )
    assert len(items) > 5
    assert Restart() not in items


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "part",
    [
        "<",
        "```\n",
        "\n---\n",
        "<think>",
        "</think>",
        "<|channel|>",
        '{"a":',
        "Here is the draft ",
        " ",
        '"',
        "[/",
    ],
)
def test_a_long_text_of_anything_is_read_soon(part: str) -> None:
    read([part * (200_000 // len(part))])
    read([part] * 5_000)


PIECES = st.sampled_from(
    [
        *(
            "Hi Ana,",
            "\n",
            "\n\n",
            "```",
            "<think>",
            "</think>",
            "<reply>",
            "</reply>",
            "---",
            "Let me know if ",
        ),
        *(
            '"',
            "Here is the draft:",
            "Sure!",
            "<|im_end|>",
            "<|channel|>final<|message|>",
            "text",
            "&lt;",
            "To: a",
        ),
        *(
            "assistantfinal",
            "analysisWe ",
            "{",
            "}",
            '{"reply": "x"}',
            "Re: Lunch",
            "Subject: a",
            "[",
            "]",
            "##",
        ),
        *("Best\nSam", "Note: x", " ", " Thinking\n", "## Response\n", "<|start|>", "assistant", "<|end|>"),
    ]
)


@settings(deadline=None)
@given_any(st.lists(st.text(max_size=30) | PIECES, max_size=20))
def test_pieces_never_change_what_is_read(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert read(pieces) == read([text]) == read(list(text))
