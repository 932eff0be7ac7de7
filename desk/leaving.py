"""Somebody leaves: every dossier in their name is found, told with what they still owe, and handed to a successor."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session

from desk.archive import Archive
from desk.handing_over import NameMissing
from desk.reports import judge
from desk.rights import check, listed, needs
from desk.shown import sees_all
from dossier.errors import ExitCode, JuanzongError
from dossier.model import Status, Verdict
from dossier.pack import DossierKind, Role
from dossier.rights import Deed
from dossier.wording import Lang
from index import dossiers as shelf
from index.handovers import Handover, add_handover
from index.tables import Dossier
from ingest import filing as placing

_OPEN = frozenset({Status.MISSING, Status.DUE, Status.LATE, Status.DOUBTFUL})


class SuccessorSame(JuanzongError):
    """Dossiers were to be handed to the very person who leaves."""

    exit_code = ExitCode.USAGE
    wording = "dossiers.successor-same"


@dataclass(frozen=True, slots=True)
class Held:
    """A dossier in somebody's name: as which roles, and what they still owe in it."""

    row: Dossier
    kind: DossierKind
    roles: tuple[Role, ...]
    owed: tuple[Verdict, ...]

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Return it as plain JSON values."""
        titles = {requirement.id: requirement.title[lang] for requirement in self.kind.requirements}
        return {
            "key": self.row.key,
            "label": self.row.label,
            "kind": self.row.kind,
            "pack": self.row.pack,
            "roles": [{"id": role.id, "title": role.title[lang]} for role in self.roles],
            "owes": [
                {"id": verdict.id, "title": titles[verdict.requirement], "status": verdict.status.value}
                for verdict in self.owed
            ],
        }


@dataclass(frozen=True, slots=True)
class Leaver:
    """What stands between a person and leaving; with a ``successor`` it has been handed to them.

    ``whole`` says that whoever asks sees every dossier there is: only then it is sure that nothing else is held.
    """

    person: str
    held: tuple[Held, ...]
    successor: str = ""
    whole: bool = True

    @property
    def may_leave(self) -> bool:
        """Whether every dossier was handed over, as far as whoever asks can tell: they must see all of them."""
        return self.whole and (not self.held or bool(self.successor))

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "person": self.person,
            "successor": self.successor or None,
            "may_leave": self.may_leave,
            "whole": self.whole,
            "dossiers": [one.as_json(lang) for one in self.held],
        }


@needs(Deed.CHANGE)
def leaver(archive: Archive, person: str) -> Leaver:
    """Find the open dossiers in a person's name, and what they owe in each; none means that they may leave."""
    with archive.index.read() as session:
        return Leaver(person.strip(), _held(archive, session, person.strip()), whole=sees_all(archive, session))


@needs(Deed.CHANGE)
def succeed(archive: Archive, person: str, successor: str, *, on: date | None = None) -> Leaver:
    """Hand every open dossier in a person's name to a successor: facts and the sign-in register say so from now on.

    Raises:
        NameMissing: no successor was named.
        SuccessorSame: the successor is the person who leaves.
        Refused: a dossier is not this person's at the desk to change; nothing is handed over then.
    """
    name, day = successor.strip(), on or date.today()  # noqa: DTZ011  # a day where the office is
    if not name or not person.strip():
        raise NameMissing
    if name == person.strip():
        raise SuccessorSame(person=name)
    now = datetime.now(UTC)
    with archive.index.write() as session:
        held = _held(archive, session, person.strip())
        for one in held:
            check(archive, session, Deed.CHANGE, one.row)
            for role in one.roles:
                shelf.set_fact(session, one.row.id, role.person, name, by=archive.who, at=now)
            doubtful = [verdict.id for verdict in one.owed if verdict.status is Status.DOUBTFUL]
            add_handover(
                session,
                Handover(
                    dossier=one.row.id,
                    on=day,
                    gave=person.strip(),
                    took=name,
                    missing=[verdict.id for verdict in one.owed if verdict.id not in doubtful],
                    doubtful=doubtful,
                    by=archive.who,
                    at=now,
                ),
            )
            archive.note(session, "succeed", one.row.id, {"roles": [role.id for role in one.roles]})
            placing.name_dossier(session, one.row.id, archive.shelves, now)
        return Leaver(person.strip(), held, name, sees_all(archive, session))


def _held(archive: Archive, session: Session, person: str) -> tuple[Held, ...]:
    today = date.today()  # noqa: DTZ011  # a day where the office is
    found: list[Held] = []
    for row, dossier in shelf.dossiers(
        session, ids=listed(archive, session), packs=list(archive.packs), open_only=True
    ):
        pack = archive.packs[row.pack]
        held_as = {name for name, value in dossier.facts.items() if value == person}
        roles = tuple(role for role in pack.roles.values() if role.person in held_as)
        if not person or not roles or row.kind not in pack.dossiers:
            continue
        (judged,) = judge(archive, [dossier], today)
        ids = {role.id for role in roles}
        owed = tuple(line.verdict for line in judged.lines if _owes(line.verdict, ids))
        found.append(Held(row, pack.dossiers[row.kind], roles, owed))
    return tuple(found)


def _owes(verdict: Verdict, roles: Collection[str]) -> bool:
    return verdict.status in _OPEN and not verdict.awaited and verdict.owes is not None and verdict.owes.role in roles
