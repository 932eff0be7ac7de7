"""Days as people write them on a command line."""

from datetime import date
from typing import Any

from desk.reports import BadDate
from desk.reports.scope import Scope, local_today


def day(text: str | None) -> date | None:
    """Return the day an option gives, None where it was not given.

    Raises:
        BadDate: it is no ISO date.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise BadDate(text=text) from fault


def scope_of(*, as_of: str | None = None, begins: str | None = None, ends: str | None = None, **rest: Any) -> Scope:
    """Return the scope that options give.

    Raises:
        BadDate: a day is no ISO date.
    """
    given = {name: value for name, value in rest.items() if value is not None}
    return Scope(as_of=day(as_of) or local_today(), begins=day(begins), ends=day(ends), **given)
