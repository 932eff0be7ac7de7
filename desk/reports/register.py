"""``report register``: the sign-in register 簽收簿 over all dossiers: who gave what to whom when, what was missing."""

from collections import Counter

from desk import handing_over
from desk.archive import Archive
from desk.handing_over import Line
from desk.reports.naming import Names
from desk.reports.scope import Scope
from desk.reports.sheet import JSON, Cell, Chart, Column, Form, Series, Sheet, Table
from desk.rights import dossier_for, listed
from desk.sayings import kind_title
from dossier.folding import fold
from dossier.rights import Deed
from index.handovers import handovers


def register(archive: Archive, scope: Scope, names: Names, form: Form) -> Sheet:
    """Return the register's lines up to the scope's day; a person is one who gave or took."""
    del form
    until = min(scope.as_of, scope.ends) if scope.ends else scope.as_of
    with archive.index.read() as session:
        ids = listed(archive, session)
        if scope.dossier:
            ids = frozenset({dossier_for(archive, session, Deed.LIST, scope.dossier).id})
        found = handovers(session, dossiers=ids, since=scope.begins, until=until)
        lines = handing_over.lines(archive, session, found)
    kinds = {kind for _, kind in scope.kinds(archive.packs)}
    person = fold(scope.person)
    kept = [
        line for line in lines if line.kind.id in kinds and (not person or person in {fold(line.gave), fold(line.took)})
    ]
    months = sorted({f"{line.on:%Y-%m}" for line in kept})
    short = Counter(f"{line.on:%Y-%m}" for line in kept if line.missing or line.doubtful)
    every = Counter(f"{line.on:%Y-%m}" for line in kept)
    chart = Chart(
        names.text("chart-register"),
        "columns",
        tuple(months),
        (
            Series(names.text("column-complete"), tuple(float(every[month] - short[month]) for month in months)),
            Series(names.text("column-incomplete"), tuple(float(short[month]) for month in months)),
        ),
        stacked=True,
    )
    columns = (
        Column("id", names.text("column-what"), forms=JSON),
        Column("on", names.text("column-handed-on"), "day", width=1.3),
        Column("dossier", names.text("column-dossier"), width=2.5),
        Column("label", names.text("column-label"), width=2),
        Column("gave", names.text("column-gave"), width=1.6),
        Column("took", names.text("column-took"), width=1.6),
        Column("count", names.text("column-items"), "number", width=0.7),
        Column("documents", names.text("column-papers"), width=3),
        Column("missing", names.text("column-missing"), width=3),
        Column("doubtful", names.text("column-to-check"), width=2),
        Column("note", names.text("column-noted"), width=1.5),
    )
    return Sheet(
        "register",
        names.text("title-register"),
        scope.as_of,
        names.scope(scope),
        (names.text("found-register", handovers=len(kept), gaps=sum(short.values())),),
        (Table("handovers", names.text("table-register"), columns, [_row(line, names) for line in kept]),),
        (chart,),
        (names.text("note-register"),),
    )


def _row(line: Line, names: Names) -> tuple[Cell, ...]:
    comma = names.text("comma")
    return (
        line.id,
        line.on,
        line.dossier,
        line.label,
        line.gave,
        line.took,
        len(line.documents),
        comma.join(kind_title(paper.kind, names.lang) for paper in line.documents),
        comma.join(line.titles(line.missing, names.lang)),
        comma.join(line.titles(line.doubtful, names.lang)),
        line.note,
    )
