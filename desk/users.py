"""The register of people: add somebody, change what they are, close an account. All of it is on record."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pyotp
from sqlmodel import Session, col, select

from desk.archive import Archive
from desk.cards import Cards
from desk.grants import grant, note_grants
from desk.home import Home
from desk.rights import needs, person_facts, require
from desk.sessions import end_sessions
from dossier.errors import ExitCode, JuanzongError
from dossier.rights import Duty, Role
from index import people
from index.lending import open_loans_of
from index.people import Person
from index.tables import Dossier, DossierFact
from vault.errors import WrongPassphrase
from vault.keyfile import PRODUCTION, Cost
from vault.users import change_user_password, new_user


class PersonExists(JuanzongError):
    """Somebody in the register goes by this name already."""

    exit_code = ExitCode.USAGE
    wording = "people.exists"


class NameUnfit(JuanzongError):
    """A name that is empty, too long or holds what no name holds."""

    exit_code = ExitCode.USAGE
    wording = "people.name-unfit"


class StillInCharge(JuanzongError):
    """A leaver is still in charge of dossiers, or has not returned what they borrowed."""

    exit_code = ExitCode.REFUSED
    wording = "people.still-in-charge"


class LastAdministrator(JuanzongError):
    """The account is closed already, or one's own."""

    exit_code = ExitCode.REFUSED
    wording = "people.own-account"


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody of the register as people see them; keys and secrets are not among it."""

    name: str
    title: str
    department: str
    roles: tuple[str, ...]
    positions: tuple[str, ...]
    stands_in: str
    second_factor: bool
    added: datetime
    closed: datetime | None
    provisioning: str = field(default="", repr=False)
    """The address for an authenticator app, once, when a second factor was set."""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        shown: dict[str, Any] = {
            "user": self.name,
            "title": self.title,
            "department": self.department,
            "roles": list(self.roles),
            "positions": list(self.positions),
            "stands_in": self.stands_in,
            "second_factor": self.second_factor,
            "added": self.added.isoformat(timespec="seconds"),
            "closed": self.closed.isoformat(timespec="seconds") if self.closed else None,
        }
        return shown | ({"totp": self.provisioning} if self.provisioning else {})


@needs(Duty.PEOPLE)
def add(
    archive: Archive,
    name: str,
    password: str,
    *,
    title: str = "",
    department: str = "",
    roles: Collection[Role] = (),
    positions: Collection[str] = (),
    cost: Cost = PRODUCTION,
) -> PersonView:
    """Enter somebody with a key pair of their own and what their roles open; needs the archive's passphrase.

    Raises:
        PersonExists, NameUnfit: the name cannot be used.
        vault.WeakPassphrase: the password is too easy to guess.
        vault.Locked: the archive's passphrase was not given.
    """
    plain = " ".join(name.split())
    if not plain or len(plain.encode()) > 100 or any(ord(char) < 32 or char in "\x7f/\\" for char in plain):
        raise NameUnfit(name=name)
    made = new_user(plain, password, cost=cost)
    row = Person(
        name=plain,
        folded=people.fold_name(plain),
        title=title.strip(),
        department=department.strip(),
        roles=sorted(role.value for role in set(roles)),
        positions=sorted({position.strip() for position in positions if position.strip()}),
        public=made.public,
        sealed=made.sealed,
        added=datetime.now(UTC),
    )
    grant(archive.keys, row)
    with archive.index.write() as session:
        if people.person_or_none(session, plain) is not None:
            raise PersonExists(name=plain)
        session.add(row)
        session.flush()
        archive.note(session, "user-add", plain, {"roles": row.roles, "department": row.department})
        note_grants(session, archive.keys)
    Cards(archive.home).write(row)
    return _view(row)


@needs(Duty.PEOPLE)
def everybody(archive: Archive, *, closed: bool = False) -> list[PersonView]:
    """Return the people of the register, with ``closed`` those who have left as well."""
    with archive.index.read() as session:
        return [_view(row) for row in people.people(session, closed=closed)]


@needs(Duty.ANY)
def show(archive: Archive, name: str) -> PersonView:
    """Return somebody of the register: oneself, or anybody for those who keep the register.

    Raises:
        index.NoSuchPerson: nobody goes by that name.
        Refused: it is somebody else, and not one's to see.
    """
    if people.fold_name(name) != people.fold_name(archive.who):
        require(archive, Duty.PEOPLE)
    with archive.index.read() as session:
        return _view(people.person(session, name))


@needs(Duty.PEOPLE)
def change(
    archive: Archive,
    name: str,
    *,
    title: str | None = None,
    department: str | None = None,
    give: Collection[Role] = (),
    take: Collection[Role] = (),
    positions: Collection[str] | None = None,
    second_factor: bool | None = None,
    stands_in: str | None = None,
) -> PersonView:
    """Change what somebody is; keys that a new role opens are granted, those of a role taken away withdrawn.

    Whoever held a level may have kept its key: rotate the level when that matters (docs/threat-model.md A4).

    Raises:
        index.NoSuchPerson: nobody goes by that name.
        vault.Locked: roles change, and the archive's passphrase was not given.
    """
    provisioning = ""
    with archive.index.write() as session:
        row = people.person(session, name)
        stood = row.department, frozenset(row.positions)
        row.title = row.title if title is None else title.strip()
        row.department = row.department if department is None else department.strip()
        row.positions = (
            row.positions if positions is None else sorted({one.strip() for one in positions if one.strip()})
        )
        roles = sorted((set(row.roles) | {role.value for role in give}) - {role.value for role in take})
        if roles != row.roles:
            row.roles = roles
            grant(archive.keys, row)
        if stands_in is not None:
            row.stands_in = people.person(session, stands_in).name if stands_in else ""
        if second_factor is not None:
            row.totp, row.totp_used = (pyotp.random_base32(), 0) if second_factor else ("", 0)
            provisioning = (
                pyotp.TOTP(row.totp).provisioning_uri(name=row.name, issuer_name="Juanzong") if row.totp else ""
            )
        session.add(row)
        facts = {
            "roles": row.roles,
            "department": row.department,
            "positions": row.positions,
            "second_factor": bool(row.totp),
            "stands_in": row.stands_in,
        }
        archive.note(session, "user-set", row.name, facts)
    Cards(archive.home).write(row)
    if take or row.department != stood[0] or not stood[1] <= set(row.positions):
        end_sessions(archive.home, row.name)  # an open session goes by what its person was when it began
    return _view(row, provisioning)


@needs(Duty.PEOPLE)
def close(archive: Archive, name: str) -> PersonView:
    """Close an account: no log-in, no grants, no sessions. The row stays, because the record speaks of it.

    A leaver hands over every dossier first, and may leave only then (articles 7-10).

    Raises:
        index.NoSuchPerson: nobody goes by that name.
        StillInCharge: dossiers or loans are still theirs.
        LastAdministrator: it is one's own account.
    """
    with archive.index.write() as session:
        row = people.person(session, name)
        if people.fold_name(name) == people.fold_name(archive.who):
            raise LastAdministrator(name=row.name)
        kept = in_charge_of(archive, session, row)
        borrowed = [loan.id for loan in open_loans_of(session, row.name)]
        if kept or borrowed:
            raise StillInCharge(
                name=row.name, dossiers=", ".join(kept[:8]) or "—", count=len(kept), loans=", ".join(borrowed) or "—"
            )
        row.closed = row.closed or datetime.now(UTC)
        row.grants, row.desk, row.totp = {}, "", ""
        session.add(row)
        archive.note(session, "user-close", row.name)
    Cards(archive.home).remove(row.name)
    end_sessions(archive.home, row.name)
    return _view(row)


def set_password(home: Home, name: str, old: str, new: str, *, cost: Cost = PRODUCTION) -> bytes:
    """Return somebody's key under a new password, from their card; ``keep_password`` then keeps it.

    Raises:
        vault.WrongPassphrase: the old one is not right; nobody of that name counts as well.
        vault.WeakPassphrase: the new one is too easy to guess.
    """
    card = Cards(home).read(name)
    if card is None:
        raise WrongPassphrase(path=name)
    return change_user_password(card.name, card.sealed, old, new, cost=cost)


@needs(Duty.ANY)
def keep_password(archive: Archive, sealed: bytes) -> None:
    """Keep one's own key under the new password that ``set_password`` put it under; other sessions end.

    Raises:
        index.NoSuchPerson: whoever asks has no account of their own.
    """
    with archive.index.write() as session:
        row = people.person(session, archive.who)
        row.sealed = sealed
        session.add(row)
        archive.note(session, "user-passphrase", row.name)
    Cards(archive.home).write(row)
    end_sessions(archive.home, row.name)


@needs(Duty.PEOPLE)
def new_password(archive: Archive, name: str, password: str, *, cost: Cost = PRODUCTION) -> PersonView:
    """Give somebody who forgot theirs a new key pair and password; running loans end, since they were to the old key.

    Raises:
        index.NoSuchPerson: nobody goes by that name.
        StillInCharge: loans are out that were wrapped to the old key: take them back first.
        vault.WeakPassphrase, vault.Locked
    """
    with archive.index.write() as session:
        row = people.person(session, name)
        borrowed = [loan.id for loan in open_loans_of(session, row.name)]
        if borrowed:
            raise StillInCharge(name=row.name, dossiers="—", count=0, loans=", ".join(borrowed))
        made = new_user(row.name, password, cost=cost)
        row.public, row.sealed = made.public, made.sealed
        grant(archive.keys, row)
        session.add(row)
        archive.note(session, "user-passphrase-reset", row.name)
    Cards(archive.home).write(row)
    end_sessions(archive.home, row.name)
    return _view(row)


def in_charge_of(archive: Archive, session: Session, row: Person) -> list[str]:
    """Return the keys of the open dossiers whose facts name somebody as the one in charge."""
    names = {people.fold_name(name) for name in (row.name, row.title) if name}
    facts = person_facts(archive.packs.values())
    statement = select(Dossier.key, DossierFact.name, DossierFact.value).where(
        DossierFact.dossier == Dossier.id, col(Dossier.closed).is_(None)
    )
    found = session.exec(statement).all()
    return sorted({key for key, fact, value in found if fact in facts and people.fold_name(value) in names})


def _view(row: Person, provisioning: str = "") -> PersonView:
    return PersonView(
        row.name,
        row.title,
        row.department,
        tuple(row.roles),
        tuple(row.positions),
        row.stands_in,
        bool(row.totp),
        row.added,
        row.closed,
        provisioning,
    )
