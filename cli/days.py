"""Days as people write them on a command line."""

from datetime import date

from desk.reports import BadDate


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
