"""``report stats``: what the archive holds and what waits: captures, documents by month and kind, queues."""

from collections import Counter
from datetime import date, datetime
from typing import Final

from desk.archive import Archive
from desk.reports.naming import Names
from desk.reports.scope import Scope
from desk.reports.sheet import EVERYWHERE, FILES, JSON, Cell, Chart, Column, Form, Series, Sheet, Table
from desk.rights import listed, sight
from desk.sayings import kind_title, state_title
from dossier.rights import Deed
from dossier.wording import known, say
from index import statistics
from index.journal import State

_ASIDE: Final = (State.QUARANTINED, State.LOCKED)
_SHOWN: Final = 12
"""Kinds in the chart; the table has them all."""


def stats(archive: Archive, scope: Scope, names: Names, form: Form) -> Sheet:
    """Return the statistics of the archive up to the scope's day, of its span where one is given."""
    del form
    ends = min(scope.as_of, scope.ends) if scope.ends else scope.as_of
    with archive.index.read() as session:
        seen = sight(archive, session, Deed.LIST)
        within = statistics.Within(seen.levels, seen.dossiers)
        captures = statistics.captures_by_month(session, within, scope.begins, ends)
        documents = statistics.documents_by_month(session, within, scope.begins, ends)
        pages = statistics.pages(session, within, scope.begins, ends)
        repeats = statistics.repeats(session, within, scope.begins, ends)
        waiting = statistics.in_review(session, within, scope.as_of)
        aside = statistics.set_aside(session, within, _ASIDE, scope.as_of)
        known = statistics.Within(seen.levels, listed(archive, session))
        dossiers = statistics.dossiers_by_kind(session, known, scope.as_of)
    taken, read = sum(row[2] for row in captures), sum(row[3] for row in documents)
    months = sorted({row[0] for row in captures} | {row[0] for row in documents})
    kinds = Counter[str]()
    families: dict[str, str] = {}
    per_month: Counter[str] = Counter()
    for month, kind, family, count, _ in documents:
        kinds[kind] += count
        per_month[month] += count
        families[kind] = family
    reviewed = Counter({kind: count for kind, count, _ in waiting})
    by_kind: list[tuple[Cell, ...]] = [
        (kind, kind_title(kind, names.lang), families[kind], count, reviewed[kind])
        for kind, count in kinds.most_common()
    ]
    totals: list[tuple[Cell, ...]] = [
        ("captures", names.text("stat-captures"), taken),
        ("documents", names.text("stat-documents"), read),
        ("pages", names.text("stat-pages"), pages),
        ("repeats", names.text("stat-repeats"), repeats),
        ("bytes", names.text("stat-bytes"), sum(row[3] for row in captures)),
        ("dossiers", names.text("stat-dossiers"), sum(row[2] for row in dossiers)),
        ("closed", names.text("stat-closed"), sum(row[3] for row in dossiers)),
        ("in_review", names.text("stat-review"), sum(reviewed.values())),
        ("set_aside", names.text("stat-aside"), sum(row[1] for row in aside)),
    ]
    tables = (
        Table(
            "totals",
            names.text("table-totals"),
            (
                Column("id", names.text("column-what"), forms=JSON),
                Column("title", names.text("column-what"), width=3),
                Column("count", names.text("column-count"), "number"),
            ),
            totals,
        ),
        _captures(captures, months, per_month, names),
        Table(
            "kinds",
            names.text("table-kinds"),
            (
                Column("kind", names.text("column-kind"), forms=JSON),
                Column("title", names.text("column-kind"), width=3),
                Column("family", names.text("column-family"), width=1.4, forms=FILES | JSON),
                Column("documents", names.text("column-documents"), "number"),
                Column("in_review", names.text("column-in-review"), "number"),
            ),
            by_kind,
        ),
        _documents(documents, names),
        Table(
            "dossiers",
            names.text("table-dossiers"),
            (
                Column("pack", names.text("column-pack"), forms=JSON),
                Column("kind", names.text("column-sort"), forms=JSON),
                Column("title", names.text("column-sort"), width=3),
                Column("opened", names.text("column-opened"), "number"),
                Column("closed", names.text("column-closed"), "number"),
                Column("open", names.text("column-still-open"), "number"),
            ),
            [
                (pack, kind, names.sort(pack, kind), opened, closed, opened - closed)
                for pack, kind, opened, closed in dossiers
            ],
        ),
        _queue(
            "review", "table-review", [(kind, kind_title(kind, names.lang), n, day) for kind, n, day in waiting], names
        ),
        _queue("set_aside", "table-aside", [(e, _why(e, names), n, _day(at)) for e, n, at in aside], names),
    )
    most = kinds.most_common(_SHOWN)
    charts = (
        Chart(
            names.text("chart-documents"),
            "columns",
            tuple(months),
            (Series(names.text("column-documents"), tuple(float(per_month[month]) for month in months)),),
        ),
        Chart(
            names.text("chart-kinds"),
            "bars",
            tuple(kind_title(kind, names.lang) for kind, _ in most),
            (Series(names.text("column-documents"), tuple(float(count) for _, count in most)),),
        ),
    )
    return Sheet(
        "stats",
        names.text("title-stats"),
        scope.as_of,
        names.scope(scope),
        (names.text("found-stats", captures=taken, documents=read, pages=pages),),
        tables,
        charts,
        (names.text("note-stats"),),
    )


