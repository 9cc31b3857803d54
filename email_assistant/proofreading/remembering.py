"""Keeps what was read of the last texts: several checks read the same, and so do all drafts of a reply."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast

_Args = ParamSpec("_Args")
_Result = TypeVar("_Result")

MAX_REMEMBERED = 64
"""Readings kept of each function: a few replies that are being written at once."""


def remembered(function: Callable[_Args, _Result]) -> Callable[_Args, _Result]:
    """Cache the results of `function`, whose arguments are texts or made of texts.

    Nobody may change what it returns.
    """
    return cast(Callable[_Args, _Result], lru_cache(MAX_REMEMBERED)(function))
