"""How the text of an HTML element looks: whether it can be seen at all, and what of its looks is meant."""

from __future__ import annotations

import colorsys
import re
from typing import NamedTuple

from email_assistant.mail.html.hiding import Declarations

Color = tuple[float, float, float]
"""Red, green and blue from 0 to 255."""

_BLACK, _WHITE = (0.0, 0.0, 0.0), (255.0, 255.0, 255.0)
_SAME = 12
"""In no colour further apart than this, no eye tells text from what is behind it."""
_SMALLEST = 3
"""Pixels; what is smaller nobody reads."""
_LARGEST = 1_000
_OF_LOOK = frozenset(
    {
        "color", "-webkit-text-fill-color", "background", "background-color", "background-image", "font",
        "font-size", "position", "visibility", "white-space", "text-decoration", "text-decoration-line",
        "vertical-align",
    }
)  # fmt: skip
_ATTRIBUTES = frozenset({"bgcolor", "background", "color", "text"})
_STRUCK_TAGS = frozenset({"s", "strike", "del"})
_PRE_TAGS = frozenset({"pre", "listing", "xmp", "plaintext", "textarea"})
_KEEPS_LINES = {"pre": "pre", "pre-wrap": "pre", "break-spaces": "pre", "pre-line": "pre-line",
                "normal": "", "nowrap": "", "initial": ""}  # fmt: skip
_NAMED: dict[str, Color] = {
    "white": _WHITE, "black": _BLACK, "silver": (192, 192, 192), "gray": (128, 128, 128),
    "grey": (128, 128, 128), "red": (255, 0, 0), "maroon": (128, 0, 0), "yellow": (255, 255, 0),
    "olive": (128, 128, 0), "lime": (0, 255, 0), "green": (0, 128, 0), "aqua": (0, 255, 255),
    "cyan": (0, 255, 255), "teal": (0, 128, 128), "blue": (0, 0, 255), "navy": (0, 0, 128),
    "fuchsia": (255, 0, 255), "magenta": (255, 0, 255), "purple": (128, 0, 128), "orange": (255, 165, 0),
    "snow": (255, 250, 250), "ivory": (255, 255, 240), "whitesmoke": (245, 245, 245),
    "ghostwhite": (248, 248, 255), "floralwhite": (255, 250, 240), "mintcream": (245, 255, 250),
    "azure": (240, 255, 255), "aliceblue": (240, 248, 255), "seashell": (255, 245, 238),
    "honeydew": (240, 255, 240), "linen": (250, 240, 230), "gainsboro": (220, 220, 220),
    "lightgray": (211, 211, 211), "lightgrey": (211, 211, 211), "darkgray": (169, 169, 169),
    "darkgrey": (169, 169, 169), "dimgray": (105, 105, 105), "windowtext": _BLACK, "window": _WHITE,
    "initial": _BLACK, "canvastext": _BLACK, "canvas": _WHITE,
}  # fmt: skip
_OF_BACKGROUNDS = frozenset(
    [
        "repeat", "no", "x", "y", "scroll", "fixed", "local", "center", "left", "right", "top", "bottom",
        "cover", "contain", "auto", "border", "padding", "content", "box", "px", "em", "pt", "round", "space",
    ]
)  # fmt: skip
_HEX = re.compile(r"#?([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_FUNCTION = re.compile(r"(rgb|hsl)a?\(([^()]*)\)")
_COLOR = re.compile(r"#[0-9a-f]+|(?:rgb|hsl)a?\([^()]*\)|[a-z]+")
_IMAGE = re.compile(r"url\(|gradient\(|image\(|var\(")
_SIZE = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(px|pt|pc|em|rem|ex|%|vw|in|cm|mm)?(?=$|[\s/])")
_SIZES = {"xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0,
          "xx-large": 32.0, "smaller": 13.0, "larger": 19.0, "initial": 16.0}  # fmt: skip
_ABSOLUTE = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "rem": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "vw": 10.0}


class Look(NamedTuple):
    """What an element's own text looks like."""

    color: Color | None = _BLACK
    """None if it is unknown."""
    opacity: float = 1
    """Of the colour."""
    background: Color | None = _WHITE
    size: float = 16
    visible: bool = True
    struck: bool = False
    script: str = ""
    """`sup` or `sub`."""
    keeps: str = ""
    """Of white space: `pre` all, `pre-line` the line ends, "" nothing."""

    @property
    def is_seen(self) -> bool:
        """Whether a reader sees the text."""
        if not self.visible or self.size < _SMALLEST or self.opacity <= _SAME / 255:
            return False
        if self.color is None or self.background is None:
            return True
        apart = max(
            abs(of_text - behind) for of_text, behind in zip(self.color, self.background, strict=True)
        )
        return apart * self.opacity > _SAME


