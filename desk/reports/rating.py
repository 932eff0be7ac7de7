"""``report rates`` and ``report ontime``: how timely and complete dossiers are handed over, by whom, month by month.

A handover is all items one role owes of one dossier by one day; it counts in the month it was due in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from sqlmodel import Session

from desk.archive import Archive
from desk.reports.judging import each_judged
from desk.reports.naming import Names
from desk.reports.scope import Scope
from desk.reports.sheet import DATA, JSON, Cell, Chart, Column, Form, Series, Sheet, Table
from dossier.rates import By, HandedOver, Rate, handed_over, rated

_WAYS: Final[tuple[By, ...]] = ("department", "person")


def handovers(archive: Archive, session: Session, scope: Scope) -> Iterator[HandedOver]:
    """Yield the handovers that a scope asks for: due by its day, and in its span."""
    for judged in each_judged(archive, session, scope, closed=True):
        for each in handed_over(judged.dossier, judged.verdicts, scope.as_of):
            if scope.owed(each.owes) and scope.within(each.due):
                # The rating needs no documents any more; a year of dossiers should fit in memory.
                yield replace(each, dossier=replace(each.dossier, documents=()))


def rates(archive: Archive, scope: Scope, names: Names, form: Form) -> Sheet:
    """Return on-time and completeness rates: in all, by department, by person, each over all months and by month."""
    del form
    with archive.index.read() as session:
        found = rated(handovers(archive, session, scope))
    months = tuple(dict.fromkeys(rate.month for rate in found["all"]))
    whole = _joined(found["all"])
    tables = [
        _table("months", names.text("table-by-month"), found["all"], names, who=False),
        *(
            _table(f"{by}s", names.text(f"table-by-{by}"), _sum_by_who(found[by]), names, by=by, month=False)
            for by in _WAYS
        ),
        *(_table(f"{by}_months", names.text(f"table-by-{by}-month"), found[by], names, by=by) for by in _WAYS),
    ]
    charts = (
        _over_months(names.text("chart-rates"), months, found["all"], names),
        *(_beside(names.text(f"chart-by-{by}"), _sum_by_who(found[by]), names, by) for by in _WAYS),
    )
    said = (
        names.text("found-none-due")
        if whole is None
        else names.text(
            "found-rates",
            handovers=whole.handovers,
            on_time=f"{whole.on_time:.1%}",
            complete=f"{whole.complete:.1%}",
        )
    )
    return Sheet(
        "rates",
        names.text("title-rates"),
        scope.as_of,
        names.scope(scope),
        (said,),
        tuple(tables),
        charts,
        (names.text("note-handover"), names.text("note-rates"), names.text("note-as-of")),
    )


def ontime(archive: Archive, scope: Scope, names: Names, form: Form) -> Sheet:
    """Return every handover that was due, with the day it came in and how late, and each department's rate."""
    with archive.index.read() as session:
        found = sorted(handovers(archive, session, scope), key=lambda each: (each.due, each.dossier.key))
    counted = rated(found)
    people = form not in DATA and not scope.settled
    rows: list[tuple[Cell, ...]] = [
        (
            each.dossier.key,
            each.dossier.label,
            names.sort(each.dossier.pack, each.dossier.kind),
            each.owes.department or each.owes.role,
            names.department(each.owes.department or each.owes.role),
            each.owes.role,
            names.owing(each.owes),
            each.due,
            _provisional(each, names),
            each.received,
            names.text("yes" if each.on_time else "no"),
            each.days_late or None,
            len(each.verdicts),
            sum(verdict.received is not None for verdict in each.verdicts),
            each.on_time,
        )
        for each in found
        if not (people and each.on_time)
    ]
    columns = (
        Column("dossier", names.text("column-dossier"), width=2.5),
        Column("label", names.text("column-label"), width=2),
        Column("sort", names.text("column-sort"), width=1.4, forms=DATA),
        Column("department", names.text("column-department"), forms=JSON),
        Column("department_title", names.text("column-department"), width=1.4),
        Column("role", names.text("column-role"), forms=JSON),
        Column("person", names.text("column-person"), width=1.6),
        Column("due", names.text("column-due"), "day", width=1.3),
        Column("provisional", names.text("column-provisional"), forms=DATA),
        Column("received", names.text("column-received"), "day", width=1.3),
        Column("in_time", names.text("column-in-time"), width=0.8, forms=DATA - JSON),
        Column("days_late", names.text("column-late"), "number", width=0.8),
        Column("items", names.text("column-items"), "number", width=0.7),
        Column("items_there", names.text("column-items-there"), "number", width=0.7),
        Column("on_time", names.text("column-in-time"), forms=JSON),
    )
    listed = Table(
        "handovers",
        names.text("table-late" if people else "table-handovers"),
        columns,
        rows,
        marks={"due": "provisional"},
    )
    whole = _joined(counted["all"])
    departments = _sum_by_who(counted["department"])
    said = (
        names.text("found-none-due")
        if whole is None
        else names.text(
            "found-ontime",
            handovers=whole.handovers,
            late=whole.handovers - whole.handovers_on_time,
            on_time=f"{whole.on_time:.1%}",
        )
    )
    return Sheet(
        "ontime",
        names.text("title-ontime"),
        scope.as_of,
        names.scope(scope),
        (said,),
        (
            _table("departments", names.text("table-by-department"), departments, names, by="department", month=False),
            listed,
        ),
        (_over_months(names.text("chart-rates"), tuple(r.month for r in counted["all"]), counted["all"], names),),
        (names.text("note-handover"), names.text("note-as-of")),
    )


