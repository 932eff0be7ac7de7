"""What changes beside a running program: settings, packs, kinds and calendar, taken up by their files' times."""

import os
import threading
from pathlib import Path

import pytest

from desk import capture, setup
from desk.archive import Archive
from desk.home import Home, IntakeSettings
from desk.in_force import Changes, InForce
from dossier.errors import JuanzongError
from index.record import entries
from ingest.pipeline import Done
from ingest.watch import Notice, Said
from ocr.specimen import FontsMissing, encode, vehicle_papers
from tests.desk.office import PASSPHRASE
from vault.keyfile import FAST

GENERAL = Path(__file__).parents[2] / "dossier" / "packs" / "general.toml"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An archive with the general pack alone in force."""
    made = Home(tmp_path / "home")
    setup.make(made, PASSPHRASE, cost=FAST)
    settings = made.settings().model_copy(
        update={"packs": ("general",), "intake": IntakeSettings(quiet_seconds=0, reserve_mib=0)}
    )
    made.write(settings)
    return made


def test_each_file_is_noticed_once(home: Home) -> None:
    """The settings, a pack of one's own, a kind and the calendar; the same files again are no change."""
    own = home.path / "own.toml"
    own.write_text(GENERAL.read_text(encoding="utf-8").replace('id = "general"', 'id = "own"', 1), encoding="utf-8")
    home.amend({"packs": ["own.toml"], "calendar.file": "calendar.toml"})
    changes = Changes(home)
    assert not changes.told(), "the first look remembers"
    kinds = home.path / "kinds"
    kinds.mkdir()
    for file, text in (
        (home.settings_file, home.settings_file.read_text() + "\n"),
        (own, own.read_text(encoding="utf-8") + "\n"),
        (home.path / "calendar.toml", "closed = [2026-12-24]\n"),
        (kinds / "own.toml", "# none yet\n"),
    ):
        changes.told()
        file.write_text(text, encoding="utf-8")
        assert changes.told(), file.name
        assert not changes.told(), file.name
    os.utime(own, ns=(1, 1))
    assert changes.told(), "put back from a backup: older, and another"


def test_what_cannot_be_used_leaves_in_force_what_was(home: Home) -> None:
    """A broken file is told once; a right one counts again, for whoever kept the shelves too."""
    refused = list[JuanzongError]()
    with Archive.open(home, home.settings(), PASSPHRASE) as archive:
        in_force = InForce(archive, refused.append)
        kept = in_force.shelves
        assert {shelf.pack for shelf in kept} == {"general"}
        good = home.settings_file.read_text(encoding="utf-8")
        home.settings_file.write_text(good + "\nnonsense = [", encoding="utf-8")
        assert {shelf.pack for shelf in kept} == {"general"}
        assert len(kept) > 0
        assert [fault.wording for fault in refused] == ["desk.settings-wrong"]
        home.settings_file.write_text(good, encoding="utf-8")
        home.amend({"packs": ["auto-dealer", "general"]})
        assert kept[0].pack == "auto-dealer"
        assert in_force.taken_up()
        assert not in_force.taken_up()


def test_a_watcher_files_by_a_pack_that_came_while_it_ran(home: Home, tmp_path: Path) -> None:
    """It says so, puts it on record, and opens the dossiers that the new pack knows; no restart."""
    drop = tmp_path / "drop"
    drop.mkdir()
    try:
        (paper,) = vehicle_papers("web", kinds=("purchase-invoice",), dpi=150)
    except FontsMissing as missing:
        pytest.skip(str(missing))
    stop, renewed, done = threading.Event(), threading.Event(), threading.Event()
    said: list[Notice] = []

    def hear(notice: Notice) -> None:
        said.append(notice)
        if notice.said is Said.RENEWED:
            renewed.set()

    def finished(_: Done) -> None:
        done.set()

    with Archive.open(home, home.settings(), PASSPHRASE) as archive:
        watcher = threading.Thread(
            target=lambda: capture.watch(
                archive, [drop], stop=stop, on_done=finished, on_notice=hear, on_pulse=lambda _: first.set()
            )
        )
        first = threading.Event()
        watcher.start()
        try:
            assert first.wait(60)
            home.amend({"packs": ["auto-dealer", "general"]})
            assert renewed.wait(30)
            (drop / "invoice.pdf").write_bytes(encode(paper.pages, "pdf", 150))
            assert done.wait(120)
        finally:
            stop.set()
            watcher.join(60)
        with archive.index.read() as session:
            record = entries(session)
    opened = [entry.facts for entry in record if entry.what == "open-dossier"]
    assert opened
    changed = [entry.facts["in_force"] for entry in record if entry.what == "policy-change"]
    assert changed[-1] == ["auto-dealer", "general"]
    assert not [notice for notice in said if notice.said is Said.UNFIT]
