"""A process that reads mail and nothing else. `MailReader` starts it, and ends it when a mail is too much.

It is asked over its standard input and answers over its standard output: a line of JSON, which says among
other things how many bytes follow, and these bytes. It holds no key, and what it answers is data.
"""

from __future__ import annotations

import contextlib
import json
import signal
import sys
from typing import Any, BinaryIO

from email_assistant.errors import InvalidEmail
from email_assistant.mail.parsing.reading import parse_email
from email_assistant.mail.paste.instructions import split_paste

_EMAIL = b"""\
From: Dana Reed <dana@example.com>
Subject: Plugh
Content-Type: text/html

<p>Xyzzy frotz gnusto r\xe9zrov plugh yoho.</p>
"""
"""A mail of no known words and no charset, so that the detectors of both are loaded."""


def main(most_memory: int) -> None:
    """Answer until nobody asks any more, within so many bytes of address space."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever asks
    with contextlib.suppress(ImportError):  # Windows
        import resource

        for limit, most in ((resource.RLIMIT_AS, most_memory), (resource.RLIMIT_CORE, 0)):
            with contextlib.suppress(ValueError, OSError):  # macOS knows none for memory
                resource.setrlimit(limit, (most, most))
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what is printed by mistake is no answer
    _tell(answers, {"ready": True})
    while line := asked.readline():
        question = json.loads(line)
        given = asked.read(question["size"])
        _tell(answers, {"begun": True})
        _alarm(question["seconds"])
        answer, content = _answer(question, given)
        _alarm(0)
        _tell(answers, answer, content)


def _answer(question: dict[str, Any], given: bytes) -> tuple[dict[str, Any], bytes]:
    try:
        if question["what"] == "rehearse":
            split_paste(parse_email(_EMAIL).text)
            return {}, b""
        data = given.decode("utf-8", "surrogatepass") if question["is_text"] else given
        if question["what"] == "split":
            return {}, json.dumps(split_paste(str(data))).encode()
        # A lone surrogate is no UTF-8, and no mail that was read has one.
        return {}, parse_email(data, question["filename"]).model_dump_json().encode()
    except InvalidEmail as invalid:
        return {"invalid": str(invalid)}, b""
    except (MemoryError, RecursionError):
        return {"failed": "memory"}, b""
    except Exception as error:  # its text may hold mail
        return {"failed": type(error).__name__}, b""


def _tell(answers: BinaryIO, answer: dict[str, Any], content: bytes = b"") -> None:
    answers.write(json.dumps(answer | {"size": len(content)}).encode() + b"\n" + content)
    answers.flush()


def _alarm(seconds: float) -> None:
    """End this process when it has worked for so long; it counts no time in which others do."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


if __name__ == "__main__":
    main(int(sys.argv[1]))
