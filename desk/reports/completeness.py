"""``report completeness``: what every dossier lacks, since when, who owes it, and why we think so."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from desk.archive import Archive
from desk.reports.judging import Judged, each_judged, narrowed
from desk.reports.naming import Names
from desk.reports.scope import Scope, local_today
from desk.reports.sheet import DATA, FILES, JSON, Cell, Chart, Column, Form, Series, Sheet, Table, share
from desk.rights import needs
from dossier.model import Status
from dossier.rights import Duty
from dossier.wording import Lang

_PEOPLES: Final = frozenset({Form.TABLE, Form.HTML, Form.PDF})
_GAPS: Final = (Status.LATE, Status.MISSING, Status.DOUBTFUL, Status.DUE)


@dataclass(frozen=True, slots=True)
class Completeness:
    """The completeness report; ``dossiers`` carry the lines that were asked for."""

    as_of: date
    dossiers: tuple[Judged, ...]

    @property
    def whole(self) -> int:
        """How many of the dossiers are complete."""
        return sum(judged.complete for judged in self.dossiers)

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Return the report in the contract's shape."""
        return {"as_of": self.as_of.isoformat(), "dossiers": [one.as_json(lang) for one in self.dossiers]}

    def sheet(self, names: Names, scope: Scope, form: Form) -> Sheet:
        """Return the report as tables; people's forms show what is open unless the scope asks for all."""
        lines = _lines(self.dossiers, names, only_open=form in _PEOPLES and not scope.settled, form=form)
        sorts = _sorts(self.dossiers, names)
        counted = Counter(line.verdict.status for judged in self.dossiers for line in judged.lines)
        statuses = [status for status in Status if counted[status]]
        charts = (
            Chart(
                names.text("chart-complete"),
                "bars",
                tuple(str(row[2]) for row in sorts),
                (
                    Series(names.text("column-complete"), tuple(float(str(row[4])) for row in sorts)),
                    Series(names.text("column-incomplete"), tuple(float(str(row[5])) for row in sorts)),
                ),
                stacked=True,
            ),
            Chart(
                names.text("chart-statuses"),
                "bars",
                tuple(names.status(status) for status in statuses),
                (Series(names.text("column-requirements"), tuple(float(counted[status]) for status in statuses)),),
            ),
        )
        provisional = any(line.verdict.provisional for judged in self.dossiers for line in judged.lines)
        return Sheet(
            "completeness",
            names.text("title-completeness"),
            self.as_of,
            names.scope(scope),
            (names.text("found-completeness", dossiers=len(self.dossiers), complete=self.whole),),
            (_summary(sorts, names), lines),
            charts,
            (names.text("note-as-of"), *((names.text("note-provisional"),) if provisional else ())),
        )


@needs(Duty.REPORT)
def completeness(
    archive: Archive, *, as_of: date | None = None, dossier: str | None = None, scope: Scope | None = None
) -> Completeness:
    """Judge every open dossier that a scope asks for (or the one named) as of a day, today when None.

    With a department, a person or a span of days, dossiers without a requirement of theirs are left out.

    Raises:
        index.NoSuchThing: no dossier, or more than one, goes by that name.
        BadSpan, PackNotInForce, SortUnknown, DepartmentUnknown: the scope names what is not there.
    """
    asked = (scope or Scope(as_of=as_of or local_today(), dossier=dossier or "")).checked(archive.packs)
    every = not (asked.department or asked.person or asked.begins or asked.ends)
    with archive.index.read() as session:
        judged = (narrowed(one, asked) for one in each_judged(archive, session, asked))
        return Completeness(asked.as_of, tuple(one for one in judged if every or one.lines))


def _sorts(dossiers: Iterable[Judged], names: Names) -> list[tuple[Cell, ...]]:
    """Count dossiers, whole ones and gaps by their sort: pack, kind, title, dossiers, complete, incomplete, share …"""
    counts: dict[tuple[str, str], list[int]] = {}
    for judged in dossiers:
        held = counts.setdefault((judged.dossier.pack, judged.dossier.kind), [0] * (2 + len(_GAPS)))
        found = (1, judged.complete, *(judged.count(status) for status in _GAPS))
        held[:] = [before + count for before, count in zip(held, found, strict=True)]
    return [
        (pack, kind, names.sort(pack, kind), every, whole, every - whole, share(whole, every), *gaps)
        for (pack, kind), (every, whole, *gaps) in sorted(counts.items())
    ]


def _summary(rows: Sequence[tuple[Cell, ...]], names: Names) -> Table:
    columns = (
        Column("pack", names.text("column-pack"), forms=JSON),
        Column("kind", names.text("column-sort"), forms=JSON),
        Column("title", names.text("column-sort"), width=3),
        Column("dossiers", names.text("column-dossiers"), "number"),
        Column("complete", names.text("column-complete"), "number"),
        Column("incomplete", names.text("column-incomplete"), "number"),
        Column("share", names.text("column-share-complete"), "share"),
        *(Column(f"{status}", names.status(status), "number") for status in _GAPS),
    )
    sums = [sum(int(str(row[place])) for row in rows) for place in (3, 4, 5, 7, 8, 9, 10)]
    total = ("", "", names.text("total"), *sums[:3], share(sums[1], sums[0]), *sums[3:])
    return Table("summary", names.text("table-by-sort"), columns, rows, total if len(rows) > 1 else None)


def _lines(dossiers: Sequence[Judged], names: Names, *, only_open: bool, form: Form) -> Table:
    lang = names.lang
    columns = (
        Column("dossier", names.text("column-dossier"), width=2.5),
        Column("label", names.text("column-label"), width=2.2),
        Column("pack", names.text("column-pack"), forms=DATA - JSON),
        Column("sort", names.text("column-sort"), forms=DATA),
        Column("requirement", names.text("column-requirement"), width=2.6),
        Column("status", names.text("column-status"), "status", width=1.2),
        Column("due", names.text("column-due"), "day", width=1.5),
        Column("provisional", names.text("column-provisional"), forms=DATA),
        Column("days_late", names.text("column-late"), "number", width=0.8),
        Column("department", names.text("column-department"), width=1.4, forms=FILES),
        Column("role", names.text("column-role"), width=1.4, forms=DATA),
        Column("person", names.text("column-person"), width=1.6),
        Column("reason", names.text("column-reason"), width=4),
        Column("evidence", names.text("column-evidence"), width=3, forms=FILES),
    )
    rows: list[tuple[Cell, ...]] = []
    proven = form in FILES
    for judged in dossiers:
        proofs = judged.evidence(lang) if proven else (None,) * len(judged.lines)
        for line, proof in zip(judged.lines, proofs, strict=True):
            if only_open and line.settled:
                continue
            verdict = line.verdict
            owes = verdict.owes
            rows.append(
                (
                    judged.key,
                    judged.label,
                    line.pack.title[lang],
                    line.kind.title[lang],
                    line.title(lang),
                    line.status,
                    verdict.due,
                    names.text("yes") if verdict.provisional else "",
                    verdict.days_late or None,
                    names.department(owes.department or owes.role) if owes else "",
                    names.role(owes.role) if owes else "",
                    names.owing(owes) if owes else "",
                    line.reason(lang),
                    proof.say(lang) if proof else "",
                )
            )
    title = names.text("table-open" if only_open else "table-all")
    return Table("lines", title, columns, rows, marks={"due": "provisional"})
