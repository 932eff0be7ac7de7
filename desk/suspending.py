"""Keep somebody out for a while: the account, its loans and dossiers stay, and nobody signs in with it."""

from datetime import UTC, datetime

from desk.archive import Archive
from desk.rights import needs
from desk.sessions import end_sessions
from desk.users import LastAdministrator
from dossier.rights import Duty
from index import people


@needs(Duty.PEOPLE)
def suspended(archive: Archive) -> frozenset[str]:
    """Return the names of those who may not sign in for now."""
    with archive.index.read() as session:
        return people.suspended(session)


@needs(Duty.PEOPLE)
def suspend(archive: Archive, name: str) -> str:
    """Let somebody in no more; what they have open ends now. Return the name as the register has it.

    Raises:
        index.NoSuchPerson: nobody goes by that name.
        LastAdministrator: it is one's own account.
    """
    with archive.index.write() as session:
        row = people.person(session, name)
        if people.fold_name(name) == people.fold_name(archive.who):
            raise LastAdministrator(name=row.name)
        people.suspend(session, row, datetime.now(UTC))
        archive.note(session, "user-suspend", row.name)
        found = row.name
    end_sessions(archive.home, found)
    return found


@needs(Duty.PEOPLE)
def resume(archive: Archive, name: str) -> str:
    """Let somebody in again. Return the name as the register has it.

    Raises:
        index.NoSuchPerson: nobody goes by that name.
    """
    with archive.index.write() as session:
        row = people.person(session, name)
        people.resume(session, row)
        archive.note(session, "user-resume", row.name)
        return row.name
