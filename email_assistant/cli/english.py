"""Every sentence of ours that the terminal shows beside the help, in English; `texts` translates them."""

from __future__ import annotations

from email_assistant.service import sentences

PROGRAM = "email-assistant"

# What every door says.
OFFLINE = sentences.OFFLINE
MODEL = sentences.MODEL
UNTITLED = sentences.UNTITLED
UNCHANGED = sentences.UNCHANGED
SAME_AGAIN = sentences.SAME_AGAIN
OTHER_EMAIL = sentences.OTHER_EMAIL

# --- examples of the help ---------------------------------------------------------------------------------

EXAMPLES = """
email-assistant reply mail.eml -i "say yes, but not before Tuesday"
email-assistant list
email-assistant resume 1a2b3c4d
email-assistant serve
"""
REPLY_EXAMPLES = """
email-assistant reply mail.eml -i "say yes, but not before Tuesday"
email-assistant reply -o reply.eml < mail.txt
email-assistant reply mail.eml -i "decline" --no-input --json
"""
RESUME_EXAMPLES = """
email-assistant resume 1a2b3c4d
email-assistant resume 1a2b3c4d --say "make it shorter" --no-input
email-assistant resume 1a2b3c4d --say accept --no-input -o reply.eml
email-assistant resume 1a2b3c4d --model qwen3 --say "another version"
"""
LIST_EXAMPLES = """
email-assistant list --search invoice
email-assistant list --json | jq -r '.[].app_id'
"""
SHOW_EXAMPLES = """
email-assistant show 1a2b3c4d
email-assistant show 1a2b3c4d --json
"""
ARCHIVE_EXAMPLES = """
email-assistant archive 1a2b3c4d 5e6f7a8b
email-assistant archive 1a2b3c4d --undo
"""
DELETE_EXAMPLES = """
email-assistant delete 1a2b3c4d
email-assistant delete 1a2b3c4d 5e6f7a8b --yes
"""
EXPORT_EXAMPLES = """
email-assistant export 1a2b3c4d
email-assistant export 1a2b3c4d -o reply.eml
email-assistant export 1a2b3c4d --format json -o conversation.json
"""
PROFILE_EXAMPLES = """
email-assistant profile set name="Sam Lee" addresses=sam@example.com
email-assistant profile show
email-assistant profile export profile.toml
email-assistant profile import profile.toml
"""
DATA_EXAMPLES = """
email-assistant data export my-data.zip
email-assistant data delete
"""
PROFILE_SET_EXAMPLES = """
email-assistant profile set tone="friendly and brief" reply_all=yes
email-assistant profile set facts="$(cat facts.txt)"
email-assistant profile set --no-examples --example sent.eml
"""
SERVE_EXAMPLES = """
email-assistant serve
email-assistant serve --port 0
"""
MODELS_EXAMPLES = """
email-assistant models
email-assistant models --json
OPENAI_BASE_URL=http://127.0.0.1:11434/v1 email-assistant models
"""
USERS_EXAMPLES = """
email-assistant users add sam
pass show mail/kim | email-assistant users add kim --password-stdin
email-assistant users disable sam
"""
TOKENS_EXAMPLES = """
email-assistant tokens create sam laptop
email-assistant tokens list sam
email-assistant tokens revoke sam laptop
"""
DB_EXAMPLES = """
email-assistant db backup conversations-monday.db
email-assistant db restore conversations-monday.db
email-assistant db check
EMAIL_ASSISTANT_FILES=s3://bucket/mail email-assistant db move-files
"""
PURGE_EXAMPLES = """
email-assistant purge --older-than 90d
"""
EVAL_EXAMPLES = """
email-assistant eval --writer rules --writer scripted
email-assistant eval --only hostile --verbose
email-assistant eval --against my-prompt.toml --json figures.json
email-assistant eval --save-baseline before.json
email-assistant eval --baseline before.json
"""
COMPLETION_EXAMPLES = """
echo 'eval "$(email-assistant completion bash)"' >> ~/.bashrc
echo 'eval "$(email-assistant completion zsh)"' >> ~/.zshrc
echo 'email-assistant completion fish | source' >> ~/.config/fish/config.fish
"""

# --- the dialogue -----------------------------------------------------------------------------------------

