"""``report ageing`` and ``report due``: how old gaps are and whose, and what has to be brought in the next days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlmodel import Session

from desk.archive import Archive
from desk.reports.judging import Judged, Judging, Line, each_judged
from desk.reports.naming import Names
from desk.reports.scope import Scope
from desk.reports.sheet import DATA, FILES, JSON, Cell, Chart, Column, Form, Series, Sheet, Table
from dossier.model import Status, Verdict
from dossier.rates import AGES, UNDATED, age, falls_on

_CLASSES: Final = (UNDATED, *AGES)
_OVERDUE: Final = frozenset({Status.LATE, Status.DOUBTFUL, Status.MISSING})


def ageing(archive: Archive, scope: Scope, names: Names, form: Form) -> Sheet:
    """Return how many gaps are how old, by department and by person, and the gaps themselves, oldest first."""
    del form
    departments: dict[str, list[int]] = {}
    persons: dict[tuple[str, str], list[int]] = {}
    gaps: list[tuple[Cell, ...]] = []
    provisional = False
    with archive.index.read() as session:
        for judged in each_judged(archive, session, scope):
            for line in judged.lines:
                verdict = line.verdict
                of = age(verdict)
                if of is None or not scope.takes(verdict):
                    continue
                owes = verdict.owes
                department = (owes.department or owes.role) if owes else ""
                person = (owes.person or owes.role) if owes else ""
                for held in (
                    departments.setdefault(department, [0] * len(_CLASSES)),
                    persons.setdefault((department, person), [0] * len(_CLASSES)),
                ):
                    held[_CLASSES.index(of)] += 1
                provisional = provisional or verdict.provisional
                gaps.append(_gap(judged, line, of, names))
    gaps.sort(key=lambda row: (-_number(row[10]), str(row[8] or ""), str(row[0])))
    counts = [sum(held[place] for held in departments.values()) for place in range(len(_CLASSES))]
    by_department: list[tuple[Cell, ...]] = [
        (department, names.department(department), *held, sum(held)) for department, held in sorted(departments.items())
    ]
    by_person: list[tuple[Cell, ...]] = [
        (person, names.person(person), names.department(department), *held, sum(held))
        for (department, person), held in sorted(persons.items())
    ]
    late = sum(counts[_CLASSES.index(AGES[1]) :])
    return Sheet(
        "ageing",
        names.text("title-ageing"),
        scope.as_of,
        names.scope(scope),
        (names.text("found-ageing", gaps=sum(counts), late=late),),
        (
            _ages(by_department, ("department",), counts, names),
            _ages(by_person, ("person", "department"), counts, names),
            _gaps(gaps, names),
        ),
        (
            Chart(
                names.text("chart-ageing"),
                "columns",
                tuple(_class(of, names) for of in _CLASSES),
                (Series(names.text("column-gaps"), tuple(map(float, counts))),),
            ),
            Chart(
                names.text("chart-ageing-by-department"),
                "bars",
                tuple(str(row[1]) for row in by_department),
                tuple(
                    Series(_class(of, names), tuple(float(_number(row[2 + place])) for row in by_department))
                    for place, of in enumerate(_CLASSES)
                ),
                stacked=True,
            ),
        ),
        (
            names.text("note-ageing"),
            *((names.text("note-provisional"),) if provisional else ()),
            names.text("note-as-of"),
        ),
    )


def _number(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0


def _class(of: int, names: Names) -> str:
    """Return what people call a class of ages."""
    if of == UNDATED:
        return names.text("age-undated")
    if of == 0:
        return names.text("age-not-late")
    after = AGES[AGES.index(of) + 1 :]
    return names.text("age-days", days=f"{of}–{after[0] - 1}" if after else f"{of}+")


def _ages(rows: Sequence[tuple[Cell, ...]], who: tuple[str, ...], counts: Sequence[int], names: Names) -> Table:
    label = names.text(f"column-{who[0]}")
    columns = (
        Column(who[0], label, forms=JSON),
        Column("title", label, width=2),
        *(Column("department", names.text("column-department"), width=1.8) for _ in who[1:]),
        *(Column(_class_id(of), _class(of, names), "number") for of in _CLASSES),
        Column("gaps", names.text("column-gaps"), "number"),
    )
    sums: tuple[Cell, ...] = ("", names.text("total"), *("" for _ in who[1:]), *counts, sum(counts))
    title = names.text(f"table-by-{who[0]}")
    return Table(f"{who[0]}s", title, columns, rows, sums if len(rows) > 1 else None)


def _class_id(of: int) -> str:
    return "undated" if of == UNDATED else "not_late" if of == 0 else f"late_from_{of}"


def _gap(judged: Judged, line: Line, of: int, names: Names) -> tuple[Cell, ...]:
    verdict = line.verdict
    owes = verdict.owes
    return (
        judged.key,
        judged.label,
        names.sort(judged.dossier.pack, judged.dossier.kind),
        verdict.id,
        line.title(names.lang),
        line.status,
        names.department(owes.department or owes.role) if owes else "",
        names.owing(owes) if owes else "",
        verdict.due,
        names.text("yes") if verdict.provisional else "",
        verdict.days_late,
        _class(of, names),
        line.reason(names.lang),
    )


def _gaps(rows: Sequence[tuple[Cell, ...]], names: Names) -> Table:
    columns = (
        Column("dossier", names.text("column-dossier"), width=2.5),
        Column("label", names.text("column-label"), width=2),
        Column("sort", names.text("column-sort"), width=1.4, forms=DATA),
        Column("requirement", names.text("column-requirement"), forms=JSON),
        Column("requirement_title", names.text("column-requirement"), width=2.4),
        Column("status", names.text("column-status"), "status", width=1.1),
        Column("department", names.text("column-department"), width=1.4, forms=FILES | JSON),
        Column("person", names.text("column-person"), width=1.6),
        Column("due", names.text("column-due"), "day", width=1.3),
        Column("provisional", names.text("column-provisional"), forms=DATA),
        Column("days_late", names.text("column-late"), "number", width=0.8),
        Column("class", names.text("column-age"), width=1.2, forms=DATA),
        Column("reason", names.text("column-reason"), width=3.4, forms=FILES | JSON),
    )
    return Table("gaps", names.text("table-gaps"), columns, rows, marks={"due": "provisional"})


@dataclass(frozen=True, slots=True)
class Owed:
    """Something that has to be brought, to whom it falls, and by which day (None: no day is set).

    ``lapses`` tells a paper that is there and runs out on that day.
    """

    judged: Judged
    line: Line
    by: date | None
    lapses: bool

    @property
    def verdict(self) -> Verdict:
        """The verdict behind it."""
        return self.line.verdict

    @property
    def who(self) -> str:
        """The person, or else the role, that owes it; empty when nobody does."""
        owes = self.verdict.owes
        return "" if owes is None else owes.person or owes.role


def owed(archive: Archive, session: Session, scope: Scope, *, overdue: bool) -> Iterator[Owed]:
    """Yield what falls due from the scope's day within its working days; with ``overdue`` also what is late already."""
    judging = Judging(archive)
    lasts = {name: judging.calendar(name).after(scope.as_of, scope.days) for name in archive.packs}
    for judged in each_judged(archive, session, scope):
        kept = replace(judged, dossier=replace(judged.dossier, documents=()))
        for line in judged.lines:
            verdict = line.verdict
            if not scope.owed(verdict.owes):
                continue
            day = falls_on(verdict)
            if day is not None and scope.as_of <= day <= lasts[judged.dossier.pack]:
                yield Owed(kept, line, day, verdict.status is Status.MET)
            elif overdue and verdict.status in _OVERDUE and (day is None or day < scope.as_of):
                yield Owed(kept, line, verdict.due, lapses=False)


