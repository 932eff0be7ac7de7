"""A store in a local folder."""

from pathlib import Path


class LocalStore:
    """Keeps objects as files of a folder; implements ``Store``."""

    def __init__(self, root: Path, *, archive: str) -> None:
        """Use the store at ``root``. Raises StoreGone when the folder or its sentinel file is not there."""
        raise NotImplementedError

    @classmethod
    def create(cls, root: Path, *, archive: str) -> "LocalStore":
        """Make an empty store of ``archive`` at ``root`` (0700) and return it."""
        raise NotImplementedError
