"""How long work tells how far it is: the vault prints nothing, its callers draw the bar."""

from typing import Final, Protocol


class Progress(Protocol):
    """Called now and then with what is done and, where it is known, what there is to do."""

    def __call__(self, done: int, total: int | None) -> None:
        """Take note of ``done`` out of ``total`` units (the function called says which)."""


class _Silent:
    def __call__(self, done: int, total: int | None) -> None:
        return None


SILENT: Final[Progress] = _Silent()
