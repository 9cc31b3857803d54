"""The sentences that more than one door says, word for word."""

from __future__ import annotations

OFFLINE = "No model is set up: simple rules write the drafts. Read each one before you send it."
MODEL = "{model} writes the drafts and can be wrong. Read each one before you send it."
UNTITLED = "New conversation"
UNCHANGED = "The newest draft already says that, so nothing was changed."
SAME_AGAIN = "It came out the same, so there is no new draft. Say what to change."
OTHER_EMAIL = "This email does not belong to the thread that you are answering here."