def look_of(tag: str, attributes: dict[str, str | None], style: Declarations, above: Look) -> Look:
    """Return how an element looks, given the element around it."""
    tagged = tag in _STRUCK_TAGS or tag in _PRE_TAGS or tag in {"sup", "sub"}
    if not tagged and not style.keys() & _OF_LOOK and not attributes.keys() & _ATTRIBUTES:
        return above
    look = above
    if tag in _STRUCK_TAGS or "line-through" in (
        style.get("text-decoration-line") or style.get("text-decoration") or ""
    ):
        look = look._replace(struck=True)
    look = look._replace(
        background=_background(attributes, style, look.background),
        size=_size(style, look.size),
        keeps=_KEEPS_LINES.get(style.get("white-space", ""), "pre" if tag in _PRE_TAGS else look.keeps),
        script=tag if tag in {"sup", "sub"} else _script(style, look.script),
    )
    if visibility := style.get("visibility"):
        look = look._replace(visible=visibility not in {"hidden", "collapse"})
    attribute = attributes.get("text" if tag == "body" else "color") if tag in {"body", "font"} else None
    value = style.get("-webkit-text-fill-color") or style.get("color") or (attribute or "").lower()
    if value and value not in {"inherit", "currentcolor", "unset"}:
        color, opacity = _color(value)
        look = look._replace(color=color, opacity=opacity)
    return look


def _script(style: Declarations, above: str) -> str:
    match style.get("vertical-align"):
        case "super" | "text-top":
            return "sup"
        case "sub":
            return "sub"
        case "baseline":
            return ""
    return above


def _background(attributes: dict[str, str | None], style: Declarations, above: Color | None) -> Color | None:
    if style.get("position") in {"absolute", "fixed"}:
        above = None  # it may stand on something else than what it is in
    if attributes.get("background") or any(
        _IMAGE.search(style.get(name, "")) for name in ("background", "background-image")
    ):
        return None
    for value in (
        style.get("background-color"),
        style.get("background"),
        (attributes.get("bgcolor") or "").lower(),
    ):
        for piece in _COLOR.findall(value or ""):
            if piece in {"transparent", "none", "inherit", "unset"}:
                break
            if piece not in _OF_BACKGROUNDS:
                color, opacity = _color(piece)
                if color is None or opacity == 1:
                    return color
                if above is None or not opacity:
                    return above
                return tuple(
                    of_color * opacity + behind * (1 - opacity)
                    for of_color, behind in zip(color, above, strict=True)
                )  # type: ignore[return-value]  # as many as went in
    return above


def _color(value: str) -> tuple[Color | None, float]:
    """Return a CSS colour and its opacity; None if it is unknown."""
    value = value.strip()
    if value == "transparent":
        return _BLACK, 0
    if value in _NAMED:
        return _NAMED[value], 1
    if found := _HEX.fullmatch(value):
        digits = found[1] if len(found[1]) > 4 else "".join(digit * 2 for digit in found[1])
        red, green, blue, *alpha = (float(int(digits[at : at + 2], 16)) for at in range(0, len(digits), 2))
        return (red, green, blue), (alpha[0] / 255 if alpha else 1)
    if found := _FUNCTION.fullmatch(value):
        try:
            return _of_function(found[1], re.split(r"[\s,/]+", found[2].strip()))
        except (ValueError, IndexError):
            pass
    return None, 1


def _of_function(name: str, values: list[str]) -> tuple[Color, float]:
    opacity = _share(values[3], 1) if len(values) > 3 else 1
    if name == "rgb":
        red, green, blue = (_share(each, 255) * 255 for each in values[:3])
        return (red, green, blue), opacity
    hue = float(values[0].removesuffix("deg")) / 360 % 1
    return tuple(
        255 * each for each in colorsys.hls_to_rgb(hue, _share(values[2], 100), _share(values[1], 100))
    ), opacity  # type: ignore[return-value]  # three


def _share(value: str, whole: float) -> float:
    share = float(value[:-1]) / 100 if value.endswith("%") else float(value) / whole
    return min(1.0, max(0.0, share))


def _size(style: Declarations, above: float) -> float:
    value = style.get("font-size") or ""
    if not value and (font := style.get("font")):
        found = _SIZE.search(font)
        value = found[0] if found else ""
    if value in _SIZES:
        return _SIZES[value]
    if not (found := _SIZE.match(value)):
        return above
    number, unit = float(found[1]), found[2] or "px"
    size = number * _ABSOLUTE[unit] if unit in _ABSOLUTE else above * number / (100 if unit == "%" else 1)
    return min(size, _LARGEST)
