"""Who is at the desk."""

import getpass
import os


def who() -> str:
    """Return the account that asks; with one person there is no other name to record."""
    try:
        return getpass.getuser()
    except OSError:
        return str(os.getuid())