def due(archive: Archive, scope: Scope, names: Names, form: Form) -> Sheet:
    """Return what has to be brought within the next working days, soonest first, and how much each person owes."""
    del form
    with archive.index.read() as session:
        found = sorted(
            owed(archive, session, scope, overdue=False),
            key=lambda each: (each.by or date.max, each.judged.key, each.verdict.id),
        )
    rows: list[tuple[Cell, ...]] = [
        (
            each.by,
            names.text("yes") if each.verdict.provisional else "",
            each.judged.key,
            each.judged.label,
            names.sort(each.judged.dossier.pack, each.judged.dossier.kind),
            each.verdict.id,
            each.line.title(names.lang),
            each.line.status,
            names.text("due-lapses" if each.lapses else "due-brought"),
            each.verdict.owes.department or each.verdict.owes.role if each.verdict.owes else "",
            names.department(each.verdict.owes.department or each.verdict.owes.role) if each.verdict.owes else "",
            names.owing(each.verdict.owes) if each.verdict.owes else "",
            each.lapses,
        )
        for each in found
    ]
    columns = (
        Column("due", names.text("column-due"), "day", width=1.3),
        Column("provisional", names.text("column-provisional"), forms=DATA),
        Column("dossier", names.text("column-dossier"), width=2.5),
        Column("label", names.text("column-label"), width=2),
        Column("sort", names.text("column-sort"), width=1.4, forms=DATA),
        Column("requirement", names.text("column-requirement"), forms=JSON),
        Column("requirement_title", names.text("column-requirement"), width=2.6),
        Column("status", names.text("column-status"), "status", forms=DATA),
        Column("what", names.text("column-what"), width=1.4, forms=frozenset(Form) - JSON),
        Column("department", names.text("column-department"), forms=JSON),
        Column("department_title", names.text("column-department"), width=1.4, forms=FILES | JSON),
        Column("person", names.text("column-person"), width=1.6),
        Column("lapses", names.text("column-what"), forms=JSON),
    )
    days = tuple(dict.fromkeys(each.by for each in found if each.by))
    people: dict[str, int] = {}
    for each in found:
        people[each.who] = people.get(each.who, 0) + 1
    counts: list[tuple[Cell, ...]] = [
        (who, names.person(who), count) for who, count in sorted(people.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    provisional = any(each.verdict.provisional for each in found)
    return Sheet(
        "due",
        names.text("title-due", days=scope.days),
        scope.as_of,
        names.scope(scope),
        (names.text("found-due", count=len(found), days=scope.days),),
        (
            Table("due", names.text("table-due"), columns, rows, marks={"due": "provisional"}),
            Table(
                "persons",
                names.text("table-by-person"),
                (
                    Column("person", names.text("column-person"), forms=JSON),
                    Column("title", names.text("column-person"), width=2),
                    Column("items", names.text("column-items"), "number"),
                ),
                counts,
            ),
        ),
        (
            Chart(
                names.text("chart-due"),
                "columns",
                tuple(day.isoformat() for day in days),
                (Series(names.text("column-items"), tuple(float(sum(e.by == day for e in found)) for day in days)),),
            ),
        ),
        (*((names.text("note-provisional"),) if provisional else ()), names.text("note-as-of")),
    )
