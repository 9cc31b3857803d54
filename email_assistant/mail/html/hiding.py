"""What CSS keeps from being seen: the way to put words before a model that no reader of the email saw."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

Declarations = dict[str, str]
"""CSS properties and their values, both in lower case."""

_ZERO = re.compile(r"0*(?:\.0*)?(?:px|pt|em|rem|%)?|1px")
_NUMBER = re.compile(r"\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*([a-z%]*)")
_PIXELS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "em": 16.0,
           "rem": 16.0, "ex": 8.0, "ch": 8.0, "vw": 10.0, "vh": 8.0, "%": 10.0}  # fmt: skip
_FAR_OUT, _FAR_MARGIN, _FAR_BEYOND = -100, -500, 3_000  # pixels
_MARGINS = ("right", "bottom", "margin-left", "margin-top")
_FAINT = 0.05  # of full opacity or size
_NO_AREA = re.compile(
    r"rect\(\s*(?:[01](?:px)?[\s,]*){4}\)|inset\(\s*(?:[5-9]\d|100)(?:\.\d*)?%|(?:circle|ellipse)\(\s*0"
    r"|polygon\(\s*(?:0(?:px|%)?[\s,]*)+\)|path\(\s*['\"]{2}"
)
_SHRUNK = re.compile(
    r"scale(?:3d|x|y)?\(\s*(?:0*\.0\d*|0)\s*[,)]|scale\([^,()]*,\s*(?:0*\.0\d*|0)\s*\)"
    r"|rotate[xy]\(\s*-?(?:90|270)deg|matrix\(\s*0\s*,\s*0\s*,\s*0\s*,\s*0\b"
)
_MOVED = re.compile(r"translate(?:x|y|3d)?\(([^()]*)\)")
_FILTERED = re.compile(r"(?P<percent>alpha\(\s*opacity\s*=)?(?:(?<==)|opacity\()\s*(?P<value>[\d.]{1,9}%?)")
_CLIPS = frozenset({"hidden", "clip"})
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|([^\n;:!]))")
_MAX_STYLE = 200_000  # characters of style sheets
_MAX_VALUE = 300
_MAX_STEPS = 60_000_000
"""At about 50 ns, while the parser looks for a selector; a large newsletter takes half of them."""
_OF_LOOKS = frozenset(
    {
        "display", "mso-hide", "content-visibility", "opacity", "zoom", "filter", "-ms-filter", "clip",
        "clip-path", "-webkit-clip-path", "transform", "scale", "translate", "inset", "text-indent",
        "left", "top", "right", "bottom",
        "margin", "margin-left", "margin-top", "overflow", "overflow-x", "overflow-y", "height", "max-height",
        "width", "max-width", "position", "visibility", "color", "-webkit-text-fill-color", "background",
        "background-color", "background-image", "font", "font-size", "white-space", "text-decoration",
        "text-decoration-line", "vertical-align", "list-style", "list-style-type",
    }
)  # fmt: skip
_COUNTS_SIBLINGS = re.compile(r":nth-|:.*~|\\", re.IGNORECASE | re.DOTALL)
"""A selector, escaped or not, for which the parser goes through all elements for each."""


def declarations(style: str) -> Declarations:
    """Read a `style` attribute or the body of a rule; of a property set twice, the last counts.

    One that is `!important` is overruled only by another such.
    """
    found: Declarations = {}
    important: Declarations = {}
    for declaration in _ESCAPE.sub(_unescaped, _COMMENT.sub("", style[:_MAX_STYLE])).lower().split(";"):
        name, colon, value = declaration.partition(":")
        value, bang, _ = value.partition("!")
        if colon:
            (important if bang else found)[name.strip()] = value.strip()[:_MAX_VALUE]
    return found | important


def _unescaped(escape: re.Match[str]) -> str:
    code = int(escape[1], 16) if escape[1] else 0
    return escape[2] or (chr(code) if 0 < code < 0xD800 and chr(code) not in ";:!" else "\ufffd")


def is_gone(style: Declarations) -> bool:
    """Return whether an element is not seen, and nothing in it."""
    if not style:
        return False
    return (
        style.get("display") == "none"
        or style.get("mso-hide") == "all"
        or style.get("content-visibility") == "hidden"
        or _is_faint(style.get("opacity"))
        or _is_faint(style.get("zoom"))
        or any(_is_filtered_out(style.get(name, "")) for name in ("filter", "-ms-filter"))
        or any(_NO_AREA.search(style.get(name, "")) for name in ("clip", "clip-path", "-webkit-clip-path"))
        or _SHRUNK.search(style.get("transform", "")) is not None
        or any(map(_is_faint, style.get("scale", "").split()))
        or _is_moved_out(style)
        or (
            any(style.get(name) in _CLIPS for name in ("overflow", "overflow-x", "overflow-y"))
            and any(_is_zero(style.get(name)) for name in ("height", "max-height", "width", "max-width"))
        )
    )


def _is_faint(value: str | None) -> bool:
    found = _NUMBER.match(value) if value else None
    return found is not None and float(found[1]) <= _FAINT * (100 if found[2] == "%" else 1)


def _is_filtered_out(value: str) -> bool:
    found = _FILTERED.search(value)
    return found is not None and _is_faint(found["value"] + ("%" if found["percent"] else ""))


def _is_moved_out(style: Declarations) -> bool:
    """Return whether an element stands where no window reaches."""
    moved = _MOVED.search(style.get("transform", ""))
    places = [
        *((style[name], _FAR_OUT) for name in ("text-indent", "left", "top") if name in style),
        *(
            (style[name], _FAR_MARGIN)
            for name in ("right", "bottom", "margin-left", "margin-top")
            if name in style
        ),
        *((each, _FAR_MARGIN) for name in ("margin", "translate") for each in style.get(name, "").split()),
        *((each, _FAR_OUT) for each in style.get("inset", "").split()),
        *((each, _FAR_MARGIN) for each in (moved[1].split(",") if moved else ())),
    ]
    return any(
        (pixels := _pixels(value)) is not None and (pixels <= least or pixels >= _FAR_BEYOND)
        for value, least in places
    )


def _pixels(value: str) -> float | None:
    found = _NUMBER.match(value)
    return float(found[1]) * _PIXELS[found[2]] if found and found[2] in _PIXELS else None


def styles_of_sheets(parser: LexborHTMLParser, tags: int) -> tuple[dict[int, Declarations], bool]:
    """Return the look that style sheets give to each node, by its id, and whether that is all.

    Rules for some screens only, within `@media`, are passed over, unless it names every screen; so are those
    that would take too long to find among so many `tags`.
    """
    sheets = "\n".join(node.text() for node in parser.css("style"))[:_MAX_STYLE]
    rules = [(selector, _of_looks(declarations(body))) for selector, body in _rules(_COMMENT.sub("", sheets))]
    found: dict[int, Declarations] = {}
    left = _MAX_STEPS
    complete = True
    for selector, style in rules:
        if not style:
            continue
        steps = (len(selector) + 20) * tags ** (2 if _COUNTS_SIBLINGS.search(selector) else 1)
        if steps > left:
            complete = False
            continue
        left -= steps
        try:
            for node in parser.css(selector):
                found.setdefault(node.mem_id, {}).update(style)
        except (SelectolaxError, ValueError):
            continue  # not a valid selector
    return found, complete


def _of_looks(style: Declarations) -> Declarations:
    return {name: value for name, value in style.items() if name in _OF_LOOKS}


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield the selector and the body of each rule for all screens, found in one pass."""
    opened: list[str] = []
    text = body = ""
    for piece in re.split("([{};])", sheet):
        match piece:
            case "{":
                opened.append(text.strip())
                body = ""
            case "}":
                if opened and not opened[-1].startswith("@") and all(map(_is_for_every_screen, opened[:-1])):
                    yield opened[-1], body + text
                opened, body = opened[:-1], ""
            case ";":
                body += f"{text};"
        text = "" if piece in "{};" else piece


def _is_for_every_screen(rule: str) -> bool:
    """Return whether `@media screen`, or `all`, encloses other rules, whatever the screen's size."""
    name, _, queries = rule.lower().partition(" ")
    media = {" ".join(query.split()) for query in queries.split(",")}
    return name == "@media" and bool(media & {"all", "screen", "only screen", "only all"})


def _is_zero(value: str | None) -> bool:
    return bool(value) and _ZERO.fullmatch(value or "") is not None
