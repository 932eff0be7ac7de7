"""Give a dossier its running number 編號: one that it shares with its contract and its title document."""

import re
from datetime import UTC, date, datetime

from sqlmodel import Session, col, select

from desk.archive import Archive
from desk.lookup import DossierView
from desk.lookup import dossier as look_up
from desk.rights import dossier_for, needs
from dossier.contents import next_number, number_shape
from dossier.errors import ExitCode, JuanzongError
from dossier.model import Event
from dossier.rights import Deed
from index import dossiers as shelf
from index.tables import Dossier, DossierIdentifier
from ingest import filing as placing

NUMBER = "number"
"""The identifier and fact that hold a running number."""
NUMBERED = "numbered"
"""The event that says one was assigned."""


class NotNumbered(JuanzongError):
    """The dossier's kind has no running numbers."""

    exit_code = ExitCode.POLICY
    wording = "dossiers.not-numbered"


class NumberedAlready(JuanzongError):
    """The dossier has a running number already."""

    exit_code = ExitCode.USAGE
    wording = "dossiers.numbered-already"


class NumberWrong(JuanzongError):
    """A number does not follow the pattern, or another dossier has it."""

    exit_code = ExitCode.USAGE
    wording = "dossiers.number-wrong"


@needs(Deed.CHANGE)
def assign_number(archive: Archive, dossier: str, number: str = "", *, on: date | None = None) -> DossierView:
    """Give a dossier the running number after the highest one taken, or the one that its papers bear already.

    Raises:
        index.NoSuchThing: no dossier, or more than one, goes by that name.
        NotNumbered, NumberedAlready: its kind has no numbers; it has one.
        NumberWrong: the number given does not follow the pack's pattern, or another dossier has it.
    """
    now, day = datetime.now(UTC), on or date.today()  # noqa: DTZ011  # a day where the office is
    with archive.index.write() as session:
        row = dossier_for(archive, session, Deed.CHANGE, dossier)
        kind = archive.packs[row.pack].dossiers[row.kind]
        if kind.numbering is None:
            raise NotNumbered(dossier=row.key, kind=row.kind)
        taken = _taken(session, row)
        own = [value for owner, value in taken if owner == row.id]
        if own:
            raise NumberedAlready(dossier=row.key, number=own[0])
        values = [value for _, value in taken]
        given = number.strip() or next_number(kind.numbering, values)
        if not re.fullmatch(number_shape(kind.numbering), given) or given in values:
            raise NumberWrong(number=given, pattern=kind.numbering.pattern)
        shelf.identify(session, row.id, NUMBER, given)
        if NUMBER in kind.facts:
            shelf.set_fact(session, row.id, NUMBER, given, by=archive.who, at=now)
        if NUMBERED in kind.events:
            shelf.add_event(session, row.id, Event(NUMBERED, day, by=archive.who))
        archive.note(session, "number", row.id, {"number": given})
        placing.name_dossier(session, row.id, archive.shelves, now)
        placing.file_waiting(session, archive.shelves, now)
    return look_up(archive, row.key)


def _taken(session: Session, row: Dossier) -> list[tuple[str, str]]:
    """Return the numbers of the dossiers of one kind, with whose they are."""
    statement = (
        select(DossierIdentifier.dossier, DossierIdentifier.value)
        .join(Dossier, col(Dossier.id) == col(DossierIdentifier.dossier))
        .where(Dossier.pack == row.pack, Dossier.kind == row.kind, DossierIdentifier.type == NUMBER)
    )
    return [(owner, value) for owner, value in session.exec(statement)]
