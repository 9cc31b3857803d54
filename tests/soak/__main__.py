"""`python -m tests.soak [--minutes N] [--seed S]`: faults at random for so long, and what they did."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path

from tests.soak.soak import soak

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Kill, cancel and race a real server.")
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))  # noqa: S311
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)  # noqa: T201
    with tempfile.TemporaryDirectory() as name:
        tally = asyncio.run(soak(Path(name), seconds=60 * given.minutes, seed=given.seed))
    print(tally)  # noqa: T201
    sys.exit(bool(tally.wrong))
