"""Every sentence and label of ours that the page shows, in English; `texts` translates them."""

from __future__ import annotations

from email_assistant.conversation.commands import Kind
from email_assistant.service import sentences

NAME = "Email Assistant"

# What every door says.
OFFLINE = sentences.OFFLINE
MODEL = sentences.MODEL
UNTITLED = sentences.UNTITLED
UNCHANGED = sentences.UNCHANGED
SAME_AGAIN = sentences.SAME_AGAIN
OTHER_EMAIL = sentences.OTHER_EMAIL

WELCOME = "Paste an email, say how to answer it, and talk the draft into shape."
WELCOME_OFFLINE = (
    "No model is set up, so simple rules write the drafts. To use a model, start the server with "
    "`OPENAI_API_KEY`, or with `OPENAI_BASE_URL` for one of your own."
)
GREETING = (
    "Paste the email that you want to answer. You can write above it how to answer; "
    "if you do not, I will ask."
)
HELP = (
    "I help you answer emails. Paste one here, and write above it how to answer, such as “say yes, but "
    "not before Tuesday”. I write a draft; then say what to change, or edit it. For a new email, write "
    "something like “Write an email to my landlord that the heating is cold”. I send nothing: you copy the "
    "text, or open it in your mail program."
)
SMALL_TALK = {
    "help": HELP,
    "thanks": "You are welcome. When you have an email to answer, paste it here.",
    "draft": "There is no draft yet. Paste the email that you want to answer, and say how to answer it.",
}
"""What a first message is answered with that is no email."""
QUESTION = "One question before I write:"
QUESTIONS = "{count} questions before I write:"
FINAL = "Your reply is ready to copy. To change it, just say how."
ACCEPTED = "You accepted draft {version}."
UNFINISHED = "The last step was interrupted before it finished."
STOPPED = "Stopped."
EMAIL_FROM = "Email from {name}"
EMAIL_TITLED = "Email “{title}”"
UNEXPECTED = "Something went wrong here that should not have. What was said before is safe; please try again."
BUSY = "The assistant is still working on this. Wait for it, or press Stop."
NOT_USED = "Your message was not used; copy it from above to send it again."
RUNS_ELSEWHERE = (
    "This runs elsewhere, in the terminal or on another server, and could not be stopped from here. "
    "The page shows the result once it has ended."
)
FILES_GONE = "The server no longer has the file that you attached, so the message was not used."
BAD_TAP = "The page sent something that cannot be read. Reload it and try again."

STEPS = {
    "determine_clarifications": "Reading the email and looking for open questions…",
    "formulate_draft": "Writing the draft…",
}
"""What the page says while an action runs that asks the model; the others are too short to see."""