def _captures(rows: list[statistics.Count], months: list[str], documents: Counter[str], names: Names) -> Table:
    states = tuple(State)
    seen = {row[1] for row in rows}
    counts: Counter[tuple[str, str]] = Counter()
    for month, state, count, _ in rows:
        counts[month, state] += count
    cells: list[tuple[Cell, ...]] = [
        (
            month,
            documents[month],
            sum(counts[month, state] for state in states),
            *(counts[month, state] for state in states),
        )
        for month in months
    ]
    columns = (
        Column("month", names.text("column-month"), width=1.3),
        Column("documents", names.text("column-documents"), "number"),
        Column("captures", names.text("column-captures"), "number"),
        # Data names every state; people need not read columns of zeros.
        *(
            Column(
                state.value,
                state_title(state.value, names.lang),
                "number",
                forms=EVERYWHERE if state in seen else JSON,
            )
            for state in states
        ),
    )
    sums = [sum(int(str(row[place])) for row in cells) for place in range(1, 3 + len(states))]
    return Table(
        "months", names.text("table-by-month"), columns, cells, (names.text("total"), *sums) if len(cells) > 1 else None
    )


def _documents(rows: list[statistics.Count], names: Names) -> Table:
    columns = (
        Column("month", names.text("column-month")),
        Column("kind", names.text("column-kind"), forms=JSON),
        Column("title", names.text("column-kind"), width=3),
        Column("documents", names.text("column-documents"), "number"),
    )
    cells: list[tuple[Cell, ...]] = [
        (month, kind, kind_title(kind, names.lang), count) for month, kind, _, count, _ in rows
    ]
    return Table("kinds_months", names.text("table-kinds-months"), columns, cells)


def _queue(id_: str, title: str, rows: list[tuple[Cell, ...]], names: Names) -> Table:
    first = names.text("column-kind" if id_ == "review" else "column-reason")
    columns = (
        Column("kind" if id_ == "review" else "error", first, forms=JSON),
        Column("title", first, width=4),
        Column("count", names.text("column-count"), "number"),
        Column("oldest", names.text("column-oldest"), "day", width=1.3),
    )
    return Table(id_, names.text(title), columns, rows)


def _why(error: str | None, names: Names) -> str:
    """Return the reason of a quarantine without the facts of any one capture."""
    if error is None or not known(error):
        return error or ""
    try:
        return say(error, names.lang)
    except KeyError:
        return error


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.astimezone().date()
