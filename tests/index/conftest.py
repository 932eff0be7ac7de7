"""An archive's index to work on, and readings to put in."""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlmodel import Session

from dossier.reading import FieldValue, Line, Page, Reading, Recognised
from index import filing, journal
from index import postgres as on_postgres
from index.engine import Index, Shelf, create, open_index
from index.fts5 import Fts5
from tests.servers.postgres import Postgres, missing
from vault.shelfkey import ShelfKey

KEY = bytes(range(32))
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def page(number: int, text: str) -> Page:
    """Return a page whose lines are the text's, each in a box of its own."""
    lines = tuple(
        Line(line, (10, 20 * row, 10 + 8 * len(line), 20 * row + 16), 0.9) for row, line in enumerate(text.split("\n"))
    )
    return Page(number, 800, 1000, 300, 0, "ocr", "test", text, lines)


def reading(
    texts: Sequence[str],
    *,
    kind: str = "other",
    family: str = "other",
    fields: Mapping[str, str] | None = None,
    review: bool = False,
) -> Reading:
    """Return the reading of a capture that is one document."""
    pages = tuple(page(number, text) for number, text in enumerate(texts, start=1))
    values = {name: FieldValue(value, 0.9, 1) for name, value in (fields or {}).items()}
    numbers = tuple(one.number for one in pages)
    return Reading(pages, (Recognised(kind, family, 0.9, review, values, numbers),))


def put(
    session: Session, texts: Sequence[str], *, level: str = "ordinary", received: date = TODAY, **more: object
) -> str:
    """Take over, read and file a capture; return its document's id."""
    digest = secrets.token_hex(32)
    claim = journal.claim(
        session, digest, name="scan.pdf", size=1, format="PDF", sha256=digest, at=NOW, level=level, folder="in"
    )
    capture = claim.capture.id
    journal.sealed(session, capture, original="original", record=None, at=NOW)
    journal.read(session, capture, reading="reading", at=NOW)
    (document,) = filing.save_reading(session, capture, reading(texts, **more), received=received)  # type: ignore[arg-type]
    return document.id


_ADDRESS: dict[str, str] = {}
"""Address of each database by where messages say that it is."""
LEVELS = ("ordinary", "confidential", "secret")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL of our own, started once."""
    reason = missing()
    if reason:
        pytest.skip(reason)
    server = Postgres.make()
    yield server
    server.remove()


def sealers() -> dict[str, ShelfKey]:
    """Return what seals each level's texts on PostgreSQL."""
    return {level: ShelfKey(bytes([number]) * 32) for number, level in enumerate(LEVELS, start=1)}


@pytest.fixture(scope="session")
def pattern(postgres: Postgres) -> str:
    """An empty archive's database, to make others like it."""
    url = postgres.database()
    on_postgres.create(url, sealers()).close()
    return url


@pytest.fixture
def sealed_index(tmp_path: Path) -> Iterator[Index]:
    """An index on sealed files with shelves for all three levels."""
    shelves = {
        "confidential": Shelf(tmp_path / "confidential.db", bytes(32)),
        "secret": Shelf(tmp_path / "secret.db", bytes([7]) * 32),
    }
    made = create(tmp_path / "index.db", KEY, shelves)
    yield made
    made.close()


@pytest.fixture
def served_index(postgres: Postgres, pattern: str) -> Iterator[Index]:
    """An index on PostgreSQL with shelves for all three levels."""
    url = postgres.database(like=pattern)
    made = on_postgres.open_index(url, sealers())
    _ADDRESS[made.where] = url
    yield made
    made.close()


@pytest.fixture(params=["sealed_index", "served_index"])
def index(request: pytest.FixtureRequest) -> Index:
    """An index on either database: what holds on one holds on the other."""
    found: Index = request.getfixturevalue(request.param)
    return found


def address_of(index: Index) -> str:
    """Return the address of an index on PostgreSQL, for another process to open it."""
    return _ADDRESS[index.where]


@pytest.fixture
def another(index: Index, tmp_path: Path) -> Callable[[], Index]:
    """A way to open the same index once more, as another process would."""
    if isinstance(index.shelves, Fts5):
        return lambda: open_index(tmp_path / "index.db", KEY)
    return lambda: on_postgres.open_index(_ADDRESS[index.where], sealers())


@pytest.fixture
def session(index: Index) -> Iterator[Session]:
    """A session that writes."""
    with index.write() as writing:
        yield writing
