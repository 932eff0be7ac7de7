"""The backups an archive has: where they lie, when each was last brought up to date, until when it is kept."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from sqlmodel import Session, col, select

from index.tables import Meta

_LEAD: Final = "backup "


@dataclass(frozen=True, slots=True)
class Place:
    """One backup: a folder or ``s3://…``, as it was named."""

    name: str
    made: datetime
    """When it was last brought up to date."""
    kept_until: date | None = None
    """The day on which it is overwritten or discarded; None when nobody said."""

    def lapsed(self, today: date) -> bool:
        """Tell whether the day up to which it was to be kept has passed."""
        return self.kept_until is not None and self.kept_until < today


def places(session: Session) -> tuple[Place, ...]:
    """Return all backups that were ever made and not noted as discarded, in the order of their names."""
    rows = session.exec(select(Meta).where(col(Meta.key).startswith(_LEAD)).order_by(col(Meta.key)))
    return tuple(_place(row) for row in rows)


def note_place(session: Session, name: str, *, made: datetime, kept_until: date | None = None) -> Place:
    """Note that a backup is brought up to date; without ``kept_until`` an earlier one of that name stays."""
    known = session.get(Meta, _LEAD + name)
    until = kept_until or (_place(known).kept_until if known else None)
    noted = Place(name, made.astimezone(UTC), until)
    value = {"made": noted.made.isoformat(timespec="seconds"), "until": until.isoformat() if until else None}
    session.merge(Meta(key=_LEAD + name, value=json.dumps(value)))
    return noted


def forget_place(session: Session, name: str) -> bool:
    """Note that a backup is no more; tell whether it was known."""
    known = session.get(Meta, _LEAD + name)
    if known is not None:
        session.delete(known)
    return known is not None


def _place(row: Meta) -> Place:
    value = json.loads(row.value)
    until = date.fromisoformat(value["until"]) if value["until"] else None
    return Place(row.key.removeprefix(_LEAD), datetime.fromisoformat(value["made"]), until)
