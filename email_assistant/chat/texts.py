"""Every sentence and label of ours that the page shows, in one place so that translations can follow."""

from __future__ import annotations

from email_assistant.conversation.state import Feedback

NAME = "Email Assistant"

OFFLINE_STARTER = "No model is set: simple rules write the drafts"
OFFLINE = (
    "No model is set, so the offline writer answers: it follows simple rules and is no language model. "
    "Start the server with `OPENAI_API_KEY`, or with `OPENAI_BASE_URL` for a model of your own, "
    "to write with one. You can paste an email all the same."
)
OFFLINE_NOTICE = "No model is set: simple rules write the drafts. Read each one before you send it."
MODEL_NOTICE = "{model} writes the drafts and can be wrong. Read each one before you send it."
GREETING = "Paste the email that you want to answer. You can add how to answer it, or I will ask."
QUESTION = "One question before I write:"
QUESTIONS = "{count} questions before I write:"
FINAL = "Your reply is ready. To change it after all, write what to change."
UNFINISHED = (
    "The last step did not finish. Nothing that you said is lost: press Retry, or write what to change."
)
UNEXPECTED = "Something went wrong here that should not have. What was said before is safe; please try again."
UNTITLED = "New conversation"
BUSY = "The assistant is still working on this. Wait for it, or press Stop."
NOT_USED = "Your message was not used; copy it from above to send it again."
BAD_TAP = "The page sent something that cannot be read. Reload it and try again."

STEPS = {
    "determine_clarifications": "looking for open questions",
    "formulate_draft": "writing the draft",
}
"""What the page says while an action runs that asks the model; the others are too short to see."""

CHAINLIT = {
    "chat.input.placeholder": "Paste an email, or write here…",
    "chat.messages.status.using": "Now",
    "chat.messages.status.used": "Done",
    "threadHistory.sidebar.empty": "No conversations yet",
}
"""Chainlit's own words that say something else here: their place in its translation, and ours."""

STARTER = "Reply to an email"
SAMPLE_STARTER = "Try it with a sample email"
SAMPLE_EMAIL = """\
From: Dana Whitfield <dana@example.com>
Subject: Lunch next week?

Hi Sam,

It was good to see you at the workshop. Could we have lunch next week to go over the plan for the spring?
I am free on Tuesday and on Thursday, from noon. Which day suits you, and do you know a quiet place?

Also, could you send me your slides before then?

Best,
Dana
"""

REFINEMENTS = {
    "Shorter": "Make it shorter.",
    "Longer": "Make it longer.",
    "More formal": "Make it more formal.",
    "Friendlier": "Make it friendlier.",
}
"""The one-tap refinements: each label and what it says, the same as if it had been typed."""

DRAFT_CARD = {
    "draft": "Draft",
    "final": "Final reply",
    "to": "To",
    "subject": "Subject",
    "copy": "Copy",
    "copied": "Copied",
    "accept": "Accept",
    "edit": "Edit by hand",
    "save": "Use my text",
    "cancel": "Cancel",
    "changes": "What changed",
    "text": "Text",
    "restore": "Back to version {version}",
    "restored": "Version {version} again",
    "edited": "Edited by you",
    "earlier": "Versions",
    "writing": "Writing…",
    "copy_failed": "The browser did not allow it. Select the text and copy it by hand.",
}
QUESTION_FORM = {
    "answer": "Your answer",
    "send": "Answer",
    "skip": "Skip the questions",
    "optional": "Leave empty what you want to skip.",
}
PROBLEM_CARD = {"retry": "Retry"}


def spoken(feedback: Feedback) -> str:
    """What the user's side of the transcript shows for a feedback."""
    return feedback.text or DRAFT_CARD["accept"]
