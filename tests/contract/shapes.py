"""The shape of something in a library: what a caller of it relies on, in one short text."""

from __future__ import annotations

import importlib
import inspect
import typing
from collections.abc import Mapping
from typing import Any


def find(name: str, instances: Mapping[str, Any] | None = None) -> Any:
    """Return what `package.module:attribute.attribute` names.

    Args:
        name: where it is.
        instances: objects that stand for their class, by its name: what `__init__` sets is theirs only.
    """
    module, _, path = name.partition(":")
    found = importlib.import_module(module)
    reached = f"{module}:"
    for part in path.split(".") if path else ():
        found = getattr((instances or {}).get(reached, found), part)
        reached += part if reached.endswith(":") else f".{part}"
    return found


def shape(thing: Any) -> str:
    """Return `(a, b=, *, c=)` of what is called, `{a, b}` of a TypedDict, else the name of the type.

    Annotations and the values of defaults are left out: Python does not check them where it calls.
    """
    if typing.is_typeddict(thing):
        return f"{{{', '.join(thing.__annotations__)}}}"
    if isinstance(thing, type) and issubclass(thing, BaseException):
        return "exception"
    if not callable(thing):
        return type(thing).__name__
    plain = [
        parameter.replace(
            annotation=parameter.empty,
            default=parameter.empty if parameter.default is parameter.empty else _DEFAULT,
        )
        for parameter in inspect.signature(thing).parameters.values()
    ]
    return str(inspect.Signature(plain)).replace("=...", "=")


def shape_of(name: str, instances: Mapping[str, Any] | None = None) -> str:
    """Return the shape of what `name` names, or what became of it."""
    try:
        return shape(find(name, instances))
    except (ImportError, AttributeError) as gone:
        return f"gone ({gone})"


class _Default:
    def __repr__(self) -> str:
        return "..."


_DEFAULT = _Default()
