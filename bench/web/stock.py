"""The archive that the page is measured on: pages filed in dossiers, staff of every role, and scans to look at."""

import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

from sqlmodel import Session, col, select, update

from bench.completeness.seeding import ADVISORS, CONSULTANTS, PASSPHRASE, make_home, seed
from bench.search.pages import Made, make
from desk import users
from desk.archive import Archive, asker_of
from desk.home import Home
from desk.rights import listed
from dossier.reading import FieldValue, Line, Page, Reading, Recognised
from dossier.reading_json import to_json
from dossier.rights import Role
from index import filing, journal
from index.people import person
from index.tables import Capture, Document, Dossier
from ingest.taking import ORIGINAL, READING, RECORD
from ocr.specimen import encode, vehicle_papers
from vault.keyfile import FAST

T = TypeVar("T")

PASSWORD: Final = "lantern copper meadow ninety"  # of people made up for the measurement
STAFF: Final[dict[str, tuple[Role, str, str]]] = {
    **{f"clerk{place}": (Role.CLERK, "customer-care", "") for place in range(8)},
    **{f"consultant{place}": (Role.ADVISOR, "sales", CONSULTANTS[place]) for place in range(4)},
    **{f"advisor{place}": (Role.ADVISOR, "service", ADVISORS[place]) for place in range(3)},
    "head0": (Role.DEPARTMENT_HEAD, "sales", ""),
    "head1": (Role.DEPARTMENT_HEAD, "service", ""),
    **{f"manager{place}": (Role.GENERAL_MANAGER, "office", "") for place in range(2)},
    "keeper0": (Role.SECRET_CLERK, "customer-care", ""),
}
"""Twenty people: role, department, and the name under which dossiers have them in charge."""
SCANS: Final = 30
"""Documents with a scan behind them, for each person: more in all than the server keeps pictures of."""
KEYS: Final = 400
BATCH: Final = 500
DPI: Final = 200
DAY: Final = date(2026, 1, 1)
NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """What one person works with: keys of dossiers they may look into, and documents with scans that they may open."""

    name: str
    keys: tuple[str, ...]
    scans: tuple[str, ...]


def fill(home: Path, pages: int, dossiers: int) -> None:
    """Make the archive; takes some minutes for 100,000 pages."""
    with Archive.open(made := make_home(home), made.settings(), PASSPHRASE) as archive:
        with archive.index.write() as session:
            seed(session, dossiers, date.today())  # noqa: DTZ011
        _file_pages(archive, pages, dossiers)
        for name, (role, department, title) in STAFF.items():
            users.add(archive, name, PASSWORD, title=title, department=department, roles=[role], cost=FAST)
        scans = [encode(paper.pages[:1], "pdf", DPI) for paper in vehicle_papers("bench", dpi=DPI)]
        for name in STAFF:
            if opens(name):
                _put_scans(archive, name, scans)


def desks(home: Path) -> list[Desk]:
    """Return what each person of the staff works with."""
    place = Home(home)
    found: list[Desk] = []
    with Archive.open(place, place.settings(), PASSPHRASE) as archive, archive.index.read() as session:
        for name in STAFF:
            keys = [row.key for row in _reached(archive, session, name)]
            scans = session.exec(select(Document.id).join(Capture).where(col(Capture.name) == f"{name}.pdf")).all()
            found.append(Desk(name, tuple(_some(name, keys, KEYS)), tuple(scans) if opens(name) else ()))
    return found


def opens(name: str) -> bool:
    """Tell whether this person's keys open papers: those of advisors open what was lent to them, and nothing is."""
    return STAFF[name][0] is not Role.ADVISOR


def _file_pages(archive: Archive, pages: int, dossiers: int) -> None:
    made = make(pages)
    number = 0
    while batch := list(islice(made, BATCH)):
        with archive.index.write() as session:
            session.add_all([_capture(number + place) for place in range(len(batch))])
        with archive.index.write() as session:
            reads = [filing.Read(f"c{number + at:07}", _reading(one), DAY) for at, one in enumerate(batch)]
            filing.save_readings(session, reads)
            session.execute(update(Document), [_filed(number + place, dossiers) for place in range(len(batch))])
        number += len(batch)
        print(f"\r{number} pages", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def _filed(number: int, dossiers: int) -> dict[str, object]:
    return {"id": f"c{number:07}-1", "dossier": f"seed{number % dossiers:012d}", "review": False}


def _put_scans(archive: Archive, name: str, scans: Sequence[bytes]) -> None:
    with archive.index.read() as session:
        rows = _some(name, _reached(archive, session, name), SCANS)
    for place, row in enumerate(rows):
        read = _reading(Made(f"合同 SPECIMEN／樣本 {name}", "sales-contract", {}))
        content = scans[place % len(scans)]
        number = sha256(f"{name} {place}".encode()).hexdigest()
        with archive.index.write() as session:
            capture = journal.claim(
                session, number, name=f"{name}.pdf", size=len(content), format="PDF", sha256=number, at=NOW
            ).capture.id
            sealed = {
                role: archive.vault.seal_bytes(part, document=capture, role=role).object_id
                for role, part in (
                    (ORIGINAL, content),
                    (RECORD, json.dumps({"capture": capture}).encode()),
                    (READING, json.dumps(to_json(read)).encode()),
                )
            }
            journal.sealed(session, capture, original=sealed[ORIGINAL], record=sealed[RECORD], at=NOW)
            journal.read(session, capture, reading=sealed[READING], at=NOW)
            (document,) = filing.save_reading(session, capture, read, received=DAY)
            filing.assign(session, document.id, row.id, at=NOW)
            journal.filed(session, capture, at=NOW)


def _reached(archive: Archive, session: Session, name: str) -> list[Dossier]:
    """Return the open dossiers this person may look into."""
    ids = listed(archive.asked_by(asker_of(person(session, name))), session)
    rows = session.exec(select(Dossier).where(col(Dossier.closed).is_(None)).order_by(col(Dossier.id)))
    return [row for row in rows if ids is None or row.id in ids]


def _some(name: str, rows: Sequence[T], most: int) -> list[T]:
    return random.Random(name).sample(rows, min(most, len(rows)))


def _capture(number: int) -> Capture:
    return Capture(
        id=f"c{number:07}",
        digest=sha256(f"digest {number}".encode()).hexdigest(),
        name="scan.pdf",
        size=1,
        format="PDF",
        sha256=sha256(f"scan {number}".encode()).hexdigest(),
        state="filed",
        claimed=NOW,
        reading="reading",
    )


def _reading(made: Made) -> Reading:
    return Reading(
        (Page(1, 2480, 3508, 300, 0, "ocr", "bench", made.text, tuple(_lines(made.text))),),
        (
            Recognised(
                made.kind,
                "other",
                0.9,
                False,
                {name: FieldValue(value, 0.9, 1) for name, value in made.fields.items()},
                (1,),
            ),
        ),
    )


def _lines(text: str) -> Iterator[Line]:
    for row, line in enumerate(text.split("\n")):
        yield Line(line, (180, 120 + 60 * row, 180 + 40 * len(line), 164 + 60 * row), 0.93)
