"""``station watch`` and ``station send``: what runs on a scanner PC."""

import threading
from pathlib import Path
from typing import Annotated, Final, Protocol

import typer

from cli.jsonlog import JsonLog
from cli.options import Json, Language
from cli.screen import Screen
from cli.speech import lang_now
from cli.stopping import stopping
from cli.watching import sentences
from desk import stationing
from desk.stationing import Dropping, Ears, Sent, Way
from dossier.errors import JuanzongError
from ingest.scan import shown
from ingest.station.spool import Held
from ingest.watch import Notice, Said

Folders = Annotated[list[Path], typer.Argument(help="station.arg-folders")]
DEFAULT_STATION: Final = Path("~/juanzong-station")
Station = Annotated[Path, typer.Option("--station", envvar="JUANZONG_STATION", help="station.opt-station")]
Server = Annotated[str, typer.Option("--server", envvar="JUANZONG_SERVER", help="station.opt-server")]
CaFile = Annotated[Path | None, typer.Option("--ca-file", envvar="JUANZONG_CA_FILE", help="station.opt-ca-file")]
KeepDays = Annotated[int, typer.Option("--keep-days", min=0, max=3650, help="station.opt-keep-days")]
Once = Annotated[bool, typer.Option("--once", help="station.opt-once")]
Polling = Annotated[bool, typer.Option("--polling", help="cli.opt-polling")]


class _Log(Protocol):
    """Hears what a station has to tell."""

    def sealed(self, held: Held) -> None: ...

    def stored(self, held: Held) -> None: ...

    def trouble(self, trouble: JuanzongError | None) -> None: ...

    def notice(self, notice: Notice) -> None: ...


def watch(
    folders: Folders,
    *,
    server: Server,
    folder: Station = DEFAULT_STATION,
    ca_file: CaFile = None,
    keep_days: KeepDays = 0,
    once: Once = False,
    polling: Polling = False,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Seal every scan that appears, send it, and let it go once it is stored."""
    screen = Screen(lang_now(lang), as_json=as_json)
    place, way, dropping = _place(folder), _way(screen, server, ca_file), Dropping(keep_days, polling)
    if once:
        _show(screen, stationing.watch_once(place, folders, way, dropping, _ears(_Spoken(screen))))
        return
    log: _Log = _Spoken(screen) if screen.watched else _Lines(screen)
    stop = threading.Event()
    names = [shown(str(one)) for one in folders]
    if isinstance(log, _Lines):
        log.write("started", folders=names)
    else:
        screen.say("cli.watching", folders=", ".join(names))
    with stopping(stop):
        stationing.watch(place, folders, way, dropping, _ears(log), stop=stop)
    if isinstance(log, _Lines):
        log.write("stopped")
    else:
        screen.say("cli.watch-stopped")


def send(
    *,
    server: Server,
    folder: Station = DEFAULT_STATION,
    ca_file: CaFile = None,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Send what waits, once."""
    screen = Screen(lang_now(lang), as_json=as_json)
    _show(screen, stationing.send(_place(folder), _way(screen, server, ca_file), _ears(_Spoken(screen))))


def _place(folder: Path) -> Path:
    return folder.expanduser().absolute()


def _way(screen: Screen, server: str, ca_file: Path | None) -> Way:
    return Way(server, ca_file.expanduser() if ca_file is not None else None, screen.lang)


def _ears(log: _Log) -> Ears:
    return Ears(log.sealed, log.stored, log.trouble, log.notice)


def _show(screen: Screen, sent: Sent) -> None:
    if screen.as_json:
        screen.json(sent.as_json())
    else:
        screen.line(screen.text("station.sent", stored=len(sent.stored), waiting=sent.waiting))


class _Spoken:
    """Tells a person, in sentences."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def sealed(self, held: Held) -> None:
        """Say nothing: what matters is that it is stored."""

    def stored(self, held: Held) -> None:
        """Tell that a capture is stored."""
        self._screen.say("station.said-stored", capture=held.capture)

    def trouble(self, trouble: JuanzongError | None) -> None:
        """Tell what keeps sending, or that it goes on."""
        if trouble is None:
            self._screen.say("station.said-well")
        else:
            self._screen.note(trouble.say(self._screen.lang), style="yellow")

    def notice(self, notice: Notice) -> None:
        """Tell what there is to say of drop folders and scans."""
        if notice.said not in {Said.EVENTS, Said.POLLING}:
            for text in sentences(self._screen, notice):
                self._screen.note(text, style="yellow" if notice.error else None)


class _Lines:
    """One JSON object a line on standard error, with numbers of captures and nothing out of any."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._log = JsonLog()

    def write(self, event: str, **facts: object) -> None:
        """Write one line."""
        self._log.write(event, **facts)

    def sealed(self, held: Held) -> None:
        """Log that a scan is sealed, and waits."""
        self.write("sealed", capture=held.capture)

    def stored(self, held: Held) -> None:
        """Log that the archive has stored it."""
        self.write("stored", capture=held.capture)

    def trouble(self, trouble: JuanzongError | None) -> None:
        """Log what keeps sending, or that it goes on."""
        if trouble is None:
            self.write("sending")
        else:
            self.write("trouble", reason=trouble.wording, text=trouble.say(self._screen.lang))

    def notice(self, notice: Notice) -> None:
        """Log what there is to say of drop folders and scans."""
        reason = notice.error.wording if isinstance(notice.error, JuanzongError) else None
        text = " ".join(sentences(self._screen, notice))
        self.write(notice.said.value, path=shown(str(notice.path)), reason=reason, text=text)
