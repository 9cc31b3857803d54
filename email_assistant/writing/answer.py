"""A model's answer out of all that it says: without thoughts, channels and the tokens of chat templates.

A server that knows its model keeps these apart. Behind one that does not, they stand in the text; where the
template itself begins the thought, even without the mark that opens it.
"""

from __future__ import annotations

import re

from email_assistant.writing.announcing import SALUTATION
from email_assistant.writing.model import Restart

_LEFT, _RIGHT = "<[{◁＜【⟨〈《", ">\\]}▷＞】⟩〉》"
_NAME = (
    r"(?:[\w-]{1,20}:|ant)?(?:think(?:ing)?|thoughts?|reason(?:ing)?|reflection|analysis|scratchpad|"
    r"ponder(?:ing)?|chain[_ ]of[_ ]thought|cot|inner_(?:monologue|thoughts?)|monologue|思考|推理)(?:_\w{1,60})?"
)
_BEGIN, _END = rf"\\?(?:[{_LEFT}]|&lt;)", rf"(?:\\?[{_RIGHT}]|&gt;)"
_MARK = re.compile(
    rf"""
    # Thoughts between tags, in whatever brackets.
      (?P<open> {_BEGIN}[|｜]? {_NAME} (?:[ ][^<>\[\]\n]{{0,60}})? [|｜]?{_END}
        | [<\[]\|?(?:begin[_ ]of[_ ]thought|start_thinking|start_of_thought)\|?[>\]] | <(?:plan|planning|internal)>
        | <details\ type="reasoning"[^<>\n]{{0,80}}>
        | <details[^<>\n]{{0,80}}>\s{{0,4}}<summary>[^<\n]{{0,40}}(?:think|thought|reason)[^<\n]{{0,40}}</summary>
        | <\|channel>\s*thought | <unused\d+>\s*thought )
    | (?P<fence> (?m:^)`{{3,}} {_NAME} [ ]*\n )
    | (?P<close> {_BEGIN}[|｜]?\ ?[/\\][|｜]? {_NAME} \s*[|｜]?{_END}
        | [<\[]\|?(?:end[_ ]of[_ ]thought|end_thinking)\|?[>\]] | </(?:plan|planning|internal)>
        | <channel\|> | <unused\d+> | (?m:^)\.\.\.done\ thinking\. )
    # The channels of "harmony".
    | (?P<channel> <\|channel\|>\s*(?P<name>\w+)[^<\n]{{0,80}}(?:<\|constrain\|>[^<\n]{{0,40}})?<\|message\|> )
    # Where a turn begins or ends.
    | (?P<token> <[|｜](?!channel\|)[^<>\n]{{1,40}}[|｜]> | </?s>
        | <(?:eos|bos|pad|unk|end_of_turn|start_of_turn|eot|eom|eod|eop|sop|sep|end|stop)>
        | <\|?(?:extra_id|reserved|reserved_token|dummy|ctrl|placeholder|special)_?\d+\|?> | <\|turn> | <turn\|>
        | \[\|(?:end\w*|assistant|user|system|human|[be]os)\|\] | \[(?:EOS|BOS|[gs]MASK)\] | \]~b\](?:ai|user|system)\s | \[e~\[
        | \[/?INST\] | <</?SYS>> | \[end\ of\ text\]
        | (?m:^\#\#\#\ (?:User|Human|Instruction|Input|Assistant|Response):) )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_BEGUN = re.compile(
    rf"(?:(?:\\?[{_LEFT}]|&l?t?;?)[^{_RIGHT}\n]{{0,90}}|\\|\][~b]{{0,2}}\]?\w{{0,6}}|(?:^|(?<=\n))\.{{1,3}}[done thinkg]{{0,14}}|`{{1,9}}[ \w]{{0,24}}|<\|channel\|>[^\n]{{0,160}}|\#{{1,3}}[ \w]{{0,14}}"
    rf"|<details[^<>\n]{{0,80}}>\s{{0,4}}(?:<[^<>\n]{{0,9}}(?:>[^<\n]{{0,90}}(?:<[^>\n]{{0,9}})?)?)?)$"
)
"""The end of a text that may become a mark."""
_MAX_MARK = 200

_FINAL = re.compile(r"<\|channel\|>\s*final[^<\n]{0,80}(?:<\|constrain\|>[^<\n]{0,40})?<\|message\|>")
_WITHOUT_TOKENS = "assistantfinal"
"""How the last of these channels begins where a server has dropped the tokens."""
_RUN_ON = re.compile(r"(?:analysis|commentary)(?=[A-Z\"“'])")
_RUN_ON_END = re.compile(_WITHOUT_TOKENS)
_HEADED = re.compile(
    r"[#*_ ]*(?:here is my thought process|thinking(?: process)?|thought process|chain of thought|reasoning"
    r"|思考过程|思考過程)[#*_ ]*[:：]?[#*_ ]*\n",
    re.IGNORECASE,
)
"""A heading that only a thought can have below it."""
_LABELLED = re.compile(
    r"[#*_>(\[ ]*(?:thinking|thoughts?|reasoning|analysis)(?: process)?(?:[*_ ]*[:：]|\.\.\.)"
    r"|\#{1,4} \W*analysis\W*\n",
    re.IGNORECASE,
)
"""What may begin a thought, or a letter."""
_ANSWER = re.compile(
    r"^[#*_ ]{0,4}(?:here is my response"
    r"|(?:my |the |final |draft |revised |email |e-mail )*(?:answer|response|reply|draft|e-?mail)|最终回复|回复|回答|答案|返信)"
    r"[*_ ]*(?:[:：][*_ ]*(?=[^\s*_])|[:：]?[*_ ]*\n+(?=\S))",
    re.IGNORECASE | re.MULTILINE,
)
"""What stands between a thought and the answer."""
_LETTER = re.compile(rf"(?<=\n\n)(?=(?:{SALUTATION.pattern}).)", re.IGNORECASE)
_CLOSE = re.compile(
    rf"{_BEGIN}[|｜]?[ ]?[/\\][|｜]?{_NAME}\s*[|｜]?{_END}|[<\[]\|?(?:end[_ ]of[_ ]thought|end_thinking)\|?[>\]]"
    rf"|<channel\|>|</details>|<unused\d+>|</(?:plan|planning|internal)>|<\|end\|>",
    re.IGNORECASE,
)
_HEADED_END = re.compile(
    rf"{_ANSWER.pattern}|{_CLOSE.pattern}|{_LETTER.pattern}", re.IGNORECASE | re.MULTILINE
)
_FENCE_CLOSE = re.compile(r"^`{3,}[ ]*$", re.MULTILINE)
_WHO = r"<?(?:(?:gpt4 correct )?assistant|ai|bot|model|gpt)>?"
_SPEAKER = re.compile(rf"{_WHO}[ \t]*[:：]\s*(?=\S)|(?:assistant|model)[ \t]*\n\s*(?=\S)", re.IGNORECASE)
_SPEAKER_BEGUN = re.compile(rf"{_WHO}[ \t]*[:：]?\s*", re.IGNORECASE)
_ROLE = re.compile(r"\s*(?:assistant|model|gpt)\b[ \t]*:?\s*", re.IGNORECASE)
_ROLE_BEGUN = re.compile(
    r"\s*(?:a(?:s(?:s(?:i(?:s(?:t(?:a(?:nt?)?)?)?)?)?)?)?|m(?:o(?:d(?:el?)?)?)?|gpt?)?", re.IGNORECASE
)
_HEADS = (
    *("analysis", "commentary", "here is my thought process", "thinking", "thought process"),
    *("chain of thought", "reasoning", "thought", "思考过程", "思考過程"),
    *("assistant", "ai:", "bot:", "<bot>", "model", "gpt:", "gpt4 correct assistant:"),
)
_MAX_HEAD = 40


class AnswerReader:
    """Takes what a model says piece by piece and gives the answer's text.

    `Restart` stands where it shows that all text so far was a thought.
    """

    def __init__(self) -> None:
        self._held = ""
        self._at_end = False
        self._begin()

    def _begin(self) -> None:
        self._said = ""
        """The first characters of the text that was given."""
        self._tail = ""
        """The last characters of it."""
        self._line = ""
        """What was given of the current line."""
        self._thought: re.Pattern[str] | None = None
        """What ends the thought that was begun."""
        self._literal = 0
        self._role_follows = False
        self._ended = ""
        """The token that ended the turn."""
        self._head_is_read = False
        self._labelled = False
        """Whether all text may be a thought, which only its end will show."""
        self._looked = 0

    @property
    def is_thinking(self) -> bool:
        """Whether a thought was begun that has not ended."""
        return self._thought is not None

    def feed(self, piece: str) -> list[str | Restart]:
        """Return what is sure of the answer after `piece`."""
        self._held += piece
        given: list[str | Restart] = []
        while self._step(given):
            pass
        return given

    def end(self) -> list[str | Restart]:
        """Return the rest, when the model has ended."""
        given: list[str | Restart] = []
        self._at_end = True
        while self._step(given):
            pass
        if not self._thought and not self._held.startswith(("<|", "<｜")):
            self._give(self._held, given)
        self._held = ""
        return given

    def _step(self, given: list[str | Restart]) -> bool:
        """Read up to the next mark; False where more must come first."""
        if self._thought:
            found = self._thought.search(self._held)
            if not found:
                self._held = self._held[-_MAX_MARK:]
                return False
            self._held, self._thought = self._held[found.end() :], None
            return True
        if not self._head_is_read:
            return self._read_head()
        if self._role_follows and not self._at_end and _ROLE_BEGUN.fullmatch(self._held):
            return False
        if self._labelled:
            found = _HEADED_END.search(self._held, max(0, self._looked - _MAX_MARK))
            self._looked = len(self._held)
            if not found and not self._at_end:
                return False
            self._labelled, self._held = False, self._held[found.end() :] if found else self._held
            return True
        found = _MARK.search(self._held)
        at = -1 if self._ended else (self._tail + self._held).find(_WITHOUT_TOKENS)
        end = at + len(_WITHOUT_TOKENS) - len(self._tail)
        if at >= 0 and end <= (found.start() if found else len(self._held)):
            self._held = self._held[end:]
            self._restart(given)
            return True
        if found:
            self._give(self._held[: found.start()], given)
            self._held = self._held[found.end() :]
            self._obey(found, given)
            return True
        begun = _BEGUN.search(self._held, max(0, len(self._held) - _MAX_MARK))
        sure = begun.start() if begun else len(self._held)
        self._give(self._held[:sure], given)
        self._held = self._held[sure:]
        return False

    def _read_head(self) -> bool:
        """Read thoughts that begin with a word or a heading; return whether the first line is known."""
        head = self._held.lstrip()
        if not self._at_end and "\n" not in head and len(head) < _MAX_HEAD and _may_be_headed(head):
            return False
        if not self._at_end and _SPEAKER_BEGUN.fullmatch(head):
            return False
        self._head_is_read = True
        if speaker := _SPEAKER.match(head):
            self._held = head[speaker.end() :]
            return True
        self._labelled = bool(_LABELLED.match(head))
        for begin, end in ((_RUN_ON, _RUN_ON_END), (_HEADED, _HEADED_END)):
            if begin.match(head):
                self._thought = end
                return True
        return True

    def _obey(self, mark: re.Match[str], given: list[str | Restart]) -> None:
        kind = next(name for name in ("open", "fence", "close", "channel", "token") if mark[name])
        if self._ended:
            # Only a channel of the same turn can follow; all else is a turn that the model made up.
            if kind == "channel" and mark["name"] == "final" and self._ended in ("<|end|>", "<|start|>"):
                self._restart(given)
            return
        match kind:
            case "open" if not self._line.strip():
                self._thought = _CLOSE
            case "fence":
                self._thought = _FENCE_CLOSE
            case "open":  # in the middle of a line it is spoken of
                self._literal += 1
                self._give(mark[0], given)
            case "close" if self._literal:
                self._literal -= 1
                self._give(mark[0], given)
            case "channel" if mark["name"].lower() != "final":
                self._restart(given)
                self._thought = _FINAL
            case "close" | "channel":
                self._restart(given)
            case "token" if mark[0].startswith("#") and self._line.strip():
                self._give(mark[0], given)
            case _ if self._said:
                self._ended = mark[0]
            case _:
                self._role_follows = True

    def _restart(self, given: list[str | Restart]) -> None:
        if self._said:
            given.append(Restart())
        held = self._held
        self._begin()
        self._held, self._head_is_read = held, True

    def _give(self, text: str, given: list[str | Restart]) -> None:
        if self._ended or not text:
            return
        if self._role_follows:
            self._role_follows = False
            text = _ROLE.sub("", text, count=1) if _ROLE.match(text) else text
        self._said = self._said or text.strip()[:1]
        self._tail = (self._tail + text)[1 - len(_WITHOUT_TOKENS) :]
        _, newline, line = text.rpartition("\n")
        self._line = line if newline else self._line + line
        if text:
            given.append(text)


def _may_be_headed(head: str) -> bool:
    bare = head.lstrip("#*_>([ ").lower()
    return any(start.startswith(bare) or bare.startswith(start) for start in _HEADS)


def read_answer(text: str) -> str:
    """Return the answer in all that a model said."""
    reader = AnswerReader()
    answer: list[str] = []
    for item in (*reader.feed(text), *reader.end()):
        if isinstance(item, Restart):
            answer.clear()
        else:
            answer.append(item)
    return "".join(answer)
