"""Where HTML stops being what a mail program writes, and the parser would take without end to read it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

MAX_HTML = 4_000_000
"""Characters, embedded pictures apart: the parser takes a hundred bytes of memory for each."""
_MAX_ATTRIBUTES = 1_000
"""Of one tag; the parser is quadratic in them."""
_MAX_DEPTH = 6_000
"""Of elements in elements; the parser is quadratic in it."""
_MAX_TAGS = 200_000
_MAX_REPEATED = 100_000
"""Elements that the parser reopens, at about 6 µs."""

_ATTRIBUTE = (
    r"[\s/]*+[^\s/>][^\s/>=]*+"
    r"(?:\s*+=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>\"'][^\s>]*+)?)?"
)
_ONE_ATTRIBUTE = re.compile(_ATTRIBUTE)
_TOKEN = re.compile(
    r"(?P<dropped><!--(?:-?>|.*?(?:--!?>|\Z))|<script\b.*?(?:</script(?=[\s/>])[^>]*>|\Z)|<!\[CDATA\[)"
    r"|<(?P<raw>style|title|textarea|xmp|iframe|noembed|noframes|plaintext)\b.*?(?:</(?P=raw)|\Z)"
    rf"|<(?P<ends>/?)(?P<name>[A-Za-z][^\s/>]*+)(?:{_ATTRIBUTE})*+",
    re.DOTALL | re.IGNORECASE,
)
_OPENING = re.compile(r"<([a-z]+)[^<>]*", re.IGNORECASE)
# Those that the parser closes of itself.
_CLOSED = frozenset(
    [
        "p", "li", "td", "th", "tr", "dt", "dd", "br", "hr", "img", "meta", "link", "input", "col", "option",
        "wbr", "area", "base",
    ]
)  # fmt: skip
# A block closes these with it, and what follows reopens them: all but three of those that are alike.
_FORMATTING = frozenset(["b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"])
_ALIKE = 3
_EMPTY_COMMENT = "<!---->"
# Within these a formatting element from outside is neither reopened nor closed.
_APART = frozenset(["table", "td", "th", "caption", "object", "marquee", "template", "applet", "button"])
_INLINE = _FORMATTING | {"a", "span", "img", "br", "sub", "sup", "wbr", "nobr"}


def sane_html(html: str) -> tuple[str, bool]:
    """Return as much HTML as can be parsed in the time that its length takes, and whether that is all.

    Comments and scripts are left out: the parser would end some of them elsewhere than is seen here.
    """
    pieces: list[str] = []
    at = 0
    bounds = _Bounds()
    for token in _TOKEN.finditer(html, 0, MAX_HTML):
        if token["dropped"]:
            pieces += [html[at : token.start()], _EMPTY_COMMENT]
            at = token.end()
        elif not bounds.allow(token):
            return "".join([*pieces, html[at : token.start()]]), False
    return "".join([*pieces, html[at:MAX_HTML]]), len(html) <= MAX_HTML


class _Bounds:
    """What the parser has to do for the tags so far, at worst."""

    def __init__(self) -> None:
        self._tags = 0
        self._depth = 0
        self._repeated = 0
        self._formatting = _OpenFormatting()

    def allow(self, token: re.Match[str]) -> bool:
        """Take one more tag; false where it is one too many."""
        if token["raw"]:
            # Within a drawing these hold elements like all others.
            for opening in _OPENING.finditer(token[0]):
                self._take(opening[1].lower(), opening[0], ends=False)
        else:
            # An attribute takes two characters at least.
            if token.end() - token.start() > _MAX_ATTRIBUTES * 2 and (
                sum(1 for _ in _ONE_ATTRIBUTE.finditer(token[0])) > _MAX_ATTRIBUTES
            ):
                return False
            self._take(token["name"].lower(), token[0], ends=bool(token["ends"]))
        return max(self._depth / _MAX_DEPTH, self._repeated / _MAX_REPEATED, self._tags / _MAX_TAGS) <= 1

    def _take(self, name: str, tag: str, *, ends: bool) -> None:
        self._tags += 1
        if name not in _CLOSED:
            self._depth = max(0, self._depth - 1) if ends else self._depth + 1
        if name in _FORMATTING:
            self._formatting.take(name, tag, ends=ends)
        elif name not in _INLINE:
            self._repeated += self._formatting.count
        if name in _APART:
            self._formatting.leave()


class _OpenFormatting:
    """The formatting elements that may still be open; at worst more than there are."""

    def __init__(self) -> None:
        self.count = 0
        self._alike: Counter[str] = Counter()
        self._here: defaultdict[str, list[str]] = defaultdict(list)  # by name, in the cell that is open

    def take(self, name: str, tag: str, *, ends: bool) -> None:
        """Take an element that begins, or one that ends."""
        if not ends:
            self._alike[tag] += 1
            self.count += self._alike[tag] <= _ALIKE
            self._here[name].append(tag)
        elif self._here[name]:
            tag = self._here[name].pop()
            self.count -= self._alike[tag] <= _ALIKE
            self._alike[tag] -= 1

    def leave(self) -> None:
        """Leave what is open as it is, since a cell begins or ends: no end in another cell closes it."""
        self._here.clear()
