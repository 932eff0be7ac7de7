"""One archive for the whole table of rights: a person of every role, and a dossier of every level and department.

Everybody works in the department ``sales`` and is called 李莉, as is who is in charge of the dossiers ``mine``. What a
call does to the archive is undone after it: its transaction is rolled back, and what it seals lies in memory.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import BinaryIO

import pytest
from sqlmodel import Session, select

from desk import copies, custody, deciding, dossiers, handing_over, levels, papers, requests, setup, users
from desk.archive import Archive, asker_of
from desk.home import Home
from desk.routing import NotTheApprover
from dossier.lending import Form
from dossier.rights import LEVELS, Asker, Role
from index import compacting, lending
from index.custody import Destruction
from index.dossiers import dossier_by
from index.engine import Index
from index.noting import Notes
from index.people import person
from index.tables import AuditRecord, Document
from tests.desk.office import PASSPHRASE, PASSWORD, Office, put
from vault.keyfile import FAST
from vault.levels import Level
from vault.stores.memory import MemoryStore
from vault.stores.store import Store, Stored
from vault.vault import Vault
from vault.witness import NoWitness

WHOSE = ("mine", "sales", "other")
"""In charge of it; of one's own department; of another. The dossiers ``mine`` are of another department too."""
NAME = "李莉"
PEOPLE = {
    "clerk": Role.CLERK,
    "secret-clerk": Role.SECRET_CLERK,
    "advisor": Role.ADVISOR,
    "head": Role.DEPARTMENT_HEAD,
    "manager": Role.GENERAL_MANAGER,
    "auditor": Role.AUDITOR,
    "administrator": Role.ADMINISTRATOR,
    "nobody": None,
    "borrower": None,
}
"""Who asks; ``nobody`` has an account and no role, and neither has ``borrower``, who borrowed all there is."""
GUEST, OTHER_CLERK, OTHER_SECRET, OTHER_MANAGER = "borrower", "zhou", "shen", "gao"
SOLD, CLOSED = date(2001, 3, 2), date(2001, 3, 5)
YEAR = 2001


