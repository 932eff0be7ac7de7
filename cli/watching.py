"""What a running watcher shows: one live line on a terminal, a log of JSON lines anywhere else."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from cli.jsonlog import JsonLog
from cli.screen import Screen
from desk.pulse import Pulse
from desk.sayings import state_title
from dossier.errors import JuanzongError
from dossier.wording import known, say
from ingest.pipeline import Done
from ingest.scan import shown
from ingest.watch import Notice, Said


class WatchLog(Protocol):
    """Hears of scans that are done, of what keeps others, and how things stand."""

    def done(self, one: Done) -> None: ...

    def notice(self, notice: Notice) -> None: ...

    def pulse(self, pulse: Pulse) -> None: ...


@contextmanager
def watch_log(screen: Screen, folders: Sequence[Path]) -> Iterator[WatchLog]:
    """Give what a watcher over ``folders`` tells; begins and ends with a word of its own."""
    if not screen.watched:
        log = _Lines(screen)
        log.write("started", folders=[shown(str(folder)) for folder in folders])
        yield log
        log.write("stopped")
        return
    screen.say("cli.watching", folders=", ".join(shown(str(folder)) for folder in folders))
    with screen.live() as show:
        yield _Live(screen, show)
    screen.say("cli.watch-stopped")


def tell(screen: Screen, notice: Notice, *, quiet: bool = False) -> None:
    """Pass on what the watcher has to say, an error in its own words; ``quiet`` leaves out what is routine."""
    if quiet and notice.said in {Said.EVENTS, Said.POLLING}:
        return
    for text in sentences(screen, notice):
        screen.note(text, style="yellow" if notice.error else None)


def sentences(screen: Screen, notice: Notice) -> list[str]:
    """Return what a notice says: the error behind it, and what that comes to."""
    refused = notice.said is Said.REFUSED  # says it all, with the place
    found = [notice.error.say(screen.lang)] if isinstance(notice.error, JuanzongError) and not refused else []
    path, key = shown(str(notice.path)), f"watch.said-{notice.said.value}"
    stuck = f"watch.stuck-{notice.stuck.value}" if notice.stuck else ""
    key = stuck if known(stuck) else key
    return [*found, say(key, screen.lang, path=path)] if known(key) else found


class LeftLog:
    """Collects what one pass leaves in the drop folders, and why."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._left: dict[Path, dict[str, str]] = {}

    def notice(self, notice: Notice) -> None:
        """Tell it, and keep it."""
        tell(self._screen, notice, quiet=True)
        if notice.said in {Said.STUCK, Said.REFUSED, Said.DEFERRED, Said.HELD}:
            why = notice.stuck.value if notice.stuck else notice.said.value
            text = " ".join(sentences(self._screen, notice))
            self._left[notice.path] = {"path": shown(str(notice.path)), "why": why, "text": text}

    def as_json(self) -> list[dict[str, str]]:
        """Return it as plain JSON values."""
        return list(self._left.values())


class _Live:
    """One line that changes, on a terminal; what a person should act on stands above it."""

    def __init__(self, screen: Screen, show: Callable[[str], None]) -> None:
        self._screen = screen
        self._show = show

    def done(self, one: Done) -> None:
        """Tell of a scan that wants a person."""
        if one.state not in {"quarantined", "locked"} or one.duplicate:
            return
        state = state_title(one.state, self._screen.lang)
        self._screen.say("watch.aside", capture=one.capture, state=state)

    def notice(self, notice: Notice) -> None:
        """Tell what the watcher has to say."""
        tell(self._screen, notice)

    def pulse(self, pulse: Pulse) -> None:
        """Show how things stand."""
        facts = {name: getattr(pulse, name) for name in ("waiting", "reading", "filed", "review", "quarantined")}
        rate = f"{pulse.pages_a_minute:.0f}"
        self._show(self._screen.text("watch.line", **facts, locked=pulse.locked, rate=rate))


class _Lines:
    """One JSON object a line on standard error, with numbers of captures and documents and nothing out of any."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._log = JsonLog()

    def done(self, one: Done) -> None:
        """Log a scan that is done."""
        state = "duplicate" if one.duplicate else one.state.value
        facts = {"reason": one.error} if one.error else {}
        seconds = round(one.seconds, 2)
        self.write(
            "taken",
            capture=one.capture,
            state=state,
            documents=list(one.documents),
            pages=one.pages,
            seconds=seconds,
            **facts,
        )

    def notice(self, notice: Notice) -> None:
        """Log what the watcher has to say; a file that is no capture yet has no number, only its place."""
        facts: dict[str, Any] = {"path": shown(str(notice.path))}
        if isinstance(notice.error, JuanzongError):
            facts["reason"] = notice.error.wording
        elif notice.error is not None:
            facts["reason"] = type(notice.error).__name__
        if notice.stuck is not None:
            facts["stuck"] = notice.stuck.value
        self.write(notice.said.value, **facts, text=" ".join(sentences(self._screen, notice)))

    def pulse(self, pulse: Pulse) -> None:
        """Say nothing: a log that grows while nothing happens helps nobody; the heartbeat tells."""

    def write(self, event: str, **facts: Any) -> None:
        """Write one line."""
        self._log.write(event, **facts)
