"""A ticket: what a station says, sealed, of a scan that it captured; the archive reads it when it takes that over."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Final

from dossier.errors import ExitCode, JuanzongError
from ingest.scan import Scan, shown

VERSION: Final = 1
MOST_LETTERS: Final = 4096


class TicketUnfit(JuanzongError):
    """A station sent a capture whose ticket no version of ours wrote."""

    exit_code = ExitCode.INTAKE
    wording = "station.ticket-unfit"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a scan was called, the drop folder and the folder in it where it lay, and when it was sealed."""

    name: str
    drop: str
    subfolder: str
    sealed: datetime

    @classmethod
    def of(cls, scan: Scan, now: datetime) -> "Ticket":
        """Return the ticket of a scan."""
        return cls(scan.name, shown(str(scan.drop or scan.path.parent)), scan.sub_folder, now)

    def encode(self) -> bytes:
        """Return its bytes, which are sealed and never written as they are."""
        body = {
            "drop": self.drop,
            "name": self.name,
            "sealed": self.sealed.astimezone(UTC).isoformat(timespec="seconds"),
            "subfolder": self.subfolder,
            "version": VERSION,
        }
        return json.dumps(body, ensure_ascii=False, sort_keys=True).encode()


def parse(octets: bytes) -> Ticket:
    """Read a ticket; what a name may not hold is shown as what it is, since a station is believed no further.

    Raises:
        TicketUnfit: an unknown version, a part missing or of another form, or a folder that leads elsewhere.
    """
    try:
        body = json.loads(octets)
        texts = [body["name"], body["drop"], body["subfolder"]]
        sealed = datetime.fromisoformat(body["sealed"])
        fits = body["version"] == VERSION and all(isinstance(one, str) and len(one) <= MOST_LETTERS for one in texts)
        name, drop, subfolder = (shown(one) for one in texts)
        inside = PurePosixPath(subfolder)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TicketUnfit from error
    if not fits or not name or "/" in name or inside.is_absolute() or ".." in inside.parts or sealed.tzinfo is None:
        raise TicketUnfit
    return Ticket(name, drop, subfolder, sealed)