@dataclass(frozen=True, slots=True)
class Place:
    """A dossier at one level, in one department, and everything that lies in it or is about it."""

    level: str
    whose: str
    key: str
    label: str
    dossier: str
    document: str
    capture: str
    paper: str
    """A paper that lies where it should; ``shelf`` is that place."""
    shelf: str
    asked: str
    """A request that waits for its approvals."""
    approved: str
    """A request that is approved and not handed out."""
    loan: str
    paper_loan: str
    incident: str
    destruction: str
    old: str
    """A dossier closed long ago, as that one is."""
    old_id: str
    word: str
    """A word that stands in its document and in no other."""

    @property
    def name(self) -> str:
        """How the table calls it."""
        return f"{self.level} {self.whose}"

    @property
    def told(self) -> tuple[str, ...]:
        """Whatever gives it away; ``key`` apart, which whoever asks may have typed."""
        return self.label, self.document, self.capture, self.word, self.old

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers of what is about it."""
        return self.paper, self.asked, self.approved, self.loan, self.paper_loan, self.incident, self.destruction

    @property
    def target(self) -> Level:
        """A level to mark it with, other than its own: from confidential down, from the others to confidential."""
        return Level.ORDINARY if self.level == "confidential" else Level.CONFIDENTIAL


class Overlay:
    """A store that keeps what is put into it, or taken from it, in memory; the one below stays as it is."""

    def __init__(self, below: Store) -> None:
        self._below, self._above, self._gone = below, MemoryStore(), set[str]()

    @property
    def label(self) -> str:
        """Where this store is, for messages."""
        return "overlay"

    def put(self, name: str, source: BinaryIO) -> int:
        """Keep all of ``source`` in memory."""
        self._gone.discard(name)
        return self._above.put(name, source)

    def get(self, name: str, offset: int = 0) -> Iterator[bytes]:
        """Yield the bytes under ``name``."""
        mine = self._above.size(name) is not None or name in self._gone
        return self._above.get(name, offset) if mine else self._below.get(name, offset)

    def size(self, name: str) -> int | None:
        """Return the size of what is under ``name``, or None."""
        found = self._above.size(name)
        return found if found is not None or name in self._gone else self._below.size(name)

    def delete(self, name: str) -> None:
        """Remove ``name``."""
        self._above.delete(name)
        self._gone.add(name)

    def names(self, prefix: str = "") -> Iterator[Stored]:
        """Yield everything whose name starts with ``prefix``, in order."""
        found = {one.name: one for one in self._below.names(prefix) if one.name not in self._gone}
        found |= {one.name: one for one in self._above.names(prefix)}
        return iter(sorted(found.values(), key=lambda one: one.name))


class Rehearsal(Index):
    """An index whose every transaction lies within one that is rolled back."""

    def __init__(self, real: Index) -> None:
        self.engine, self.levels, self.shelves, self.where = real.engine, real.levels, real.shelves, real.where
        self._real = real
        self.notes = Notes(self.write)
        self._connection = self.engine.connect()
        self._around = self._connection.begin()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session within the rehearsal's transaction."""
        session = self._real._session(self.engine)  # with the real index's shelves and seals
        with (
            Session(
                self._connection, expire_on_commit=False, info=session.info, join_transaction_mode="create_savepoint"
            ) as inner,
            inner.begin(),
        ):
            yield inner

    def read(self) -> AbstractContextManager[Session]:  # type: ignore[override]  # what it gives is the same
        """Give a session that sees what was written in the rehearsal."""
        return self.write()

    def turn(self) -> AbstractContextManager[None]:
        """Nobody else writes."""
        return nullcontext()

    def only(self, what: str) -> AbstractContextManager[None]:  # type: ignore[override]  # what it gives is the same
        """Nobody else does."""
        del what
        return nullcontext()

    def end(self) -> None:
        """Undo everything."""
        self._around.rollback()
        self._connection.close()


@dataclass(frozen=True, slots=True)
class Stage:
    """The archive, opened with its passphrase, and what is in it."""

    office: Office
    archive: Archive
    places: tuple[Place, ...]

    @contextmanager
    def played(self, who: str) -> Iterator[Archive]:
        """Open a rehearsal in which this person asks (``owner``: whoever holds the passphrase)."""
        real = self.archive
        vault = Vault(Overlay(real.vault.store), real.keys.public, real.keys, witness=NoWitness())
        index = Rehearsal(real.index)
        archive = replace(real, vault=vault, index=index)
        try:
            yield archive if who == "owner" else archive.asked_by(asker(real, who))
        finally:
            index.end()


def asker(archive: Archive, name: str) -> Asker:
    """Return somebody of the register as who asks."""
    with archive.index.read() as session:
        return asker_of(person(session, name))


def refusals(archive: Archive, who: str = "") -> int:
    """Return how many refusals of somebody, else of whoever asks, are on record."""
    with archive.index.read() as session:
        rows = session.exec(select(AuditRecord.content)).all()
    name = f'"{who or archive.who}"'.encode()
    return sum(b'"denied"' in row and name in row for row in rows)


@contextmanager
def staged(folder: Path, monkeypatch: pytest.MonkeyPatch, *, database: str = "local") -> Iterator[Stage]:
    """Build the archive and hold it open."""
    office = Office(Home(folder / "home"))
    setup.make(office.home, PASSPHRASE, packs=("auto-dealer", "guarantee", "general"), database=database, cost=FAST)
    # Within a transaction that is rolled back no file can be written anew.
    monkeypatch.setattr(compacting, "_rewrite", lambda _: None)
    # What a copy looks like is another test's; here it matters who gets one.
    monkeypatch.setattr(copies, "_pdf", lambda *_, **__: b"")
    with office.owner() as archive:
        for name, role in PEOPLE.items():
            title = NAME if name != GUEST else ""
            users.add(archive, name, PASSWORD, title=title, department="sales", roles=[role] if role else [], cost=FAST)
        others = {OTHER_CLERK: Role.CLERK, OTHER_SECRET: Role.SECRET_CLERK, OTHER_MANAGER: Role.GENERAL_MANAGER}
        for name, role in others.items():
            users.add(archive, name, PASSWORD, department="office", roles=[role], cost=FAST)
        places = tuple(_place(archive, level, whose) for level in LEVELS for whose in WHOSE)
        yield Stage(office, archive, places)