CHAINLIT = {
    "welcome.title": NAME,
    "welcome.sentence": WELCOME,
    "chat.input.placeholder": "Paste an email, and say how to answer it…",
    "chat.input.actions.stop": "Stop",
    "chat.messages.status.using": "",
    "chat.messages.status.used": "",
    "navigation.header.readme": "How it works",
    "navigation.newChat.button": "New conversation",
    "navigation.newChat.dialog.tooltip": "New conversation",
    "threadHistory.sidebar.filters.placeholder": "Search conversations…",
    "threadHistory.sidebar.empty": "No conversations yet",
    "sidebar.product": NAME,
    "sidebar.list": "Your conversations",
    "sidebar.noMatch": "No match for “{search}”",
    "sidebar.noneArchived": "Nothing is archived",
    "sidebar.archived": "Archived",
    "sidebar.showArchived": "Show archived",
    "sidebar.showOpen": "Back to the list",
    "sidebar.options": "Options for {title}",
    "sidebar.rename": "Rename",
    "sidebar.newName": "New name",
    "sidebar.archive": "Archive",
    "sidebar.unarchive": "Move to the list",
    "sidebar.select": "Select several",
    "sidebar.selected": "{count} selected",
    "sidebar.delete": "Delete",
    "sidebar.deleteOne": "Delete this conversation?",
    "sidebar.deleteSeveral": "Delete {count} conversations?",
    "sidebar.cancel": "Cancel",
    "sidebar.failed": "This did not work. Try again in a moment.",
    "sidebar.gone": "The conversation was deleted.",
    "sidebar.noPage": "This page does not exist, so here is the start page.",
    "sidebar.unknown": "There is no such conversation. It may have been deleted.",
    "sidebar.stages.waiting": "Waiting for you",
    "sidebar.stages.draft": "Draft",
    "sidebar.stages.done": "Done",
    "sidebar.stages.failed": "Not finished",
    "sidebar.stages.writing": "Writing…",
    "auth.login.form.email.label": "Name",
    "auth.login.form.email.required": "A name is needed",
    "auth.login.form.email.placeholder": "",
    "auth.login.form.password.required": "A password is needed",
    "auth.login.title": "Sign in",
    "auth.login.errors.unauthorized": "The name or the password is not right, or the user is disabled.",
    "auth.login.errors.too many requests": "Too many attempts to sign in. Wait a quarter of an hour.",
    "threadHistory.sidebar.title": "Conversations",
    "threadHistory.thread.options": "Rename or delete",
    "threadHistory.thread.untitled": "New conversation",
    "threadHistory.thread.actions.delete.title": "Delete this conversation?",
    "threadHistory.thread.actions.delete.description": (
        "Its email, your answers and every draft are removed from the database. This cannot be undone."
    ),
    "threadHistory.thread.actions.delete.success": "The conversation is deleted",
    "threadHistory.thread.actions.delete.inProgress": "Deleting the conversation",
    "threadHistory.thread.actions.rename.title": "Rename this conversation",
    "threadHistory.thread.actions.rename.description": "The new name is shown in the sidebar only.",
    "threadHistory.thread.actions.rename.form.name.placeholder": "New name",
    "threadHistory.thread.actions.rename.success": "The conversation is renamed",
    "threadHistory.thread.actions.rename.inProgress": "Renaming the conversation",
    "common.status.error.serverConnection": (
        "The server cannot be reached. What was said is safe: start the server again, or wait a moment."
    ),
    "unsaved.message": (
        "The server stopped before it had saved this message, so it was not used. It is in the field below "
        "again: send it once more."
    ),
    "unsaved.files": (
        "The server stopped before it had saved this message, so it was not used. Its words are in the field "
        "below again: attach its files, and send it once more."
    ),
    "unsaved.tooLarge": "This message is larger than 8 MB and was not sent. Attach a long email as a file.",
    "unsaved.unused": (
        "This message was not used. It is in the field below again, with its email as text: send it once "
        "more."
    ),
    "unsaved.unusedFiles": (
        "This message was not used. Its words are in the field below again: attach its files, and send it "
        "once more."
    ),
    "unsaved.close": "Close",
    "passage.change": "Change this passage",
    "pasted.from": "Email from {name}, {size}",
    "pasted.unsigned": "Email “{name}”, {size}",
    "pasted.show": "Show the email",
    "pasted.hide": "Hide the email",
    "pasted.text": "Text of the email",
    "pasted.notEmail": "This is not an email",
    "pasted.remove": "Remove this email",
    "pasted.refused": (
        "The email could not be attached. Its text is in the field below: write above it how to answer, then "
        "send it."
    ),
    "pasted.placeholder": "Say how to answer it, then send…",
    "awaited.nothing": "Wait a moment, or press Stop…",
    "awaited.answer": "Write your answer…",
    "awaited.answers": "Or answer all questions at once here…",
    "awaited.draft": "Say what to change, or that it is right…",
    "awaited.final": "Say what to change after all, or paste the next email…",
    "awaited.problem": "Say what else the reply needs…",
    "labels.end": "Go to the end",
    "labels.notEmail": "This file is no email. Attach one that ends with .eml, .msg, .mbox, .html or .txt.",
    "labels.theme": "Light or dark",
    "keys.title": "Keyboard shortcuts",
    "keys.on": "Use these keys while nothing is typed",
    "keys.close": "Close",
    "keys.composer": "Go to the message field",
    "keys.list": "Show this list",
    "keys.e": "Edit the draft by hand",
    "keys.a": "Accept the draft",
    "keys.n": "Another version",
    "keys.d": "What changed",
    "keys.u": "Undo",
    "keys.c": "Copy",
}
"""Chainlit's own words that say something else here, and those of our own scripts: their place in its
translation, and ours."""

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
    "cautions": "To check",
    "draft": "Draft {version}",
    "ready": "Draft {version}:",
    "final": "Final reply",
    "to": "To",
    "subject": "Subject",
    "copy": "Copy",
    "copied": "Copied",
    "copy_failed": "The browser did not allow it: select the text and copy it by hand.",
    "accept": "Accept",
    "edit": "Edit by hand",
    "save": "Use my text",
    "cancel": "Cancel",
    "keys": "Ctrl+Enter uses it, Escape cancels",
    "changes": "What changed",
    "added": "added",
    "removed": "removed",
    "unchanged": "Nothing changed: the two drafts are the same.",
    "earlier": "Earlier drafts",
    "restore": "Back to draft {version}",
    "writing": "Writing…",
    "waited": "{seconds} s",
    "another": "Another version",
    "add_refinement": "Add a button of your own",
    "refinement": "What should it change?",
    "add": "Add",
    "undo": "Undo",
    "beside": "Beside draft {version}",
    "close": "Close",
    "asks": "What the email asks",
    "answered": "answered",
    "gap": "to fill in",
    "left_open": "left open",
    "findings": "To look at",
    "mend": "Fix it",
    "sign": "Sign as",
    "name": "Your name",
    "by_rules": "The model's draft left out what you said, so simple rules wrote this one.",
    "wishes": "Your wishes",
    "remove_wish": "Take back: {text}",
    "fill": "Fill in: {text}",
    "fill_in": "fill in",
    "one_gap": "1 gap is open",
    "gaps": "{count} gaps are open",
    "anyway": "{gaps}: accept anyway?",
    "learn": "Write like this from now on",
    "learned": "New drafts will read like this text. It is in your settings, under examples.",
    "unlearn": "Undo this",
    "cc": "Cc",
    "bcc": "Bcc",
    "people": "{count} people",
    "show_people": "Show all",
    "nobody": "Add an email address",
    "no_subject": "Add a subject",
    "add_cc": "Cc/Bcc",
    "set": "Set",
    "set_keys": "Enter saves it, Escape cancels",
    "reply_all": "Reply to all",
    "signature": "Signature",
}
MADE = {
    "tokens": "{count} tokens",
    "prompt": "prompt {version}",
    "in_all": "{amount} in this conversation",
}
"""The line below a draft that says what wrote it and what that took."""
EARLIER_DRAFTS = {
    "name": "Earlier drafts",
    "draft": "Draft {version}",
    "beside": "Compare with",
    "nothing": "no other",
    "restore": "Back to draft {version}",
}
HEADER_CHANGED = {
    "recipients": "The recipients were changed. See them above the draft.",
    "subject": "The subject was changed. See it above the draft.",
}
"""What is said to words about the recipients or the subject."""
NOTES = {
    "edited": "your text",
    "stopped": "as far as it was written",
    "restored": "draft {version} again",
    "filled": "filled in",
    "signed": "with your name",
}
"""Where a draft comes from, if no model wrote it."""
QUESTION_FORM = {
    "answer": "Your answer",
    "send": "Answer",
    "skip": "Skip the question",
    "skip_all": "Skip the questions",
    "optional": "Leave empty what you want to skip.",
    "options": "Answers to choose from",
    "use": "Use “{text}”?",
    "keys": "Enter continues, Shift+Enter starts a new line.",
    "skipped": "skipped",
    "here": "Write your answer in the field below.",
}
STATUS_CARD = {"waited": "{seconds} s", "just_write": "Just write it"}
ANSWER_CARD = {"name": "Answer", "writing": "Writing…", "waited": "{seconds} s"}
CHOICE_CARD = {"instead": "Answer this one instead", "anew": "New conversation"}
EMAIL_CARD = {
    "name": "The email, as it was understood",
    "from": "From",
    "to": "To",
    "cc": "Cc",
    "date": "Date",
    "subject": "Subject",
    "attachments": "Attachments",
    "download": "Download {name}",
    "show_quoted": "Show quoted text",
    "hide_quoted": "Hide quoted text",
    "show": "Show the whole email",
    "hide": "Show less",
    "asked": "You asked",
    "edit": "Change what you asked",
    "save": "Rewrite the draft",
    "cancel": "Cancel",
}
REPLY = {
    "download": "Download .eml",
    "open": "Open in mail program",
    "no_link": "This reply does not fit into a link. Download it as .eml instead.",
    "nobody": "This reply has no recipient yet. Fill in To, then open it.",
    "not_quoted": "The quoted email does not fit into a link and is left out. The .eml has it.",
    "quote": "Quote the email",
    "copy_formatted": "Copy formatted",
}
PROBLEM_CARD = {
    "retry": "Retry",
    "kept": "What you said is saved. Retry, or first add what else the reply needs.",
    "begun": "This much was written:",
    "use": "Use it",
    "go_on": "Continue",
    "again": "Again",
    "keep": "Keep draft {version}",
    "by_hand": "Write it by hand",
    "reply": "Your reply",
    "save": "Use my text",
    "cancel": "Cancel",
}

