"""Bounds on the processor's time, which do not hold while branches are counted."""

from __future__ import annotations

import sys

import pytest

unmeasured = pytest.mark.skipif(
    sys.gettrace() is not None, reason="It takes several times as long while branches are counted."
)
