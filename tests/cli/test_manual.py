"""The manual says what ``--help`` says."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_manual_is_made_from_the_help() -> None:
    """A changed command without a new manual fails here: run ``make manual``."""
    made = subprocess.run([sys.executable, ROOT / "scripts" / "make_manual.py", "--check"], cwd=ROOT, check=False)
    assert made.returncode == 0
