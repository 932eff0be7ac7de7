"""The keys that people's roles come to, wrapped to each; made again when the archive's keys have changed."""

from collections.abc import Collection, Sequence
from typing import Final

from sqlmodel import Session

from desk.archive import Archive
from desk.cards import Cards
from dossier.rights import LEVELS, ORDINARY, STANDING, Deed, Reach, Role
from index import people
from index.people import Person
from index.tables import Meta
from vault.desks import grant_desk
from vault.keys import Keys
from vault.levels import Level
from vault.users import grant_level, user_public_key

GRANTS: Final = "grants-serial"
"""Where the index notes which keys people's grants were made from."""


def regrant(archive: Archive) -> int:
    """Make everybody's grants again when the archive's keys have changed since, and put back cards that are missing.

    Only with the archive's passphrase; return how many people it was done for.
    """
    if archive.keys.box is None:
        return 0
    cards, done = Cards(archive.home), list[Person]()
    with archive.index.read() as session:
        noted = session.get(Meta, GRANTS)
        rows = people.people(session)
    stale = noted is None or noted.value != str(archive.keys.public.serial)
    if not rows or not (stale or any(not cards.has(row.name) for row in rows)):
        return 0
    with archive.index.write() as session:
        for row in people.people(session):
            if stale:
                grant(archive.keys, row)
                session.add(row)
            done.append(row)
        note_grants(session, archive.keys)
        if stale:
            archive.note(session, "grants", archive.keys.public.archive, {"people": len(done)})
    for row in done:
        cards.write(row)
    return len(done)


def levels_held(roles: Collection[Role]) -> dict[str, bool]:
    """Return the levels whose index these roles open, and whether they open its documents as well.

    Everybody works with the index. The level's key, which opens all its documents, goes to those whose standing right
    reaches a department or more: they lend and approve. Everybody else opens by loans alone (a right is a key).
    """
    held = {ORDINARY: False}
    for role in roles:
        rule = STANDING[role].get(Deed.VIEW)
        if rule is not None and rule.reach in {Reach.ALL, Reach.DEPARTMENT}:
            held |= dict.fromkeys(sorted(rule.levels, key=LEVELS.index), True)
    return held


def grant(keys: Keys, row: Person) -> None:
    """Wrap to somebody what their roles open."""
    roles = [Role(role) for role in row.roles]
    key = user_public_key(row.public)
    opened = levels_held(roles)
    row.grants = {
        level: grant_level(keys, Level(level), key, reading=reading).hex() for level, reading in opened.items()
    }
    row.desk = grant_desk(keys, key, station=_works(roles), audit=_witnesses(roles)).hex()


def _works(roles: Sequence[Role]) -> bool:
    return bool(set(roles) & {Role.CLERK, Role.SECRET_CLERK, Role.DEPARTMENT_HEAD, Role.GENERAL_MANAGER})


def _witnesses(roles: Sequence[Role]) -> bool:
    return bool(set(roles) & {Role.CLERK, Role.SECRET_CLERK, Role.GENERAL_MANAGER, Role.AUDITOR})


def note_grants(session: Session, keys: Keys) -> None:
    """Note that everybody's grants are made from these keys."""
    session.merge(Meta(key=GRANTS, value=str(keys.public.serial)))
