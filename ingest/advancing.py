"""Take one capture to its end, alone on this machine; what the store changed is set aside, not tried again."""

from index import journal
from index.journal import State
from index.tables import Capture
from ingest.alone import alone
from ingest.journey import Journey, Stand
from vault.errors import Tampered


def advance(journey: Journey, number: str, fresh: Capture | None = None) -> Stand:
    """Take a capture to its end, unless another thread or process of this machine just did.

    Raises:
        VaultFailed, ReadingAbandoned, Overtaken: as ``Journey.go_on``.
    """
    taking = journey.taking
    with alone(taking.locks / number):
        try:
            return journey.go_on(number, fresh=fresh)
        except Tampered as broken:
            with taking.index.write() as session:
                journal.quarantine(session, number, error=broken.wording, facts=broken.facts)
            return Stand(State.QUARANTINED, broken.wording, broken.facts)
