"""Keeps what was read of a text while one draft is proofread, since several checks read the same texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

_Args = ParamSpec("_Args")
_Result = TypeVar("_Result")

_kept: ContextVar[dict[Any, Any] | None] = ContextVar("kept", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Within this context a remembered function reads equal texts once; then all of it is forgotten.

    One within another shares what is known.
    """
    if _kept.get() is not None:
        yield
        return
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def remembered(function: Callable[_Args, _Result]) -> Callable[_Args, _Result]:
    """Let `function`, whose arguments are texts, be remembered. Nobody may change what it returns."""

    @wraps(function)
    def remembering_function(*args: _Args.args, **kwargs: _Args.kwargs) -> _Result:
        kept = _kept.get()
        if kept is None:
            return function(*args, **kwargs)
        key = (function, args, *kwargs.items())
        if key not in kept:
            kept[key] = function(*args, **kwargs)
        result: _Result = kept[key]
        return result

    return remembering_function