PASTE = "Paste the email. Then press Enter and Ctrl-D."
STEPS = {
    "determine_clarifications": "Looking for open questions ...",
    "formulate_draft": "Writing the draft ...",
}
"""What is shown while an action runs that asks the model; the others are too short to see."""
RUNS_ELSEWHERE = "Waiting for the step that runs in another place ..."
ONE_QUESTION = "One question before I write. Enter skips it."
QUESTIONS = "{count} questions before I write. Enter skips one."
QUESTION = "{number}. {question}"
SKIPPED = "Skipped."
NOT_SENT = "Not all questions are answered, so your answers were not sent. Keep them for when you come back:"
DRAFT = "Draft {version}"
EDITED = "Draft {version}, edited by you"
FILLED = "Draft {version}, with what you filled in"
STOPPED_DRAFT = "Draft {version}, as far as it was written"
SIGNED = "Draft {version}, with your name"
RESTORED = "Draft {version}, the same as draft {earlier}"
FINAL = "Your reply"
WHAT_NEXT = "Say what to change, or: accept, edit, diff, quit (help explains them)."
FILL_NEXT = "Say what to change, or: fill, accept, edit, diff, quit (help explains them)."
FINISHED = "This reply was accepted. Say what to change after all, or: quit."
UNFINISHED = "The last step did not finish. Nothing that you said is lost: type retry, or add what to know."
UNFINISHED_REVISION = (
    "The last step did not finish. Nothing that you said is lost: type retry, or say what to change."
)
STOPPED = "Stopped."
BEGINS_ANEW = "The words above were not the draft yet. It begins here:"
NO_DRAFT_YET = "There is no draft yet."
CHANGES = "From draft {before} to draft {after}"
NO_CHANGES = "There is no version before this one to compare with."
SAME = "Nothing changed."
NO_GAPS = "Nothing is left to fill in."
ONE_GAP = "1 gap is open: {named}"
GAPS = "{count} gaps are open: {named}"
MADE = "{model}, {tokens} tokens"
MADE_WITH = ", prompt {version}"
TOKENS_IN_ALL = "In all: {tokens} tokens"
COST = ", {amount}"
BY_RULES = "The model's draft left out what you said, so simple rules wrote this one."
ASK = "{status}: {text}"
ASK_STATUS = {"answered": "Answered", "gap": "To fill in", "left_open": "Left open"}
OPTION = "  {number}. {option}"
ASKED = "You asked: {text}"
NOTHING_YET = "(nothing yet)"
ASK_INSTEAD = "Say how to answer instead; Enter keeps it."
WISHES = "Type the number of a wish to take it back; Enter keeps them all."
NO_WISHES = "There are no wishes that hold for later drafts."
ANSWER_INSTEAD = "Answer this one instead"
BEGIN_ANEW = "Begin a new conversation with it"
NOT_EDITED = "The draft is as it was."
TWICE = "Press Ctrl-C again to leave."
LEFT = "The conversation is kept. Go on with: {command}"
ELSEWHERE = "Here is where it stands now:"
NOT_USED = "Your message was not used."
HELP = {
    "accept": 'accept the draft as the reply; "looks good" and the like do the same',
    "edit": "write in your editor ($VISUAL or $EDITOR); your text becomes the next draft",
    "diff": "what changed against the version before",
    "again": "another version of the same request",
    "undo": "back to the draft before, or take back that it was accepted",
    "fill": "fill in what a draft leaves open, such as [which day?]",
    "instructions": "what you asked for; correct it to get a new draft",
    "wishes": "what you want of all drafts; take one back",
    "learn": "write like the draft that you edited last, from now on",
    "cc lee@example.com": "who else gets the reply; also bcc, remove Lee, reply to all, reply only to Ana",
    "subject: Lunch": "the subject of the reply",
    "sign as Sam Lee": "sign this draft and those that follow with a name",
    "back to version 1": "take up an earlier version again",
    "retry": "run a step again that failed or was stopped",
    "show": "the newest draft again",
    "email": "the email that is answered",
    "quit": "leave; the conversation is kept",
}
"""The words that the dialogue knows. Anything else is said to the conversation."""
ANYTHING_ELSE = "Anything else changes the draft, for instance: make it shorter and thank her first."

# --- the profile ------------------------------------------------------------------------------------------

PROFILE_SAVED = "The profile is saved."
PROFILE_CLEAR = "Clear everything in your profile?"
PROFILE_CLEARED = "Your profile is empty now."
DATA_DELETE = "Delete all {count} conversations, with their emails and drafts? This cannot be undone."
DATA_DELETED = "Conversations deleted: {count}."
PROFILE_NOTHING = 'say what to set, such as name="Sam Lee"'
PROFILE_NO_VALUE = "{setting} sets nothing; write FIELD=VALUE"
PROFILE_EXAMPLES_ARE_FILES = "an example is a file; add it with --example FILE"
PROFILE_EXAMPLES_LIMIT = "at most {limit} examples can be kept; name fewer files"
PROFILE_NO_FILE = "The file {path} cannot be read: {reason}."
PROFILE_NO_TEXT = "The file {path} is not UTF-8 text. Save it as UTF-8, or as .eml."
PROFILE_UNREADABLE = (
    "This is neither TOML nor JSON that can be read. `email-assistant profile export` writes both."
)
LEARNED = "Drafts read like the one that you edited last from now on. See: email-assistant profile show"
NOT_SET = "(not set)"
YES, NO = "yes", "no"

# --- the server's side ------------------------------------------------------------------------------------

