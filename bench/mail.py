"""How well email is read and quotes are split, beside the libraries that do the same, in one run."""

from __future__ import annotations

import email
import email.policy
import logging
import statistics
from collections.abc import Callable
from email.utils import parseaddr

import fast_mail_parser
import mailparser
import quotequail
from email_reply_parser import EmailReplyParser
from mailparser_reply import EmailReplyParser as MailReplyParser

from bench.mail_corpus import Case, Read, Split, corpus_folder, score_reading, score_splitting
from email_assistant.errors import InvalidEmail
from email_assistant.mail import parse_email
from email_assistant.mail.html.to_text import html_to_text
from email_assistant.mail.parsing.content import FORWARDED
from email_assistant.mail.text.quoting import split_text

LANGUAGES = ["en", "de", "fr", "it", "nl", "pl", "sv", "da", "ja", "es"]


def read_by_this_project(data: bytes, name: str) -> Read | None:
    try:
        read = parse_email(data, name)
    except InvalidEmail:
        return None
    sender = read.sender.address if read.sender else ""
    # The other decoders list an embedded message as a file; here its text follows the message's own.
    embeds = any(each.media_type == "message/rfc822" for each in read.attachments)
    text = read.text.partition(f"\n{FORWARDED}\n")[0] if embeds else read.text
    return Read(read.subject, sender, text, [each.filename for each in read.attachments if each.filename])


def read_by_stdlib(data: bytes, name: str) -> Read:
    message = email.message_from_bytes(data, policy=email.policy.default)
    body = message.get_body(("plain", "html"))
    names = [each.get_filename() for each in message.iter_attachments()]
    return Read(
        str(message.get("subject", "")),
        parseaddr(str(message.get("from", "")))[1],
        body.get_content() if body else "",
        [each for each in names if each],
    )


def read_by_mail_parser(data: bytes, name: str) -> Read:
    message = mailparser.parse_from_bytes(data)
    senders = [address for _, address in message.from_]
    names = [each.get("filename") for each in message.attachments]
    return Read(
        str(message.subject),
        senders[0] if senders else "",
        "\n".join(message.text_plain or message.text_html),
        [each for each in names if each],
    )


def read_by_fast_mail_parser(data: bytes, name: str) -> Read:
    message = fast_mail_parser.parse_email(data)
    return Read(
        message.subject,
        message.from_.address if message.from_ else "",
        "\n".join(message.text_plain or message.text_html),
        [each.filename for each in message.attachments if each.filename],
    )


def text_of(case: Case) -> str:
    """Return every splitter gets the same text, read by this project."""
    if case["kind"] == "html":
        return html_to_text(case["input"]).text
    if case["kind"] == "eml":
        return parse_email(case["input"].encode("utf-8", "surrogateescape")).text
    return str(case["input"])


def split_by_this_project(text: str) -> Split:
    found = split_text(text)
    return Split(found.newest, f"{found.newest}\n{found.signature}")


def split_by_quotequail(text: str) -> Split:
    pieces = quotequail.quote(text, quote_intro_line=True) or [(True, text)]
    reply = "\n".join(piece for shown, piece in pieces if shown)
    return Split(reply, reply)


def split_by_email_reply_parser(text: str) -> Split:
    reply = EmailReplyParser.parse_reply(text)
    return Split(reply, reply)


def split_by_mail_parser_reply(text: str) -> Split:
    replies = MailReplyParser(languages=LANGUAGES).read(text).replies
    newest = replies[0]
    return Split(newest.body or "", newest.full_body or newest.body or "")


READERS: dict[str, Callable[[bytes, str], Read | None]] = {
    "this project": read_by_this_project,
    "stdlib policy.default": read_by_stdlib,
    "mail-parser": read_by_mail_parser,
    "fast-mail-parser": read_by_fast_mail_parser,
}
SPLITTERS: dict[str, Callable[[str], Split]] = {
    "this project": split_by_this_project,
    "mail-parser-reply": split_by_mail_parser_reply,
    "email-reply-parser": split_by_email_reply_parser,
    "quotequail": split_by_quotequail,
    "nothing at all": lambda text: Split(text, text),
}


def main() -> None:
    """Print both tables."""
    corpus = corpus_folder()
    if corpus is None:
        print("Mail: the fixtures are absent (../shared/corpus or EMAIL_ASSISTANT_TEST_CORPUS).")
        return
    logging.disable()  # mail-parser logs what it does not know, between the rows
    print("Reading mail: right answers where at least three decoders agree (.eml only)\n")
    print(f"{'':<22} {'crashes':>7} {'subject':>8} {'from':>8} {'text':>8} {'files':>8} {'median':>9}")
    for name, read in READERS.items():
        score = score_reading(corpus, read, suffixes=(".eml",))
        shares = " ".join(f"{score.share(kind):8.1%}" for kind in ("subject", "from", "text", "attachments"))
        print(f"{name:<22} {len(score.crashed):>7} {shares} {statistics.median(score.milliseconds):6.2f} ms")
    print("\nSplitting the reply from what it quotes\n")
    print(f"{'':<22} {'exact':>8} {'lost':>8} {'leaked':>8}   exact per source")
    for name, split in SPLITTERS.items():
        found = score_splitting(corpus, text_of, split)
        shares = " ".join(f"{found.share(counts):8.1%}" for counts in (found.exact, found.lost, found.leaked))
        sources = ", ".join(
            f"{source.partition('/')[0]} {found.exact[source]}/{count}"
            for source, count in found.cases.items()
        )
        print(f"{name:<22} {shares}   {sources}")


if __name__ == "__main__":
    main()
