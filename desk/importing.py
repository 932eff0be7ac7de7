"""Open many dossiers at once from a list (a sales list): checked whole first, then taken over whole or not at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

from sqlmodel import Session, select

from desk.archive import Archive
from desk.dossiers import kind_by
from desk.rights import check, needs
from desk.spreadsheets import read_rows
from dossier.labels import label_of
from dossier.listing import ListWrong, Opening, headings_known, read_list
from dossier.model import Dossier as StandingDossier
from dossier.pack import DossierKind, Each, Pack
from dossier.problems import Problem
from dossier.rights import Deed
from index import corrections
from index import dossiers as shelf
from index.errors import NoSuchThing
from index.tables import Dossier
from ingest import filing as placing

Outcome = Literal["opened", "completed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Row:
    """What became (or would become) of one row of a list."""

    row: int
    key: str
    outcome: Outcome

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"row": self.row, "key": self.key, "outcome": self.outcome}


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do when ``tried`` only; ``filed`` papers found their dossier by it."""

    kind: str
    tried: bool
    rows: tuple[Row, ...]
    filed: int = 0

    def count(self, outcome: Outcome) -> int:
        """Return how many rows came out so."""
        return sum(row.outcome == outcome for row in self.rows)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "kind": self.kind,
            "dry_run": self.tried,
            "opened": self.count("opened"),
            "completed": self.count("completed"),
            "unchanged": self.count("unchanged"),
            "filed": self.filed,
            "rows": [row.as_json() for row in self.rows],
        }


@needs(Deed.CHANGE)
def import_list(
    archive: Archive,
    kind: str,
    file: Path,
    *,
    encoding: str = "",
    sheet: str = "",
    replace: bool = False,
    dry_run: bool = False,
) -> Imported:
    """Open (or complete) a dossier of ``kind`` for every row of a CSV or XLSX list, as ``docs/packs.md`` describes it.

    A value that differs from the one a dossier has already is a problem, unless it is to ``replace`` it. With
    ``dry_run`` everything is checked and nothing is taken over.

    Raises:
        KindUnclear: there is no such dossier kind, or several.
        ListUnreadable, ListNotText, ListTooLarge, SheetUnknown: the file cannot be read.
        ListWrong: the list cannot be taken over; every problem is told with its row, and nothing was changed.
    """
    pack, found = kind_by(archive, kind)
    rows = read_rows(file, lambda heading: headings_known(heading, found), encoding=encoding, sheet=sheet)
    today = date.today()  # noqa: DTZ011  # a day where the office is
    openings = read_list(file.name, rows, found, today=today)
    if dry_run:
        with archive.index.read() as session:
            return Imported(found.id, True, _List(archive, session, pack, found).outcomes(file.name, openings, replace))
    now = datetime.now(UTC)
    with archive.index.write() as session:
        work = _List(archive, session, pack, found)
        outcomes = work.outcomes(file.name, openings, replace)
        for opening, row in zip(openings, outcomes, strict=True):
            if row.outcome != "unchanged":
                work.take(opening, row, now, today)
        facts = {"kind": found.id, "rows": len(outcomes), "opened": sum(row.outcome == "opened" for row in outcomes)}
        archive.note(session, "import-dossiers", pack.id, facts)
        filed = placing.file_waiting(session, archive.shelves, now)
    return Imported(found.id, False, outcomes, filed)


