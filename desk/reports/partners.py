"""``report partners``: partners ranked by how complete their dossiers are and what they hold (article 19)."""

from dataclasses import dataclass
from typing import Final

from desk.archive import Archive
from desk.reports.judging import Judged, each_judged
from desk.reports.naming import Names
from desk.reports.scope import Scope
from desk.reports.sheet import DATA, Cell, Chart, Column, Form, Series, Sheet, Table
from dossier.derive import known
from dossier.model import Status
from dossier.rates import share_complete

PARTNER: Final = "partner"
_GRADE: Final = "grade"
_SHOWN: Final = 20
"""Partners in the chart; the table has them all."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One partner: ``complete`` is the share of requirements met, ``filled`` that of the facts the pack asks of it."""

    judged: Judged
    complete: float
    filled: float
    grade: str
    rank: int = 0

    @property
    def merit(self) -> tuple[float, float, int]:
        """What it is ranked by: fullest dossier, then fullest content, then least late."""
        late = sum(line.days_late for line in self.judged.lines if line.verdict.status is Status.LATE)
        return (-self.complete, -self.filled, late)


def ranked(archive: Archive, scope: Scope) -> tuple[Ranked, ...]:
    """Return the dossiers of kind ``partner`` (or of the kind asked for) by merit; equals share a rank."""
    asked = (
        scope
        if scope.kind
        else Scope(
            as_of=scope.as_of,
            department=scope.department,
            person=scope.person,
            dossier=scope.dossier,
            pack=scope.pack,
            kind=PARTNER,
        )
    )
    if not asked.kinds(archive.packs):
        return ()
    with archive.index.read() as session:
        found = [
            _measured(one)
            for one in each_judged(archive, session, asked)
            if not (asked.department or asked.person) or any(asked.owed(line.verdict.owes) for line in one.lines)
        ]
    found.sort(key=lambda each: (each.merit, each.judged.key))
    merits = [each.merit for each in found]
    return tuple(Ranked(e.judged, e.complete, e.filled, e.grade, merits.index(e.merit) + 1) for e in found)


def _measured(judged: Judged) -> Ranked:
    kind = judged.lines[0].kind if judged.lines else None
    if kind is None:
        return Ranked(judged, 1.0, 1.0, "")
    day = judged.day
    seen = [each for each in judged.dossier.documents if day is None or each.received <= day]
    facts = known(judged.dossier, kind, seen).facts
    filled = sum(name in facts for name in kind.facts) / len(kind.facts) if kind.facts else 1.0
    return Ranked(judged, share_complete(judged.verdicts), filled, str(facts.get(_GRADE, "")))


def partners(archive: Archive, scope: Scope, names: Names, form: Form) -> Sheet:
    """Return the ranking with what each dossier lacks."""
    del form
    found = ranked(archive, scope)
    rows: list[tuple[Cell, ...]] = []
    for each in found:
        judged = each.judged
        gaps = [line for line in judged.lines if not line.settled and not line.verdict.awaited]
        lacks = names.text("comma").join(line.title(names.lang) for line in gaps)
        rows.append(
            (
                each.rank,
                judged.key,
                judged.label,
                each.grade,
                each.complete,
                each.filled,
                judged.count(Status.MET, Status.WAIVED),
                len(gaps),
                judged.count(Status.LATE),
                max((line.days_late for line in gaps), default=0) or None,
                lacks,
            )
        )
    columns = (
        Column("rank", names.text("column-rank"), "number", width=0.6),
        Column("dossier", names.text("column-dossier"), width=2),
        Column("label", names.text("column-partner"), width=2.2),
        Column("grade", names.text("column-grade"), width=0.7),
        Column("complete", names.text("column-complete-rate"), "share"),
        Column("filled", names.text("column-filled"), "share"),
        Column("met", names.text("column-met"), "number", width=0.7),
        Column("gaps", names.text("column-gaps"), "number", width=0.7),
        Column("late", names.text("column-late-items"), "number", width=0.7),
        Column("days_late", names.text("column-late"), "number", width=0.8, forms=DATA),
        Column("lacks", names.text("column-lacks"), width=4),
    )
    best = found[:_SHOWN]
    chart = Chart(
        names.text("chart-partners"),
        "bars",
        tuple(each.judged.label for each in best),
        (Series(names.text("column-complete-rate"), tuple(each.complete for each in best)),),
        "share",
    )
    return Sheet(
        "partners",
        names.text("title-partners"),
        scope.as_of,
        names.scope(scope),
        (names.text("found-partners", partners=len(found), complete=sum(each.judged.complete for each in found)),),
        (Table("partners", names.text("table-ranking"), columns, rows),),
        (chart,),
        (names.text("note-partners"), names.text("note-as-of")),
    )
