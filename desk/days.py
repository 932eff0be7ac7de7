"""Days that people enter: those likely to be mistyped are asked about first."""

from datetime import date, timedelta
from typing import Final

from dossier.errors import ExitCode, JuanzongError

_AHEAD: Final = timedelta(days=366)
_EARLIEST: Final = date(1990, 1, 1)
"""Before this and further ahead than a year a day is taken for a slip of the hand."""


class DayFar(JuanzongError):
    """A day lies so far ahead or back that it is likely to be mistyped."""

    exit_code = ExitCode.USAGE
    wording = "dossiers.day-far"


def plausible(on: date, *, anyway: bool) -> None:
    """Refuse a day that is likely to be mistyped, unless it is meant all the same.

    Raises:
        DayFar
    """
    latest = date.today() + _AHEAD  # noqa: DTZ011  # a day where the office is
    if not anyway and not _EARLIEST <= on <= latest:
        raise DayFar(day=on, earliest=_EARLIEST, latest=latest)
