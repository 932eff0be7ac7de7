"""Destroy documents for good: their keys everywhere, what the index knows of them, and the copies that lie about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlmodel import Session, col, or_, select

from desk import retrieval
from desk.archive import Archive
from desk.backups import holds_all, refresh
from desk.custody import refuse_held
from desk.rights import needs
from desk.stores import open_place
from dossier.errors import ExitCode, JuanzongError, VaultFailed
from dossier.rights import Duty
from index import journal
from index.compacting import compact
from index.forgetting import forget
from index.places import places
from index.tables import Capture, Document, Sighting
from ingest.copies import copies
from ingest.received import PREFIX
from vault import destroy as destruction
from vault.destroy import Certificate, OutOfReach
from vault.progress import SILENT, Progress
from vault.stores.store import Store

TWO: Final = 2
"""Destruction is decided by two people."""


class TwoPeople(JuanzongError):
    """A destruction was asked for that fewer than two people decided."""

    exit_code = ExitCode.REFUSED
    wording = "desk.two-people"


class ReasonMissing(JuanzongError):
    """A destruction was asked for without a reason."""

    exit_code = ExitCode.REFUSED
    wording = "desk.reason-missing"


@dataclass(frozen=True, slots=True)
class Gone:
    """A destruction carried out."""

    certificate: Certificate
    captures: tuple[str, ...]
    copies: tuple[Path, ...]
    """Copies in ``done/`` of drop folders, deleted."""
    unseen: tuple[Path, ...]
    """Drop folders that could not be looked into: copies may lie there."""
    refreshed: tuple[str, ...]
    """Backups from which the keys are gone and that were brought up to date, older snapshots removed."""
    stale: tuple[str, ...] = ()
    """Backups from which the keys are gone while copies of the old index are left in them, sealed."""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "captures": list(self.captures),
            "statement": self.certificate.statement().decode(),
            "signer": self.certificate.signer,
            "signature": self.certificate.signature.hex(),
            "copies_deleted": [str(path) for path in self.copies],
            "folders_unseen": [str(path) for path in self.unseen],
            "backups_cleared": list(self.refreshed),
            "backups_to_refresh": list(self.stale),
            "backups_out_of_reach": [
                {"place": one.place, "kept_until": one.lapses.isoformat() if one.lapses else None}
                for one in self.certificate.out_of_reach
            ],
        }


@needs(Duty.DESTROY)
def destroy(
    archive: Archive,
    documents: Sequence[str],
    *,
    reason: str,
    decided_by: Sequence[str],
    planned: bool = False,
    progress: Progress = SILENT,
) -> Gone:
    """Destroy captures for good and return what is to be certified.

    ``documents`` are whole numbers of documents or captures, never beginnings of them; a capture goes with every
    document in it, and with the file it came in and all that came in that file: their bytes hold each other.

    The keys go from the store and from every backup within reach; backups out of reach are named with the day they
    lapse. Copies of the scans in ``done/`` of their drop folders are deleted. Run again after a failure.

    Only the archive's owner may name the two people; of anybody else, both must have decided themselves (``planned``,
    see ``desk.retention``).

    Raises:
        TwoPeople, ReasonMissing: fewer than two different people decided, or nobody said why.
        custody.OnHold: a dossier that something of it lies in is held.
        NoSuchDocument, Ambiguous: there is no such document.
        vault.StoreLied, vault.StoreFailed: a store cannot remove; run again.
    """
    two = len({name.strip().casefold() for name in decided_by if name.strip()}) >= TWO
    if not two or not (planned or archive.asker.owner):
        raise TwoPeople
    if not reason.strip():
        raise ReasonMissing
    with archive.index.read() as session:
        found = (retrieval.capture_by(session, number, whole=True) for number in documents)
        rows = _with_kin(session, {one.id: one for one in found})
        refuse_held(session, _dossiers(session, rows))
        drops = {row.id: _drops(session, row) for row in rows}
    within, beyond = _backups(archive)
    objects = [one for row in rows for one in _objects(row)]
    certificate = destruction.destroy(
        archive.vault,
        objects,
        reason=reason,
        decided_by=decided_by,
        copies=list(within.values()),
        out_of_reach=beyond,
        progress=progress,
    )
    deleted, unseen = _delete_copies(rows, drops)
    with archive.index.write() as session:
        for row in rows:
            forget(session, row.id)
            facts = {"objects": len(_objects(row)), "decided_by": list(decided_by), "reason": reason}
            archive.note(session, "destroy", row.id, facts)
    compact(archive.index)
    # Older snapshots hold indexes with the text of what is gone; only who holds every level can write a whole new one.
    whole = holds_all(archive)
    for place in within if whole else ():
        refresh(archive, place, keep=1)
    refreshed, stale = (tuple(within), ()) if whole else ((), tuple(within))
    return Gone(certificate, tuple(row.id for row in rows), deleted, unseen, refreshed, stale)


def _with_kin(session: Session, wanted: dict[str, Capture]) -> list[Capture]:
    """Return captures with what they came in and what came in them."""
    found = dict(wanted)
    waiting = list(wanted.values())
    while waiting:
        row = waiting.pop()
        of = Capture.parent == row.id if row.parent is None else col(Capture.id) == row.parent
        for other in session.exec(select(Capture).where(or_(of, col(Capture.parent) == row.id))):
            if other.id not in found:
                found[other.id] = other
                waiting.append(other)
    return list(found.values())


def _dossiers(session: Session, rows: Sequence[Capture]) -> Sequence[str | None]:
    """Return the dossiers that captures have documents in."""
    captures = [row.id for row in rows]
    return session.exec(select(Document.dossier).where(col(Document.capture).in_(captures)).distinct()).all()


def _objects(row: Capture) -> list[str]:
    return [one for one in (row.reading, *journal.comings(row), row.record, row.original) if one]


def _backups(archive: Archive) -> tuple[dict[str, Store], list[OutOfReach]]:
    """Return the backups that can be opened now, by name, and those that cannot and have not lapsed."""
    today = datetime.now(UTC).date()
    with archive.index.read() as session:
        known = places(session)
    within: dict[str, Store] = {}
    beyond: list[OutOfReach] = []
    for place in known:
        try:
            within[place.name] = open_place(place.name, archive.keys.public.archive)
        except (VaultFailed, JuanzongError):
            if not place.lapsed(today):
                beyond.append(OutOfReach(place.name, place.kept_until))
    return within, beyond


def _drops(session: Session, row: Capture) -> set[Path]:
    seen = session.exec(select(Sighting.folder).where(col(Sighting.capture) == row.id)).all()
    # What a scanner PC keeps of its own scans is on that PC: here is no folder to look into.
    return {Path(folder) for folder in (row.folder, *seen) if folder and not folder.startswith(PREFIX)}


def _delete_copies(rows: Sequence[Capture], drops: dict[str, set[Path]]) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    by_folder: dict[Path, set[tuple[int, str]]] = {}
    for row in rows:
        for folder in drops[row.id]:
            by_folder.setdefault(folder, set()).add((row.size, row.sha256))
    deleted: list[Path] = []
    unseen: list[Path] = []
    for folder, wanted in sorted(by_folder.items()):
        try:
            deleted += _deleted(copies(folder, wanted))
        except OSError:
            unseen.append(folder)
    return tuple(deleted), tuple(unseen)


def _deleted(found: Iterator[Path]) -> list[Path]:
    deleted = []
    for path in list(found):
        path.unlink()
        deleted.append(path)
    return deleted
