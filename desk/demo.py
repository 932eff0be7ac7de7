"""The whole journey on synthetic scans, one scene after another, in a folder of its own."""

import hashlib
import shlex
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from desk import capture, lookup, reports, retrieval, setup
from desk.archive import Archive
from desk.home import Home
from desk.lookup import Found
from desk.reports import Completeness
from desk.taken import Taken
from dossier.errors import ExitCode, JuanzongError
from dossier.wording import Lang, say
from ocr.specimen import demo_batch

MARK: Final = ".juanzong-demo"
"""Tells a folder that a demo made, so that no other folder is ever emptied."""
PASSPHRASE: Final = "specimen papers under glass 樣本"  # noqa: S105  # a demo's, printed on the screen
QUERIES: Final = ("車輛識別代號", '"整备质量" OR 引擎號碼', "kind:purchase-invoice 價稅合計")
"""Traditional characters that hit simplified text, a boolean query over both, a filter with words."""

Tick = Callable[[int, int, str], None]


class DemoTaken(JuanzongError):
    """The folder for the demo holds something else."""

    exit_code = ExitCode.OUTPUT
    wording = "desk.demo-taken"


@dataclass(frozen=True, slots=True)
class Proof:
    """A document taken out again: the scan it came from, where the copy lies, and whether the two are the same."""

    name: str
    file: Path
    sha256: str
    same: bool


class Stage:
    """The demo's folder and what is in it: ``drop/`` for scans, ``home/`` for the archive."""

    def __init__(self, folder: Path, lang: Lang, *, today: date | None = None) -> None:
        self.folder = folder.absolute()
        self.drop = self.folder / "drop"
        self.home = Home(self.folder / "home")
        self._lang: Lang = lang
        self._today = today or date.today()  # noqa: DTZ011  # deadlines are days where the office is
        self._drawn: dict[str, str] = {}

    def make_home(self) -> str:
        """Make the demo's folder anew with an empty archive in it, and return the recovery code.

        Raises:
            DemoTaken: the folder exists and no demo made it.
        """
        if self.folder.exists():
            if not (self.folder / MARK).is_file():
                raise DemoTaken(folder=self.folder)
            shutil.rmtree(self.folder)
        self.drop.mkdir(parents=True)
        (self.folder / MARK).touch()
        return setup.make(self.home, PASSPHRASE, lang=self._lang).recovery_code

    def draw(self, tick: Tick) -> int:
        """Draw the scans into the drop folder, as a scanner would, and return how many there are."""
        batch = demo_batch(today=self._today)
        for number, scan in enumerate(batch):
            tick(number, len(batch), scan.name)
            (self.drop / scan.name).write_bytes(scan.content)
            self._drawn[scan.name] = hashlib.sha256(scan.content).hexdigest()
        tick(len(batch), len(batch), "")
        return len(batch)

    def archive(self) -> AbstractContextManager[Archive]:
        """Open the demo's archive."""
        return Archive.open(self.home, self.home.settings(), PASSPHRASE)

    def watch(self, archive: Archive, tick: Tick) -> list[Taken]:
        """Run the watcher over the drop folder once."""
        return capture.watch_once(archive, [self.drop], stop=threading.Event(), tick=tick)

    def counts(self, taken: Sequence[Taken]) -> dict[str, int]:
        """Return how many scans came to which state, and how many dossiers there are."""
        states = Counter(one.state for one in taken)
        dossiers = {document.dossier for one in taken for document in one.documents if document.dossier}
        known = {state: states[state] for state in ("filed", "review", "quarantined")}
        return {**known, "scans": len(taken), "dossiers": len(dossiers)}

    def report(self, archive: Archive) -> Completeness:
        """Judge every dossier for the demo's day."""
        return reports.completeness(archive, as_of=self._today)

    def searches(self, archive: Archive) -> Iterator[tuple[str, Found]]:
        """Run the demo's searches."""
        for query in QUERIES:
            yield query, lookup.search(archive, query, limit=3)

    def retrieve(self, archive: Archive, taken: Sequence[Taken]) -> Proof:
        """Take the first filed document out of the vault and compare it with the scan that was drawn."""
        one = next(taken_one for taken_one in taken if taken_one.state == "filed")
        target = self.folder / f"retrieved-{one.name}"
        retrieval.save(archive, one.documents[0].id, target)
        digest = hashlib.sha256(target.read_bytes()).hexdigest()
        return Proof(one.name, target, digest, same=digest == self._drawn[one.name])

    def next_steps(self) -> list[str]:
        """Return what to try next, as lines to copy."""
        where = Path.cwd()
        home = self.home.path.relative_to(where) if self.home.path.is_relative_to(where) else self.home.path
        drop = self.drop.relative_to(where) if self.drop.is_relative_to(where) else self.drop
        steps = [
            say("desk.demo-next", self._lang),
            f"  export JUANZONG_HOME={shlex.quote(str(home))} JUANZONG_PASSPHRASE={shlex.quote(PASSPHRASE)}",
            '  export PATH="$PWD/.venv/bin:$PATH"' if (where / ".venv/bin/juanzong").exists() else "",
            "  juanzong dossier list",
            "  juanzong report completeness --lang zh-Hant",
            "  juanzong search 保險單 --lang zh-Hant",
            f"  juanzong watch {shlex.quote(str(drop))}      # " + say("desk.demo-next-watch", self._lang),
            "  juanzong doctor",
        ]
        return [step for step in steps if step]