def _provisional(each: HandedOver, names: Names) -> str:
    return names.text("yes") if any(verdict.provisional for verdict in each.verdicts) else ""


def _sum_by_who(found: Sequence[Rate]) -> tuple[Rate, ...]:
    whole: dict[str, Rate] = {}
    for rate in found:
        held = whole.get(rate.who)
        whole[rate.who] = replace(rate, month="") if held is None else held.with_(rate, who=rate.who, month="")
    return tuple(whole.values())


def _joined(found: Sequence[Rate]) -> Rate | None:
    joined = _sum_by_who([replace(rate, who="") for rate in found])
    return joined[0] if joined else None


def _table(
    id_: str,
    title: str,
    found: Sequence[Rate],
    names: Names,
    *,
    by: By = "all",
    who: bool = True,
    month: bool = True,
) -> Table:
    label = names.text("column-department" if by == "department" else "column-person")
    columns = (
        *((Column(by, label, forms=JSON), Column("title", label, width=2)) if who else ()),
        *((Column("month", names.text("column-month"), width=1.2),) if month else ()),
        Column("handovers", names.text("column-handovers"), "number"),
        Column("on_time", names.text("column-on-time"), "number"),
        Column("complete", names.text("column-complete"), "number"),
        Column("on_time_rate", names.text("column-on-time-rate"), "share"),
        Column("complete_rate", names.text("column-complete-rate"), "share"),
        Column("items", names.text("column-items"), "number"),
        Column("items_on_time", names.text("column-items-on-time"), "number", forms=DATA),
        Column("items_complete", names.text("column-items-there"), "number"),
        Column("doubtful", names.text("column-doubtful"), "number"),
    )
    titled = names.department if by == "department" else names.person

    def row(rate: Rate, first: tuple[str, ...], of: str) -> tuple[Cell, ...]:
        return (
            *first,
            *((of,) if month else ()),
            rate.handovers,
            rate.handovers_on_time,
            rate.handovers_complete,
            rate.on_time,
            rate.complete,
            rate.items,
            rate.items_on_time,
            rate.items_complete,
            rate.handovers_doubtful,
        )

    rows = [row(rate, (rate.who, titled(rate.who)) if who else (), rate.month) for rate in found]
    whole = _joined(found)
    total = None
    if whole is not None and len(rows) > 1:
        total = row(whole, ("", names.text("total")) if who else (), "" if who else names.text("total"))
    return Table(id_, title, columns, rows, total)


def _over_months(title: str, months: Sequence[str], found: Sequence[Rate], names: Names) -> Chart:
    by_month = {rate.month: rate for rate in found}
    return Chart(
        title,
        "columns",
        tuple(months),
        (
            Series(names.text("column-on-time-rate"), tuple(by_month[month].on_time for month in months)),
            Series(names.text("column-complete-rate"), tuple(by_month[month].complete for month in months)),
        ),
        "share",
    )


def _beside(title: str, found: Sequence[Rate], names: Names, by: By) -> Chart:
    titled = names.department if by == "department" else names.person
    return Chart(
        title,
        "bars",
        tuple(titled(rate.who) for rate in found),
        (
            Series(names.text("column-on-time-rate"), tuple(rate.on_time for rate in found)),
            Series(names.text("column-complete-rate"), tuple(rate.complete for rate in found)),
        ),
        "share",
    )