def _place(archive: Archive, level: str, whose: str) -> Place:
    number = 10 * (1 + LEVELS.index(level)) + WHOSE.index(whose) + 1
    word, label = f"specimen{number}x", f"label-{number}-specimen"
    row, old = _opened(archive, f"KEY{number}", label, whose), _opened(archive, f"OLD{number}", f"old-{label}", whose)
    document = put(archive, row[0], f"合同 {word} 乙方", level=Level(level))
    shelf = f"shelf-{number}"
    paper = papers.enter(archive, old[0], sort="cabinet", place=shelf).id
    papers.enter(archive, row[0], sort="cabinet", place=f"{shelf}-out")
    dossiers.close(archive, old[0], CLOSED)
    if level != "ordinary":
        for key in (row[0], old[0]):
            levels.classify(archive, key, Level(level), reason="specimen")
    dossiers.enter_event(archive, row[0], "sale", SOLD, by=NAME)
    handing_over.hand_over(archive, row[0], gave="a", took="b", on=SOLD)
    another = put(archive, row[0], f"合同 {word}", level=Level(level))
    with archive.index.write() as session:
        doubtful = session.get_one(Document, another)
        doubtful.review = True
        session.add(doubtful)
    incident = custody.report_incident(archive, f"leak of {word}", dossier=row[0]).id
    custody.inspect(archive, row[0], condition="good", on=SOLD)
    custody.hold(archive, row[0], reason="specimen")
    guest = archive.asked_by(asker(archive, GUEST))
    loan, paper_loan = (_lent(archive, guest, row[0], form) for form in (Form.VIEW, Form.PAPER))
    asked, approved = (requests.ask(guest, row[0], purpose="p", reason=word).id for _ in range(2))
    with archive.index.write() as session:
        waits = lending.request(session, approved)
        waits.state = lending.APPROVED
        made = Destruction(dossiers=[old[1]], keys=[old[0]], reason=word, by="x", at=datetime.now(UTC))
        session.add_all([waits, made])
        session.flush()
        destruction = made.id
    capture = document.rpartition("-")[0]
    return Place(
        level, whose, row[0], label, row[1], document, capture, paper, shelf, asked, approved, loan, paper_loan,
        incident, destruction, old[0], old[1], word,
    )  # fmt: skip


def _opened(archive: Archive, key: str, label: str, whose: str) -> tuple[str, str]:
    """Open a dossier and return its key and id; dossiers ``mine`` are of another department than their adviser's."""
    found = dossiers.open_by_hand(archive, "new-vehicle", key, label=label, on=date(2001, 3, 1)).row.key
    if whose == "mine":
        dossiers.enter_fact(archive, found, "consultant", NAME)
    with archive.index.write() as session:
        row = dossier_by(session, found)
        row.department = "sales" if whose == "sales" else "service"
        session.add(row)
        return found, row.id


def _lent(archive: Archive, guest: Archive, key: str, form: Form) -> str:
    """Let the guest borrow a dossier and return the loan's number."""
    asked = requests.ask(guest, key, purpose="p", reason="r", form=form)
    for who in ("head", OTHER_CLERK, OTHER_SECRET, OTHER_MANAGER):
        one = archive.asked_by(asker(archive, who))
        if requests.show(archive, asked.id).state == "open":
            with suppress(NotTheApprover):
                deciding.approve(one, asked.id)
    made = requests.show(archive, asked.id)
    return (made if made.loan else deciding.hand_out(archive, asked.id)).loan
