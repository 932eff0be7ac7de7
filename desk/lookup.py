"""Find pages and dossiers."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select as sa_select
from sqlmodel import col

from desk.archive import Archive
from desk.handing_over import Line, lines_of
from desk.reports import Judged, judge
from desk.reports.standings import Standings
from desk.rights import allowed, dossier_for, needs, sight
from dossier.conditionwords import value_title
from dossier.derive import known
from dossier.model import Status
from dossier.pack import OPENED, DossierKind
from dossier.rights import ORDINARY, Deed
from dossier.wording import Lang
from index.browsing import browse
from index.corrections import label_changes
from index.search import Hit, Results
from index.search import search as search_pages
from index.tables import Document

__all__ = ["DocumentRow", "DossierView", "Found", "Hit", "Row", "dossier", "dossiers", "search"]

GAPS = (Status.MISSING, Status.LATE, Status.DUE, Status.DOUBTFUL)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found."""

    results: Results

    @property
    def total(self) -> int:
        """How many pages answer in all."""
        return self.results.total

    @property
    def hits(self) -> tuple[Hit, ...]:
        """Those asked for."""
        return self.results.hits

    @property
    def suggestion(self) -> str | None:
        """A query that would find something, when this one found nothing."""
        return self.results.suggestion

    def as_json(self) -> dict[str, Any]:
        """Return the hits in the contract's shape."""
        return {
            "total": self.total,
            "hits": [
                {
                    "document": hit.document,
                    "dossier": hit.dossier,
                    "label": hit.dossier_label,
                    "kind": hit.kind,
                    "page": hit.page,
                    "snippet": hit.snippet,
                    "marks": [list(mark) for mark in hit.marks],
                    "boxes": [list(box) for box in hit.boxes],
                    "width": hit.width,
                    "height": hit.height,
                    "score": round(hit.score, 6),
                }
                for hit in self.hits
            ],
            "suggestion": self.suggestion,
        }


@dataclass(frozen=True, slots=True)
class Row:
    """One dossier in a list."""

    key: str
    label: str
    kind: DossierKind
    pack: str
    opened: date
    documents: int
    missing: int
    late: int

    def title(self, lang: Lang) -> str:
        """Return what people call this sort of dossier."""
        return self.kind.title[lang]

    def as_json(self) -> dict[str, Any]:
        """Return the row as plain JSON values."""
        return {
            "key": self.key,
            "label": self.label,
            "kind": self.kind.id,
            "pack": self.pack,
            "opened": self.opened.isoformat(),
            "documents": self.documents,
            "missing": self.missing,
            "late": self.late,
            "complete": not self.missing,
        }


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document of a dossier; ``day`` is its own date, else the day it came in."""

    id: str
    kind: str
    day: date
    pages: int
    review: bool


@dataclass(frozen=True, slots=True)
class Name:
    """What a dossier was called, and since when."""

    label: str
    since: datetime
    by: str


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact of a dossier; ``entered`` by somebody, or else read from its documents or held by default."""

    id: str
    title: str
    value: str
    entered: bool


@dataclass(frozen=True, slots=True)
class DossierView:
    """One dossier whole: what it is, its documents newest first, its verdicts, its names, the present one last, and
    the sign-in register, earliest first.
    """

    row: Row
    documents: tuple[DocumentRow, ...]
    judged: Judged
    names: tuple[Name, ...] = ()
    register: tuple[Line, ...] = ()

    def facts(self, lang: Lang) -> list[FactRow]:
        """Return what is known of the dossier, with the titles of facts and choices."""
        kind, dossier = self.row.kind, self.judged.dossier
        found = known(dossier, kind, dossier.documents).facts
        return [
            FactRow(rule.id, rule.title[lang], value_title(rule, found[rule.id], lang), rule.id in dossier.facts)
            for rule in kind.facts.values()
            if rule.id in found
        ]

    def events(self, lang: Lang) -> list[tuple[str, date]]:
        """Return what happened, entered or read from documents, with the events' titles."""
        kind, dossier = self.row.kind, self.judged.dossier
        found = known(dossier, kind, dossier.documents).events
        named = [
            (kind.events[name][lang], event) for name, events in found.items() if name != OPENED for event in events
        ]
        return [(title, event.on) for title, event in sorted(named, key=lambda pair: pair[1].on)]

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Return the dossier as plain JSON values, its verdicts in the contract's shape."""
        closed = self.judged.dossier.closed
        return {
            **self.row.as_json(),
            "identifiers": {k: list(v) for k, v in self.judged.dossier.identifiers.items()},
            "names": [{"label": one.label, "since": one.since.isoformat(), "by": one.by} for one in self.names],
            "closed": closed.isoformat() if closed else None,
            "facts": [
                {"id": fact.id, "title": fact.title, "value": fact.value, "entered": fact.entered}
                for fact in self.facts(lang)
            ],
            "events": [{"title": title, "on": on.isoformat()} for title, on in self.events(lang)],
            "documents": [
                {"id": d.id, "kind": d.kind, "date": d.day.isoformat(), "pages": d.pages, "review": d.review}
                for d in self.documents
            ],
            "requirements": self.judged.as_json(lang)["requirements"],
        }


