"""How long work tells how far it is: the vault prints nothing, its callers draw the bar."""

from typing import Final, Protocol


class Progress(Protocol):
    """Called now and then with what is done and, where it is known, what there is to do."""

    def __call__(self, done: int, total: int | None) -> None:
        """Take note of ``done`` out of ``total`` units (the function called says which)."""


def _say_nothing(done: int, total: int | None) -> None:  # noqa: ARG001  # the protocol's names
    return None


SILENT: Final[Progress] = _say_nothing
