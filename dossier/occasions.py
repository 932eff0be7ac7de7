"""The turns of a requirement: when each begins, which documents belong to it, and the day by which it is due."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dossier.derive import Known
from dossier.model import Document
from dossier.pack import Each, Every, Offset, Once, Period, Series, Turn, Unit
from dossier.workdays import WorkCalendar

_MONTHS: Final[dict[Period, int]] = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class Occasion:
    """One turn: documents dated ``begins`` … ``ends`` belong to it (None: no bound on that side).

    ``from_day`` is the day ``due`` was counted from, where working days were counted; ``step`` numbers the turns of a
    series from 1. A turn that comes ``again`` and is not yet due is no gap. ``undated_from`` … ``undated_to`` bound
    the day of receipt of documents without a date of their own, where that differs.
    """

    label: str = ""
    begins: date | None = None
    ends: date | None = None
    due: date | None = None
    from_day: date | None = None
    step: int = 0
    again: bool = False
    undated_from: date | None = None
    undated_to: date | None = None

    def takes(self, document: Document) -> bool:
        """Tell whether a document belongs to this turn."""
        begins, ends = self.begins, self.ends
        if document.issued is None and self.undated_from is not None:
            begins, ends = self.undated_from, self.undated_to
        day = document.dated
        return (begins is None or begins <= day) and (ends is None or day <= ends)


ALWAYS: Final = Occasion()


def add_months(day: date, months: int) -> date:
    """Return the same day ``months`` later, or that month's last day if it has none; never past the calendar's end."""
    place = day.year * _YEAR + day.month - 1 + months
    year, month = divmod(place, _YEAR)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def later(start: date, count: int, unit: Unit, calendar: WorkCalendar) -> date:
    """Return the day ``count`` units after ``start``, which is not counted itself; never past the calendar's end."""
    if unit == "months":
        return add_months(start, count)
    try:
        if unit == "working-days":
            return calendar.after(start, count)
        return start + timedelta(days=count * (7 if unit == "weeks" else 1))
    except OverflowError:
        return date.max


def occasions(turn: Turn, known: Known, until: date, calendar: WorkCalendar) -> list[Occasion]:
    """Return the occasions of a turn up to the one that runs on ``until``; none while its event is unknown."""
    match turn:
        case Once(due):
            return [ALWAYS] if due is None else [_once(due, known, calendar)]
        case Each() as each:
            return _each(each, known, until, calendar)
        case Every() as every:
            return _every(every, known, until)
        case Series() as series:
            return _series(series, known, calendar)


def _once(due: Offset, known: Known, calendar: WorkCalendar) -> Occasion:
    start = known.first(due.after)
    if start is None:
        return ALWAYS
    return Occasion(due=later(start, due.within, due.unit, calendar), from_day=_counted(start, due.unit))


def _counted(start: date, unit: Unit) -> date | None:
    return start if unit == "working-days" else None


def _each(each: Each, known: Known, until: date, calendar: WorkCalendar) -> list[Occasion]:
    days = sorted({event.on for event in known.events.get(each.event, ()) if event.on <= until})
    found = []
    for place, day in enumerate(days):
        before = days[place - 1] + timedelta(days=1) if place else None
        after = days[place + 1] - timedelta(days=1) if place + 1 < len(days) else None
        found.append(
            Occasion(
                label=day.isoformat(),
                begins=before if each.takes == "before" else day,
                ends=day if each.takes == "before" else after,
                due=None if each.due is None else later(day, each.due.within, each.due.unit, calendar),
                from_day=None if each.due is None else _counted(day, each.due.unit),
                undated_from=day,
                undated_to=after,
            )
        )
    return found


def _every(every: Every, known: Known, until: date) -> list[Occasion]:
    since = known.first(every.since)
    if since is None:
        return []
    months = _MONTHS[every.period]
    start = since
    if every.aligned == "calendar":
        start = date(since.year, (since.month - 1) // months * months + 1, 1)
        if start < since:
            start = add_months(start, months)
    found, turn = [], 0
    while (begins := add_months(start, turn * months)) <= until:
        turn += 1
        ends = add_months(start, turn * months) - timedelta(days=1)
        opens = date(begins.year, *every.opens) if every.opens else begins
        due = date(begins.year, *every.closes) if every.closes else ends
        label = _label(every.period, begins) if every.aligned == "calendar" else f"{begins:%Y-%m-%d}+{every.period}"
        found.append(Occasion(label=label, begins=opens, ends=ends, due=due, again=True))
    return found


def _label(period: Period, begins: date) -> str:
    match period:
        case "month":
            return f"{begins:%Y-%m}"
        case "quarter":
            return f"{begins.year}-Q{begins.month // 3 + 1}"
        case "half-year":
            return f"{begins.year}-H{begins.month // 6 + 1}"
        case "year":
            return str(begins.year)


def _series(series: Series, known: Known, calendar: WorkCalendar) -> list[Occasion]:
    start = known.first(series.after)
    if start is None:
        return []
    return [
        Occasion(
            label=f"{step}-{series.unit}",
            begins=start,
            due=later(start, step, series.unit, calendar),
            from_day=_counted(start, series.unit),
            step=place,
            again=True,
        )
        for place, step in enumerate(series.steps, start=1)
    ]
