"""Work as a station: what a scanner PC does with its own key, apart from any archive that could be opened."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dossier.errors import ExitCode, JuanzongError
from ingest import guards, source
from ingest import watch as watching
from ingest.alone import apart
from ingest.scan import Scan
from ingest.settle import SettleSettings
from ingest.source import ReleasePolicy
from ingest.station.capturing import Capturing
from ingest.station.line import Line
from ingest.station.sending import Heard, Sending
from ingest.station.spool import Held, Spool
from ingest.watch import Notice, Said, WatchSettings
from vault.errors import KeysMissing
from vault.stations import open_station

SETTLE: Final = SettleSettings(quiet_seconds=2.0, patience_seconds=600.0)
"""As the watcher of an archive whose settings say nothing else."""
LEAVE_SECONDS: Final = 5.0
"""How long a stop waits for the piece that is on its way; what did not arrive is sent again."""


class StationBusy(JuanzongError):
    """Another program works as this station already (fact: ``folder``)."""

    exit_code = ExitCode.INTAKE
    wording = "station.busy"


class NotAStation(JuanzongError):
    """This machine has not joined an archive as a station (fact: ``folder``)."""

    exit_code = ExitCode.KEYS
    wording = "station.not-one"


@dataclass(frozen=True, slots=True)
class Way:
    """Where a station sends to: the address of the archive's page, what to trust in place of the system's; and in which
    language refusals are told.
    """

    address: str
    ca_file: Path | None = None
    lang: str = "en"


@dataclass(frozen=True, slots=True)
class Dropping:
    """How a station watches: what becomes of scans that are stored (kept so many days, 0 removes them), and how."""

    keep_days: int = 0
    polling: bool = False
    settle: SettleSettings = SETTLE


@dataclass(frozen=True, slots=True)
class Ears:
    """Who hears of scans that were sealed or stored, of what keeps sending (None: it goes on), and of drop folders."""

    on_sealed: Callable[[Held], None] = lambda _: None
    on_stored: Callable[[Held], None] = lambda _: None
    on_trouble: Callable[[JuanzongError | None], None] = lambda _: None
    on_notice: Callable[[Notice], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Sent:
    """What a pass of a station came to: captures that are stored now, and how many wait."""

    stored: tuple[str, ...]
    waiting: int

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"stored": list(self.stored), "waiting": self.waiting}


def send(station_home: Path, way: Way, ears: Ears) -> Sent:
    """Send what waits in the spool, once.

    Raises:
        NotAStation, vault.KeysDamaged, vault.KeysOpen: this machine is no station.
        StationBusy, AddressUnfit, TrustUnreadable: it cannot begin.
        LineDown, SendingRefused, ArrivesSpoiled: it breaks off; what was not stored still waits.
        VaultFailed: the spool cannot be used.
    """
    with _working(station_home, way, ears, threading.Event()) as work:
        return work.pass_on()


def watch_once(station_home: Path, folders: Sequence[Path], way: Way, dropping: Dropping, ears: Ears) -> Sent:
    """Seal what lies in the drop folders now, send it, and let it go.

    Raises:
        ingest.DropRefused: a drop folder cannot be used.
        As ``send``: scans that are not stored stay where they are.
    """
    stop = threading.Event()
    with _working(station_home, way, ears, stop) as work:
        places, capturing = work.dropping(folders, dropping)
        settings = WatchSettings(SettleSettings.for_one_pass(), polling=dropping.polling)
        watching.watch(places, settings, capturing.take, stop, once=True, notice=ears.on_notice)
        sent = work.pass_on()
        capturing.tend()
        return sent


def watch(
    station_home: Path, folders: Sequence[Path], way: Way, dropping: Dropping, ears: Ears, *, stop: threading.Event
) -> None:
    """Seal every scan that settles, send it, and let it go once it is stored, until ``stop`` is set.

    Raises:
        NotAStation, vault.KeysDamaged, vault.KeysOpen: this machine is no station.
        StationBusy, AddressUnfit, TrustUnreadable, ingest.DropRefused: it cannot begin.
    """
    with _working(station_home, way, ears, stop) as work:
        places, capturing = work.dropping(folders, dropping)
        settings = WatchSettings(dropping.settle, polling=dropping.polling)

        def take(scan: Scan) -> None:
            capturing.take(scan)
            work.sending.wake()

        with work.sending_beside() as look:

            def each_round(_: int) -> None:
                look()
                capturing.tend()

            watching.watch(places, settings, take, stop, notice=ears.on_notice, each_round=each_round)


@dataclass(frozen=True, slots=True)
class _Work:
    home: Path
    spool: Spool
    sending: Sending
    ears: Ears
    stop: threading.Event

    def pass_on(self) -> Sent:
        stored = self.sending.send_all()
        return Sent(tuple(one.capture for one in stored), len(self.spool.waiting()))

    def dropping(self, folders: Sequence[Path], how: Dropping) -> tuple[list[Path], Capturing]:
        places = guards.check([folder.absolute() for folder in folders], self.home, memory=self.home / "mounts.json")
        capturing = Capturing(
            self.spool,
            ReleasePolicy(keep_days=how.keep_days),
            on_sealed=self.ears.on_sealed,
            on_held=lambda path, error: self.ears.on_notice(Notice(Said.HELD, path, error)),
        )
        for place in places:
            source.prune(place, how.keep_days, today=capturing.today())
        return list(places), capturing

    @contextmanager
    def sending_beside(self) -> Iterator[Callable[[], None]]:
        """Send in a thread of its own; yield what raises a fault of that thread in the caller's."""
        faults: list[BaseException] = []

        def run() -> None:
            try:
                self.sending.run()
            except BaseException as fault:
                faults.append(fault)
                raise

        def look() -> None:
            if faults:
                raise faults[0]

        thread = threading.Thread(target=run, name="sending", daemon=True)
        thread.start()
        try:
            yield look
        finally:
            self.stop.set()
            self.sending.wake()
            thread.join(LEAVE_SECONDS)


@contextmanager
def _working(station_home: Path, way: Way, ears: Ears, stop: threading.Event) -> Iterator[_Work]:
    try:
        public, station = open_station(station_home)
    except KeysMissing as error:
        raise NotAStation(folder=station_home) from error
    with apart(station_home / "station.lock", 0.0) as alone:
        if not alone:
            raise StationBusy(folder=station_home)
        with Line(way.address, public.archive, station, ca_file=way.ca_file, lang=way.lang) as line:
            spool = Spool(station_home, public, station)
            sending = Sending(spool, line, Heard(ears.on_stored, ears.on_trouble), stop)
            yield _Work(station_home, spool, sending, ears, stop)
