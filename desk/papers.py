"""Paper twins: which papers there are, where they lie, who has them, and whether they are where the ledger says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlmodel import Session

from desk.archive import Archive
from desk.custodians import hidden, keeps
from desk.rights import allowed, dossier_for, listed, needs
from desk.sayings import kind_title
from dossier.errors import ExitCode, JuanzongError
from dossier.rights import ORDINARY, Deed, Duty
from dossier.wording import Lang
from index import paper
from index.paper import DOSSIERS, IN, MISSING, OUT, TITLES, PaperTwin, Stocktake
from index.tables import Document, Dossier

PLACES: Final = ("cabinet", "safe", "box", "shelf")
SAFE: Final = "safe"


class PaperInSafe(JuanzongError):
    """A title document was to be kept outside the safe."""

    exit_code = ExitCode.REFUSED
    wording = "paper.title-in-safe"


class PaperOut(JuanzongError):
    """A paper that is lent was to be put somewhere."""

    exit_code = ExitCode.REFUSED
    wording = "paper.is-out"


class NotInDossier(JuanzongError):
    """A document is in no dossier, so its paper has no place in a ledger."""

    exit_code = ExitCode.REFUSED
    wording = "paper.not-in-dossier"


@dataclass(frozen=True, slots=True)
class PaperView:
    """A paper as people see it; ``history`` are its lines in the ledger."""

    id: str
    ledger: str
    number: int
    dossier: str
    document: str
    title: str
    sort: str
    place: str
    copies: int
    state: str
    condition: str
    loan: str
    history: tuple[dict[str, Any], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "paper": self.id,
            "ledger": self.ledger,
            "number": self.number,
            "dossier": self.dossier,
            "document": self.document or None,
            "title": self.title,
            "sort": self.sort,
            "place": self.place,
            "copies": self.copies,
            "state": self.state,
            "condition": self.condition,
            "loan": self.loan or None,
            "history": [dict(one) for one in self.history],
        }


@dataclass(frozen=True, slots=True)
class Checked:
    """An inventory check: what should lie at a place, what was not there, and what was there besides."""

    place: str
    expected: int
    missing: tuple[PaperView, ...]
    surplus: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "place": self.place,
            "expected": self.expected,
            "missing": [one.as_json() for one in self.missing],
            "surplus": list(self.surplus),
        }


@needs(Duty.LEND)
def enter(
    archive: Archive,
    given: str,
    *,
    sort: str,
    place: str,
    title: str = "",
    copies: int = 1,
    condition: str = "",
    lang: Lang = "zh-Hant",
) -> PaperView:
    """Enter the paper of a document, or of a whole dossier, in the ledger: dossiers, or title documents in the safe.

    Kinds that the pack keeps apart are title documents (article 4): own ledger, own numbers, always in the safe.

    Raises:
        index.NoSuchThing: there is no such dossier or document, or none that one may know of.
        NotInDossier: the document lies in no dossier.
        PaperInSafe: a title document was to be kept elsewhere.
    """
    now = datetime.now(UTC)
    with archive.index.write() as session:
        document = session.get(Document, given.strip().lower())
        if document is not None and document.dossier is None:
            raise NotInDossier(document=document.id)
        name = document.dossier if document is not None and document.dossier else given
        dossier = dossier_for(archive, session, Deed.LIST, name)
        if document is not None and not keeps(archive, session, dossier, document.level):
            raise hidden(archive, Duty.LEND, given)
        pack = archive.packs.get(dossier.pack)
        apart = pack.dossiers[dossier.kind].apart if pack is not None and dossier.kind in pack.dossiers else ()
        ledger = TITLES if document is not None and document.kind in apart else DOSSIERS
        if ledger == TITLES and sort != SAFE:
            raise PaperInSafe(document=document.id if document is not None else given)
        shown = title.strip() or (kind_title(document.kind, lang) if document is not None else dossier.label)
        row = PaperTwin(
            dossier=dossier.id,
            document=document.id if document is not None else None,
            title=shown,
            ledger=ledger,
            number=paper.next_number(session, ledger),
            sort=sort,
            place=place.strip(),
            copies=copies,
            condition=condition.strip(),
            entered=now,
            by=archive.who,
        )
        session.add(row)
        session.flush()
        paper.move(session, row, "entered", by=archive.who, at=now, condition=condition.strip())
        archive.note(session, "paper-enter", row.id, {"ledger": f"{ledger}/{row.number}", "place": f"{sort} {place}"})
        return _view(session, row)


@needs(Duty.LEND)
def move(archive: Archive, number: str, *, sort: str, place: str, note: str = "") -> PaperView:
    """Put a paper in another place.

    Raises:
        index.NoSuchThing: there is no such paper, or it is another custodian's.
        PaperOut: it is lent.
        PaperInSafe: a title document was to be kept elsewhere.
    """
    with archive.index.write() as session:
        row = paper.twin(session, number)
        if not _kept(archive, session, row):
            raise hidden(archive, Duty.LEND, number)
        if row.state == OUT:
            raise PaperOut(paper=f"{row.ledger}/{row.number}", loan=row.loan)
        if row.ledger == TITLES and sort != SAFE:
            raise PaperInSafe(document=row.document or row.title)
        now = datetime.now(UTC)
        paper.move(session, row, "moved", by=archive.who, at=now, state=IN, sort=sort, place=place.strip(), note=note)
        archive.note(session, "paper-move", row.id, {"place": f"{sort} {place.strip()}"})
        return _view(session, row)


@needs(Deed.LIST)
def papers(
    archive: Archive, *, dossier: str | None = None, place: str | None = None, ledger: str | None = None
) -> list[PaperView]:
    """Return the ledger, or what of it concerns a dossier or lies at a place, as far as one may know of it.

    Raises:
        index.NoSuchThing: there is no such dossier.
    """
    with archive.index.read() as session:
        wanted = dossier_for(archive, session, Deed.LIST, dossier).id if dossier is not None else None
        rows = paper.twins(session, dossier=wanted, place=place, ledger=ledger)
        reached = listed(archive, session)
        rows = [row for row in rows if reached is None or row.dossier in reached]
        return [_view(session, row) for row in rows if _seen(archive, session, row)]


@needs(Duty.LEND)
def check(archive: Archive, place: str, found: Sequence[str]) -> Checked:
    """Compare what was found at a place (numbers of papers) with the ledger; what is not there is noted as missing.

    Only papers in the care of whoever checks are looked for: what is confidential or secret has a
    custodian of its own. A paper noted as missing that is found is noted as there again.
    """
    now = datetime.now(UTC)
    with archive.index.write() as session:
        rows = [row for row in paper.twins(session, place=place) if row.state in {IN, MISSING}]
        rows = [row for row in rows if _kept(archive, session, row)]
        names = {name.strip().casefold() for name in found if name.strip()}
        seen = {row.id for row in rows if names & {row.id, f"{row.ledger}/{row.number}", row.title.casefold()}}
        known = {name for row in rows for name in (row.id, f"{row.ledger}/{row.number}", row.title.casefold())}
        for row in rows:
            there = row.id in seen
            what = "checked" if there and row.state == IN else "found" if there else "missing"
            paper.move(session, row, what, by=archive.who, at=now, state=IN if there else MISSING)
        gone = [row for row in rows if row.id not in seen]
        surplus = sorted(names - known)
        session.add(
            Stocktake(
                place=place,
                at=now,
                by=archive.who,
                expected=[row.id for row in rows],
                missing=[row.id for row in gone],
                surplus=surplus,
            )
        )
        archive.note(session, "stocktake", "", {"place": place, "missing": len(gone), "surplus": len(surplus)})
        return Checked(place, len(rows), tuple(_view(session, row) for row in gone), tuple(surplus))


def _kept(archive: Archive, session: Session, row: PaperTwin) -> bool:
    """Tell whether a paper is in the care of whoever asks."""
    return keeps(archive, session, session.get(Dossier, row.dossier), _level(session, row))


def _seen(archive: Archive, session: Session, row: PaperTwin) -> bool:
    """Tell whether whoever asks may know of a paper, for the level of its document."""
    level = _level(session, row)
    return level == ORDINARY or allowed(archive, session, Deed.LIST, session.get(Dossier, row.dossier), level)


def _level(session: Session, row: PaperTwin) -> str:
    document = session.get(Document, row.document) if row.document else None
    return document.level if document is not None else ORDINARY


def _view(session: Session, row: PaperTwin) -> PaperView:
    dossier = session.get(Dossier, row.dossier)
    history = tuple(
        {
            "at": one.at.isoformat(timespec="seconds"),
            "by": one.by,
            "what": one.what,
            "place": one.place,
            "to": one.to,
            "condition": one.condition,
            "note": one.note,
        }
        for one in paper.moves(session, row.id)
    )
    return PaperView(
        id=row.id,
        ledger=row.ledger,
        number=row.number,
        dossier=dossier.key if dossier is not None else "",
        document=row.document or "",
        title=row.title,
        sort=row.sort,
        place=row.place,
        copies=row.copies,
        state=row.state,
        condition=row.condition,
        loan=row.loan or "",
        history=history,
    )