SPOKEN: dict[Kind, str] = {
    "accept": DRAFT_CARD["accept"],
    "edit": "Edited by hand",
    "stopped": "Use what was written",
    "restore": DRAFT_CARD["restore"],
    "reopen": "Reopen",
    "another": "Another version",
    "undo": "Undo",
    "sign": "Sign as {text}",
    "wish": "No longer: {text}",
    "instructions": "Instead: {text}",
}
"""What the user's side of the transcript shows for what was tapped."""


SETTINGS = {
    "settings.open": "Settings",
    "settings.title": "Settings",
    "settings.close": "Close the settings",
    "settings.saved": "Saved",
    "settings.notSaved": "Not saved",
    "settings.unreachable": "The server cannot be reached. Your words are kept here; try again in a moment.",
    "settings.unreadable": "Your settings cannot be shown now.",
    "settings.section.you": "You",
    "settings.section.voice": "How you write",
    "settings.section.replies": "Replies",
    "settings.section.model": "Model",
    "settings.section.data": "Your data",
    "settings.section.about": "About",
    "settings.label.name": "Name",
    "settings.help.name": "Drafts are signed with it, and it appears beside your address as the sender.",
    "settings.label.addresses": "Email addresses",
    "settings.help.addresses": (
        "Replies are sent from the first; a reply to all leaves out all of them. Put commas between them."
    ),
    "settings.label.signature": "Signature",
    "settings.help.signature": "Goes below each reply that you copy, download or open in a mail program.",
    "settings.label.tone": "Tone",
    "settings.help.tone": "How drafts should sound, such as: friendly and brief.",
    "settings.label.length": "Length",
    "settings.help.length": "How long drafts should be, such as: three sentences at most.",
    "settings.label.facts": "About you",
    "settings.help.facts": "What replies may say about you where it is needed: hours, address, links.",
    "settings.label.wishes": "Standing wishes",
    "settings.help.wishes": "What applies to every draft, one wish per line, such as: no exclamation marks.",
    "settings.label.examples": "Emails you sent",
    "settings.help.examples": "Drafts are written to sound like these, up to five. They are not quoted.",
    "settings.example": "Email {number}",
    "settings.addExample": "Add an email",
    "settings.remove": "Remove",
    "settings.removeExample": "Remove email {number}",
    "settings.label.refinements": "Buttons of your own",
    "settings.help.refinements": (
        "What you often ask for, one request per line, such as: without small talk. Each is a button below "
        "your drafts, up to eight."
    ),
    "settings.label.language": "Language",
    "settings.help.language": (
        "Drafts are in the language of the email. This one is used when neither it nor your words show which."
    ),
    "settings.none": "No preference",
    "settings.label.reply_all": "Reply to all",
    "settings.help.reply_all": "New replies go to everyone the email went to. Each draft lets you change it.",
    "settings.label.quote": "Quote the email",
    "settings.help.quote": "The email is quoted below the reply in the .eml file and in your mail program.",
    "settings.label.model": "For all conversations",
    "settings.help.model": "Writes your drafts from now on, except where a conversation has its own.",
    "settings.label.here": "For this conversation",
    "settings.help.here": "Writes the next drafts of the conversation that is open.",
    "settings.asking": "Asking the server for its models…",
    "settings.modelUsed": "{model} at {server} is set up here.",
    "settings.noChoice": "Only whoever runs this server can change it.",
    "settings.noModel": "No model is set up: simple rules write the drafts.",
    "settings.modelSet": "As set up: {model}",
    "settings.asElsewhere": "The same as elsewhere",
    "settings.exportHelp": "Download everything as one ZIP file: conversations, original emails, settings.",
    "settings.export": "Download my data",
    "settings.deleteHelp": "Delete your {conversations} conversations, with their emails and drafts.",
    "settings.deleteHelpOne": "Delete your conversation, with its emails and drafts.",
    "settings.deleteNothing": "There are no conversations to delete.",
    "settings.deleteAll": "Delete all conversations",
    "settings.deleteWarning": (
        "Their emails, your answers and every draft are removed from the database and from the search. "
        "This cannot be undone."
    ),
    "settings.deletedAll": "All conversations were deleted.",
    "settings.deletedSome": "Not everything is gone yet.",
    "settings.clearHelp": "Empty all fields above, such as your name, your signature and your examples.",
    "settings.clear": "Empty my settings",
    "settings.clearTitle": "Empty your settings?",
    "settings.clearWarning": "Your conversations stay as they are. This cannot be undone.",
    "settings.cleared": "Your settings are empty.",
    "settings.fact.version": "Version",
    "settings.fact.model": "Model",
    "settings.fact.place": "Your data",
    "settings.placeHere": "On this machine, in {place}",
    "settings.placeServer": "In the database of this server",
    "settings.fact.mail": "Your email",
    "settings.mailModel": (
        "Nothing is sent from here, and no mailbox is read. Only the model reads what you paste."
    ),
    "settings.mailHere": "Nothing is sent from here, and no mailbox is read. What you paste stays here.",
    "settings.fact.licence": "Licence",
    "settings.licence": "MIT: free to use, change and share",
    "settings.api": "HTTP API",
}
"""The words of the settings dialog, `public/settings.js`."""
CHAINLIT |= SETTINGS
