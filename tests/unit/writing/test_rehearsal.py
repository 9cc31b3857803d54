"""What the first reply would wait for is loaded before it."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
from email_assistant.writing.rehearsal import rehearse
assert "py3langid.langid" not in sys.modules
rehearse()
assert "py3langid.langid" in sys.modules
"""


def test_a_rehearsal_loads_the_detector_of_languages() -> None:
    subprocess.run([sys.executable, "-c", CODE], check=True)
