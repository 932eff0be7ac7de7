"""An archive with people and papers in it, put there without reading a pixel: rights, loans and custody to be tried."""

import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

from PIL import Image
from sqlmodel import Session

from desk import dossiers, sessions, setup, users
from desk.archive import Archive, asker_of
from desk.home import Home
from dossier.reading import Reading
from dossier.reading_json import to_json
from dossier.rights import Asker, Role
from index import filing, journal
from index.dossiers import dossier_by
from index.people import person
from ingest.taking import ORIGINAL, READING, RECORD
from tests.index.conftest import reading
from vault.keyfile import FAST
from vault.levels import Level

PASSPHRASE = "specimen heron violet anchor"
PASSWORD = "lantern copper meadow ninety"
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
OURS, THEIRS = "1M8GDM9AXKP042788", "LB9GZPVNXTH785338"
STAFF = {
    "li": (Role.ADVISOR, "sales"),
    "wang": (Role.ADVISOR, "service"),
    "chen": (Role.DEPARTMENT_HEAD, "sales"),
    "ma": (Role.DEPARTMENT_HEAD, "service"),
    "gao": (Role.GENERAL_MANAGER, "office"),
    "zhou": (Role.CLERK, "customer-care"),
    "shen": (Role.SECRET_CLERK, "customer-care"),
    "xu": (Role.AUDITOR, "office"),
    "deng": (Role.ADMINISTRATOR, "office"),
}


def picture() -> bytes:
    """Return a small scan: a grey page."""
    out = BytesIO()
    Image.new("RGB", (420, 594), (235, 235, 235)).save(out, "JPEG", dpi=(72, 72))
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Office:
    """An archive at a home, and how to open it as anybody who works there."""

    home: Home

    @contextmanager
    def owner(self) -> Iterator[Archive]:
        """Open it with its own passphrase."""
        with Archive.open(self.home, self.home.settings(), PASSPHRASE) as archive:
            yield archive

    @contextmanager
    def served(self, *names: str) -> Iterator[tuple[Archive, ...]]:
        """Open it once with its passphrase, as a server does, asked by each of these people."""
        with self.owner() as archive:
            yield tuple(archive.asked_by(self.asker(archive, name)) for name in names)

    @contextmanager
    def alone(self, name: str) -> Iterator[Archive]:
        """Open it with nothing but what somebody holds themselves."""
        token = sessions.login(self.home, name, PASSWORD, pause=lambda _: None, cost=FAST).token
        with Archive.open(self.home, self.home.settings(), None, token=token) as archive:
            yield archive

    @staticmethod
    def asker(archive: Archive, name: str) -> Asker:
        """Return somebody of the register as who asks."""
        with archive.index.read() as session:
            return asker_of(person(session, name))


def make_office(folder: Path, *, packs: Sequence[str] = ("auto-dealer", "general"), database: str = "local") -> Office:
    """Make an archive with staff and two cars: OURS of the sales department with li in charge, THEIRS of service."""
    home = Home(folder / "home")
    setup.make(home, PASSPHRASE, packs=tuple(packs), database=database, cost=FAST)
    office = Office(home)
    with office.owner() as archive:
        for name, (role, department) in STAFF.items():
            users.add(archive, name, PASSWORD, department=department, roles=[role], cost=FAST)
        for key, department in ((OURS, "sales"), (THEIRS, "service")):
            dossiers.open_by_hand(archive, "new-vehicle", key, on=date(2026, 11, 2))
            with archive.index.write() as session:
                row = dossier_by(session, key)
                row.department = department
                session.add(row)
            put(archive, key, f"合同 {key} 乙方")
        dossiers.enter_fact(archive, OURS, "consultant", "Li")
    return office


def put(
    archive: Archive, dossier: str, text: str, *, level: Level = Level.ORDINARY, kind: str = "sales-contract"
) -> str:
    """Seal a scan and its reading and file it, as intake does; return the document's number."""
    return put_reading(archive, dossier, reading([text], kind=kind, family="contract"), picture(), level=level)


def put_reading(archive: Archive, dossier: str, read: Reading, content: bytes, *, level: Level = Level.ORDINARY) -> str:
    """Seal a scan of one document with its reading and file it; return the document's number."""
    number = secrets.token_hex(32)
    with archive.index.write() as session:
        row = journal.claim(
            session, number, name="scan.jpg", size=len(content), format="JPEG", sha256=number, at=NOW, level=level.value
        ).capture
        sealed = _seal(archive, row.id, content, read, level)
        journal.sealed(session, row.id, original=sealed[ORIGINAL], record=sealed[RECORD], at=NOW)
        journal.read(session, row.id, reading=sealed[READING], at=NOW)
        (document,) = filing.save_reading(session, row.id, read, received=date(2026, 11, 20))
        filing.assign(session, document.id, dossier_by(session, dossier).id, at=NOW)
        journal.filed(session, row.id, at=NOW)
        return document.id


def document_in(session: Session, dossier: str) -> str:
    """Return the number of a document in a dossier."""
    ((_, found),) = filing.dossiers(session, ids=[dossier_by(session, dossier).id])
    return found.documents[0].id


def _seal(archive: Archive, capture: str, content: bytes, read: Reading, level: Level) -> dict[str, str]:
    parts = {
        ORIGINAL: content,
        RECORD: json.dumps({"capture": capture, "level": level.value}).encode(),
        READING: json.dumps(to_json(read)).encode(),
    }
    return {
        role: archive.vault.seal_bytes(part, document=capture, role=role, level=level).object_id
        for role, part in parts.items()
    }