@dataclass(frozen=True, slots=True)
class _List:
    """One list on its way into the index."""

    archive: Archive
    session: Session
    pack: Pack
    kind: DossierKind

    def outcomes(self, source: str, openings: Sequence[Opening], replace: bool) -> tuple[Row, ...]:
        """Say what each row will do, or refuse the list with every row that contradicts what stands already."""
        problems: list[Problem] = []
        found: list[Row] = []
        for opening in openings:
            row = self._meant(opening)
            if row is None:
                found.append(Row(opening.row, opening.key, "opened"))
                continue
            check(self.archive, self.session, Deed.CHANGE, row)
            ((_, model),) = shelf.dossiers(self.session, ids=[row.id])
            if not replace:
                problems += self._contradictions(source, opening, model)
            found.append(Row(opening.row, row.key, "completed" if self._adds(opening, model) else "unchanged"))
        if problems:
            raise ListWrong(source, tuple(problems))
        return tuple(found)

    def take(self, opening: Opening, row: Row, now: datetime, today: date) -> None:
        """Open the dossier of a row, or complete it."""
        if row.outcome == "opened":
            self._open(opening, now, today)
        else:
            self._complete(opening, now)

    def _open(self, opening: Opening, now: datetime, today: date) -> None:
        opened = opening.opened or today
        identifiers = {type_: (value,) for type_, value in opening.identifiers.items()}
        known = StandingDossier(
            opening.key, self.kind.id, "", self.pack.id, opened, opening.facts, opening.events, identifiers=identifiers
        )
        made = shelf.open_dossier(
            self.session,
            key=opening.key,
            kind=self.kind.id,
            pack=self.pack.id,
            opened=opened,
            at=now,
            label=label_of(known, self.kind),
            department=self.archive.asker.department,
            identifiers=identifiers,
            by=placing.MACHINE,
        )
        for name, value in opening.facts.items():
            shelf.set_fact(self.session, made.id, name, value, by=self.archive.who, at=now)
        for event in opening.events:
            shelf.add_event(self.session, made.id, event)

    def _complete(self, opening: Opening, now: datetime) -> None:
        row = self._meant(opening)
        if row is None:
            raise NoSuchThing(id=opening.key)
        ((_, model),) = shelf.dossiers(self.session, ids=[row.id])
        if opening.opened is not None:
            row.opened = opening.opened
            self.session.add(row)
        for type_, value in opening.identifiers.items():
            shelf.identify(self.session, row.id, type_, value)
        for name, value in opening.facts.items():
            if model.facts.get(name) != value:
                shelf.set_fact(self.session, row.id, name, value, by=self.archive.who, at=now)
        standing = {(event.kind, event.on) for event in model.events}
        for event in opening.events:
            if (event.kind, event.on) in standing:
                continue
            if event.kind not in self._recurring():
                corrections.take_back_event(self.session, row.id, event.kind, None)
            shelf.add_event(self.session, row.id, event)
        placing.name_dossier(self.session, row.id, self.archive.shelves, now)

    def _meant(self, opening: Opening) -> Dossier | None:
        """Return the dossier that stands under the row's key, or has it as an identifier where only one does."""
        dossier = select(Dossier).where(
            Dossier.pack == self.pack.id, Dossier.kind == self.kind.id, Dossier.key == opening.key
        )
        standing = self.session.exec(dossier).first()
        if standing is not None:
            return standing
        key: dict[str, list[str]] = {opening.key_type: [opening.key]}
        found = shelf.find_dossiers(self.session, key, pack=self.pack.id, kind=self.kind.id)
        return found[0] if len(found) == 1 else None

    def _contradictions(self, source: str, opening: Opening, model: StandingDossier) -> Iterator[Problem]:
        for name, value in opening.facts.items():
            if model.facts.get(name, value) != value:
                facts = {"column": name, "value": value, "has": model.facts[name]}
                yield Problem(source, opening.row, "policy.list_differs", facts)
        for event in opening.events:
            days = sorted({each.on for each in model.events if each.kind == event.kind})
            if days and event.on not in days and event.kind not in self._recurring():
                said = {"column": event.kind, "value": event.on, "has": ", ".join(map(str, days))}
                yield Problem(source, opening.row, "policy.list_differs", said)

    def _adds(self, opening: Opening, model: StandingDossier) -> bool:
        events = {(event.kind, event.on) for event in model.events}
        return (
            any(model.facts.get(name) != value for name, value in opening.facts.items())
            or any((event.kind, event.on) not in events for event in opening.events)
            or any(value not in model.identifiers.get(type_, ()) for type_, value in opening.identifiers.items())
            or (opening.opened is not None and opening.opened != model.opened)
        )

    def _recurring(self) -> frozenset[str]:
        """Return the events that happen more than once: a second day of theirs contradicts nothing."""
        turns = {rule.turn.event for rule in self.kind.requirements if isinstance(rule.turn, Each)}
        counted = {rule.event for rule in self.kind.requirements if rule.event}
        return frozenset(turns | counted | {rule.event for rule in self.kind.derive if rule.every})