@needs(Deed.SEARCH)
def search(
    archive: Archive,
    query: str,
    *,
    limit: int = 20,
    offset: int = 0,
    newest: bool = False,
    standings: Standings | None = None,
) -> Found:
    """Find pages by a query as ``docs/search.md`` describes it.

    ``standings`` are those of whoever looks again and again, as a page does.

    Raises:
        index.QueryError: the query cannot be understood.
    """

    def standing(status: str) -> Collection[str]:
        return [one.id for one in (standings or Standings()).of(archive) if one.stands(status)]

    with archive.index.read() as session:
        reached = sight(archive, session, Deed.SEARCH)
        results = search_pages(
            session,
            query,
            limit,
            offset,
            reached.levels,
            newest=newest,
            dossiers=reached.dossiers,
            standing=standing,
            today=date.today(),  # noqa: DTZ011
        )
    archive.note_look("search", "", {"query": query, "found": results.total})
    return Found(results)


@needs(Deed.LIST)
def dossiers(archive: Archive, standings: Standings | None = None) -> list[Row]:
    """Return all open dossiers of the packs in force, those with gaps first, then by key.

    ``standings`` are those of whoever looks again and again, as a page does.
    """
    found = (standings or Standings()).of(archive)
    rows = [
        Row(one.key, one.label, one.kind, one.pack, one.opened, one.documents, len(one.gaps), one.late) for one in found
    ]
    return sorted(rows, key=lambda row: (-row.late, -row.missing, row.key))


@needs(Deed.SEARCH)
def dossier(archive: Archive, name: str) -> DossierView:
    """Return the dossier that ``name`` means: its key, an identifier or its label.

    Raises:
        index.NoSuchThing: none, or more than one.
    """
    today = date.today()  # noqa: DTZ011
    with archive.index.read() as session:
        found = dossier_for(archive, session, Deed.SEARCH, name)
        ((_, whole),) = browse(session, ids=[found.id])
        columns = (Document.id, Document.kind, Document.issued, Document.received, Document.pages, Document.review)
        documents = session.execute(
            sa_select(*map(col, columns), col(Document.level))
            .where(col(Document.dossier) == found.id)
            .order_by(col(Document.received).desc())
        ).all()
        above = {one.level for one in documents} - {ORDINARY}  # the dossier itself was asked about just now
        seen = {ORDINARY, *(level for level in above if allowed(archive, session, Deed.SEARCH, found, level))}
        documents = [one for one in documents if one.level in seen]
        names = tuple(Name(one.label, one.since, one.by) for one in label_changes(session, found.id))
        register = tuple(lines_of(archive, session, found))
    archive.note_look("view", found.id, {"key": found.key})
    judged = _shown(judge(archive, [whole], today)[0], {one.id for one in documents})
    rows = [DocumentRow(d.id, d.kind, d.issued or d.received, len(d.pages), d.review) for d in documents]
    newest = tuple(sorted(rows, key=lambda row: row.day, reverse=True))
    return DossierView(_row(archive, judged), newest, judged, names, register)


def _shown(judged: Judged, documents: Collection[str]) -> Judged:
    """Return the verdicts on a dossier, naming only documents that whoever asks may know of."""
    lines = tuple(
        replace(
            line,
            verdict=replace(line.verdict, documents=tuple(one for one in line.verdict.documents if one in documents)),
        )
        for line in judged.lines
    )
    seen = tuple(one for one in judged.dossier.documents if one.id in documents)
    return replace(judged, dossier=replace(judged.dossier, documents=seen), lines=lines)


def _row(archive: Archive, judged: Judged) -> Row:
    one = judged.dossier
    return Row(
        key=one.key,
        label=one.label,
        kind=archive.packs[one.pack].dossiers[one.kind],
        pack=one.pack,
        opened=one.opened,
        documents=len(one.documents),
        missing=judged.count(*GAPS),
        late=judged.count(Status.LATE),
    )