PASSWORD = "Password"
PASSWORD_AGAIN = "The same again"
NO_TERMINAL_FOR_PASSWORD = "there is no terminal to ask for the password at; use --password-stdin"
USER_ADDED = "{name} can sign in."
PASSWORD_SET = "The password of {name} was changed, and {name} is signed out everywhere."
USER_DISABLED = "{name} is disabled."
USER_ENABLED = "{name} can sign in again."
SIGNED_OUT = "{name} is signed out everywhere."
NO_USERS = "There are no users yet. Add one with: email-assistant users add NAME"
DISABLED = "disabled"
NO_PASSWORD = "no password here"
TOKEN_CREATED = "Keep this token like a password: it is not shown again."
NO_TOKENS = "There are no tokens. Make one with: email-assistant tokens create USER NAME"
TOKEN_TIMES = "made {made}, used {used}"
TOKEN_REVOKED = "The token {name} is revoked."
NEVER = "never"
MODELS_AT = "The models at {server}:"
UPGRADED = "The database schema is up to date."
BACKED_UP = "The copy is at {path}."
RESTORE = "Replace all conversations and users with those of the backup?"
BACKUP_RESTORED = "The backup is restored. Start the server again."
WHOLE = "The database is intact."
MOVED = "Files moved: {count}."
NO_AGE = "{value!r} is not a number of days; give one such as 90d"
PURGE = "Delete the conversations of all users in which nothing happened for {days} days?"
PURGED_ONE = "1 conversation is deleted."
PURGED = "{count} conversations are deleted."

# --- the evaluation ---------------------------------------------------------------------------------------

EVAL_PROGRESS = "{writer}: {done} of {of} cases ..."
EVAL_NO_CASE = "no case has {only!r} as its id, tag or language"
EVAL_NO_MODEL = "no model is set; set OPENAI_API_KEY or OPENAI_BASE_URL, or choose --writer rules"
EVAL_MODEL_ONLY = "a model or a prompt is for --writer model alone; leave the other writers out"
EVAL_INTERRUPTED = "Stopped. The table covers the cases done so far."
EVAL_WORSE = "Worse than the baseline: {writer}, {figure}: {now}, was {before}."

# --- lists and results ------------------------------------------------------------------------------------

NONE_YET = "There are no conversations yet. Begin one with: email-assistant reply"
NONE_FOUND = "No conversation contains {search!r}."
MORE = "There are more. Show them with: --limit {limit}"
STAGES = {
    "waiting": "question",
    "draft": "draft",
    "done": "accepted",
    "writing": "writing",
    "failed": "unfinished",
}
"""What a list says of a conversation, by its stage; at most ten columns."""
NEW = "new"
DELETE = "Delete {title!r} with everything in it? [y/N] "
DELETED = "Deleted {title!r}."
KEPT = "Nothing was deleted."
WRITTEN = "Written to {path}."
LABELS = {
    "from": "From",
    "to": "To",
    "cc": "Cc",
    "bcc": "Bcc",
    "subject": "Subject",
    "date": "Date",
    "files": "Attached",
}
PEOPLE = "{count:,} people"
HEADER_SET = "(changed the recipients or the subject)"
YOU = "You"
HOW = "How to reply"
REPLACED = "This email was replaced by a corrected one."
ACCEPTED = "(accepted)"
SPOKEN = {
    "sign": "(signed as {text})",
    "wish": "(no longer: {text})",
    "instructions": "(instead: {text})",
}
"""How feedback is shown when its text alone does not say what it did."""
TAPPED = {"accept": ACCEPTED, "reopen": "(reopened)", "another": "(another version)", "undo": "(undone)"}
"""What a feedback says for which nothing was typed."""
NO_TEXT = "(no text)"

NOT_INSTALLED = "(not installed)"

# --- what went wrong --------------------------------------------------------------------------------------

USAGE = "{problem} See: {command} --help"
UNEXPECTED = (
    "Something went wrong here that should not have ({kind}). What was said before is safe. "
    "Put --traceback before the command to see where, for a bug report."
)
SYSTEM_ERROR = "The system refused: {problem}."
WHOSE = (
    "People sign in here (EMAIL_ASSISTANT_AUTH={auth}). "
    "Say whose conversations: email-assistant --user NAME ..."
)
NO_SUCH_USER = "There is no user {user!r}."
NO_TERMINAL = "There is no terminal to ask you at. Add --no-input to write one draft without questions"
NO_TERMINAL_TO_CONFIRM = "There is no terminal to ask you at. Add --yes to do it without asking"
NO_SUCH_FILE = "The email {path} cannot be read: {reason}."
EXISTS = "{path} exists already. Choose another name, or add --force to replace it"
CANNOT_WRITE = "{path} cannot be written: {reason}"
NO_DRAFT = "There is no draft in this conversation yet. Go on with: {command}"
NOTHING_SAID = "Say what should happen with --say, or leave --no-input away"

# --- what the library for command lines says --------------------------------------------------------------

CLICK = (
    "No such option {name}.",
    "No such command {name}.",
    "Missing command.",
    "Missing argument {name}.",
    "Missing option {name}.",
    "Got unexpected extra argument ({argument})",
    "Got unexpected extra arguments ({arguments})",
    "Invalid value for {name}: {problem}",
    "Option {name} requires an argument.",
    "Option {name} does not take a value.",
    "{value} is not a valid integer.",
    "{value} is not in the range {range}.",
    "{value} is not one of {choices}.",
    "Path {path} does not exist.",
    "File {path} does not exist.",
    "Did you mean {name}?",
)
"""Its sentences as they come here, with their places."""
