"""Runs every measurement, or those that are named: `python -m bench chat store`."""

from __future__ import annotations

import importlib
import sys

SECTIONS = (
    "chat", "first_word", "tokens", "proofreader", "growth", "store", "search", "scale", "mail", "api",
    "load", "capacity", "page",
)  # fmt: skip

if __name__ == "__main__":
    for section in sys.argv[1:] or SECTIONS:
        importlib.import_module(f"bench.{section}").main()
        print()
