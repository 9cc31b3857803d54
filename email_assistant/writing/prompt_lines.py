"""What prompts say in words of their own, which a draft may not hold."""

from __future__ import annotations

import re
from typing import get_args

from email_assistant.brief import VALUE, Ask, Brief, Clarification, Person, Revision, Voice
from email_assistant.mail import IncomingEmail
from email_assistant.writing.languages import language_name
from email_assistant.writing.prompts import Prompts, Task

_PARAGRAPH = re.compile(rf"\n\s*\n|\n(?=- )|(?<=:)\n|\n(?={VALUE})")
_FULL = Brief(
    IncomingEmail(text=VALUE, language="en"),
    VALUE,
    (Clarification(VALUE, ""),),
    (Revision(VALUE, VALUE), Revision(VALUE, VALUE)),
    Person(VALUE),
    Person(VALUE),
    "en",
    (Ask(text=VALUE),),
    (VALUE,),
    Voice(VALUE, VALUE, VALUE, (VALUE,)),
)
_BARE = Brief(IncomingEmail(), language="en", revisions=(Revision("", ""),))


def prompt_lines(prompts: Prompts) -> tuple[str, ...]:
    """Return all requests, a paragraph each, with `VALUE` for what is filled in of mail or user."""
    texts = [
        message["content"]
        for task in get_args(Task)
        for sample in (_FULL, _BARE)
        for messages in (prompts.messages(task, sample),)
        for message in (messages[0], messages[-1])  # between them stand examples
    ]
    paragraphs = (
        " ".join(paragraph.split()).removeprefix("- ").replace(language_name("en"), VALUE)
        for text in texts
        for paragraph in _PARAGRAPH.split(text)
    )
    return tuple(dict.fromkeys(paragraph for paragraph in paragraphs if paragraph.strip(f"{VALUE} ")))
