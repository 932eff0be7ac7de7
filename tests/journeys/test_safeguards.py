"""Backups and destruction as the records desk does them: from the command line, with places that come and go."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from docx import Document

from desk import backups, lookup
from desk.archive import Archive
from desk.home import Home, HomeTaken
from tests.cli.conftest import Ran, Run, run  # noqa: F401  # the fixture
from tests.journeys.conftest import PASSPHRASE, new_home
from tests.vault.conftest import s3_endpoint  # noqa: F401  # the fixture
from tests.vault.stores import swift
from vault.errors import NoBackup, WrongPassphrase
from vault.keyfile import FAST
from vault.seal import envelope_names
from vault.stores.local import LocalStore
from vault.transfer import carry_tombstones

TEXTS = ("鱷魚藍檸檬紙鳶", "木棉飛鼠銅鑼燒")
PEOPLE = ("--decided-by", "Ng", "--decided-by", "Li")


@dataclass(frozen=True, slots=True)
class Office:
    """An archive with two memos that came through a drop folder."""

    home: Home
    drop: Path
    captures: tuple[str, str]


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive and its drop folder, to be copied."""
    folder = tmp_path_factory.mktemp("pattern")
    home, drop = new_home(folder), folder / "drop"
    drop.mkdir()
    for number, text in enumerate(TEXTS):
        memo = Document()
        memo.add_paragraph(f"SPECIMEN {text}")
        memo.save(str(drop / f"memo-{number}.docx"))
    return home.path.parent


@pytest.fixture
def office(pattern: Path, tmp_path: Path, run: Run) -> Office:  # noqa: F811
    """The archive with both memos taken over."""
    folder = tmp_path / "office"
    shutil.copytree(pattern, folder)
    home = Home(folder / "home")
    taken = run("watch", "--once", folder / "drop", "--json", "--home", home.path).json["captures"]
    by_name = {one["name"]: one["id"] for one in taken}
    return Office(home, folder / "drop", (by_name["memo-0.docx"], by_name["memo-1.docx"]))


@pytest.fixture
def ask(office: Office, run: Run) -> Callable[..., Ran]:  # noqa: F811
    """Run a command on the office's archive."""

    def go(*arguments: object) -> Ran:
        return run(*arguments, "--home", office.home.path)

    return go


def found(ran: Ran) -> int:
    """How many hits a search had."""
    assert ran.code == 0, ran.err
    total: int = ran.json["total"]
    return total


def test_destroyed_everywhere_within_reach(office: Office, ask: Callable[..., Ran], tmp_path: Path) -> None:
    """The keys go from store and backup, and old snapshots and copies in done/ too; the place out of reach is named."""
    near, far = tmp_path / "near", tmp_path / "far"
    until = (datetime.now(UTC) + timedelta(days=40)).date().isoformat()
    assert ask("vault", "backup", near).code == 0
    assert ask("vault", "backup", near).code == 0
    assert ask("vault", "backup", far, "--kept-until", until).code == 0
    assert {row["place"] for row in ask("vault", "backups", "--json").json["backups"]} == {str(near), str(far)}
    far.rename(tmp_path / "away")
    page = tmp_path / "certificate.pdf"
    gone = ask("vault", "destroy", office.captures[0], "--reason", "保存期滿", *PEOPLE, "-o", page, "--json")
    assert gone.code == 0, gone.err
    told = gone.json
    assert told["captures"] == [office.captures[0]]
    assert told["backups_cleared"] == [str(near)]
    assert told["backups_out_of_reach"] == [{"place": str(far), "kept_until": until}]
    assert [Path(name).name for name in told["copies_deleted"]] == ["memo-0.docx"]
    assert json.loads(told["statement"])["last_copy_lapses"] == until
    assert any(until in line for line in told["sentences"])
    assert page.read_bytes().startswith(b"%PDF")
    assert [path.name for path in office.drop.rglob("*.docx")] == ["memo-1.docx"]
    assert len(list((near / "snapshots").iterdir())) == 1
    objects = {one["object"] for one in json.loads(told["statement"])["objects"]}
    for place in (near, office.home.store):
        names = {one.name for one in LocalStore.found(place).names("keys/")}
        assert not any(name.startswith(envelope_names(one)) for name in names for one in objects)
    assert any(one.is_file() for one in (tmp_path / "away" / "keys").rglob("*"))
    assert found(ask("search", TEXTS[0], "--json")) == 0
    assert found(ask("search", TEXTS[1], "--json")) == 1


def test_a_certificate_never_takes_a_files_place(office: Office, ask: Callable[..., Ran], tmp_path: Path) -> None:
    """Where a file is already nothing is destroyed; as text it says in plain words what happened."""
    there = tmp_path / "there.txt"
    there.write_text("mine")
    refused = ask("vault", "destroy", office.captures[0], "--reason", "r", *PEOPLE, "-o", there)
    assert refused.code != 0
    assert there.read_text() == "mine"
    assert found(ask("search", TEXTS[0], "--json")) == 1
    assert ask("vault", "destroy", office.captures[0], "--reason", "r", *PEOPLE, "-o", tmp_path / "new.txt").code == 0
    text = (tmp_path / "new.txt").read_text(encoding="utf-8")
    assert "Certificate of destruction" in text
    assert "No copy that could be opened is left" in text


def test_what_was_destroyed_since_does_not_come_back(office: Office, ask: Callable[..., Ran], tmp_path: Path) -> None:
    """A backup that was out of reach, restored where the live store is not known: refreshed first, it forgets too."""
    assert ask("vault", "backup", tmp_path / "usb").code == 0
    (tmp_path / "usb").rename(tmp_path / "away")
    assert ask("vault", "destroy", office.captures[0], "--reason", "r", *PEOPLE).code == 0
    (tmp_path / "away").rename(tmp_path / "usb")
    # Tombstones reach the place, and nothing else: as when a refresh breaks off right after them.
    with Archive.open(office.home, office.home.settings(), PASSPHRASE) as archive:
        store = LocalStore.found(tmp_path / "usb")
        assert carry_tombstones(archive.vault, archive.vault.over(store)) > 0
    elsewhere = Home(tmp_path / "elsewhere")
    backups.restore(elsewhere, str(tmp_path / "usb"), PASSPHRASE, cost=FAST)
    with Archive.open(elsewhere, elsewhere.settings(), PASSPHRASE) as archive:
        assert lookup.search(archive, TEXTS[0]).total == 0
        assert lookup.search(archive, TEXTS[1]).total == 1


def test_the_index_keeps_no_rest_of_what_was_destroyed(office: Office, ask: Callable[..., Ran]) -> None:
    """After a destruction the index file has no free page in which old text could lie, and no old journal beside it."""
    assert ask("vault", "destroy", office.captures[0], "--reason", "r", *PEOPLE).code == 0
    with Archive.open(office.home, office.home.settings(), PASSPHRASE) as archive:
        key = archive.keys.index_key()
    connection = sqlcipher.connect(str(office.home.index), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)
    told = connection.execute("SELECT count(*) FROM page_words WHERE page_words MATCH '\"鱷魚\"'").fetchone()
    connection.close()
    assert told == (0,)


def test_a_wrong_passphrase_leaves_nothing_and_the_right_one_then_restores(
    office: Office, ask: Callable[..., Ran], tmp_path: Path
) -> None:
    """A slip of the finger is no reason to start over: the same folder serves the second try."""
    assert ask("vault", "backup", tmp_path / "usb").code == 0
    home = Home(tmp_path / "elsewhere")
    with pytest.raises(WrongPassphrase):
        backups.restore(home, str(tmp_path / "usb"), "another wrong copper ladder", cost=FAST)
    assert not list(home.path.iterdir())
    done = backups.restore(home, str(tmp_path / "usb"), PASSPHRASE, cost=FAST)
    assert (done.missing, done.damaged) == ((), ())
    with pytest.raises(HomeTaken):
        backups.restore(home, str(tmp_path / "usb"), PASSPHRASE, cost=FAST)
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "letter.txt").write_text("mine")
    with pytest.raises(HomeTaken):
        backups.restore(Home(tmp_path / "taken"), str(tmp_path / "usb"), PASSPHRASE, cost=FAST)
    empty = LocalStore.create(tmp_path / "empty", archive="x")
    with pytest.raises(NoBackup):
        backups.restore(Home(tmp_path / "none"), str(empty.root), PASSPHRASE, cost=FAST)


def test_a_restore_that_broke_off_goes_on(office: Office, ask: Callable[..., Ran], tmp_path: Path) -> None:
    """What a restore left half done is gone on with by the same command."""
    assert ask("vault", "backup", tmp_path / "usb").code == 0
    home = Home(tmp_path / "elsewhere")

    def break_off(done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backups.restore(home, str(tmp_path / "usb"), PASSPHRASE, cost=FAST, progress=break_off)
    assert list(home.path.iterdir())
    assert not home.exists()
    backups.restore(home, str(tmp_path / "usb"), PASSPHRASE, cost=FAST)
    with Archive.open(home, home.settings(), PASSPHRASE) as archive:
        assert sum(1 for _ in archive.vault.objects()) == 6


def test_backups_go_to_a_bucket_and_come_back(
    office: Office,
    ask: Callable[..., Ran],
    tmp_path: Path,
    s3_endpoint: str,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A second run carries nothing; another machine with the passphrase alone has the archive again."""
    monkeypatch.setenv("JUANZONG_S3_ACCESS_KEY", swift.ACCESS_KEY)
    monkeypatch.setenv("JUANZONG_S3_SECRET_KEY", swift.SECRET_KEY)
    place = f"s3://{s3_endpoint}/backups/office?tls=no"
    first = ask("vault", "backup", place, "--json")
    assert first.code == 0, first.err
    assert first.json["carried"] == 6
    assert ask("vault", "backup", place, "--json").json["carried"] == 0
    home = Home(tmp_path / "elsewhere")
    done = backups.restore(home, place, PASSPHRASE, cost=FAST)
    assert (done.objects, done.missing, done.damaged) == (6, (), ())
    assert home.settings().store == "local"


def test_an_archive_restored_into_a_bucket_says_so(
    office: Office,
    ask: Callable[..., Ran],
    tmp_path: Path,
    s3_endpoint: str,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Restored with another store than it had, the settings name the new one, and the archive opens from it."""
    monkeypatch.setenv("JUANZONG_S3_ACCESS_KEY", swift.ACCESS_KEY)
    monkeypatch.setenv("JUANZONG_S3_SECRET_KEY", swift.SECRET_KEY)
    assert ask("vault", "backup", tmp_path / "usb").code == 0
    home, store = Home(tmp_path / "elsewhere"), f"s3://{s3_endpoint}/restored?tls=no"
    backups.restore(home, str(tmp_path / "usb"), PASSPHRASE, store=store, cost=FAST)
    assert home.settings().store == store
    assert not home.store.exists()
    with Archive.open(home, home.settings(), PASSPHRASE) as archive:
        assert sum(1 for _ in archive.vault.objects()) == 6


def test_a_backup_can_be_discarded(office: Office, ask: Callable[..., Ran], tmp_path: Path) -> None:
    """A backup that is noted as gone is asked for no more; one that was never made cannot be."""
    assert ask("vault", "backup", tmp_path / "usb").code == 0
    shutil.rmtree(tmp_path / "usb")
    assert ask("vault", "backup", tmp_path / "usb", "--discarded").code == 0
    assert ask("vault", "backups", "--json").json == {"backups": []}
    assert ask("vault", "backup", tmp_path / "usb", "--discarded").code != 0
    assert ask("vault", "backup", tmp_path / "usb", "--kept-until", "2020-01-01").code != 0


def test_whoever_lacks_a_level_makes_no_backup(office: Office, tmp_path: Path) -> None:
    """A backup without a level's part of the index would look whole and not be: it is refused."""
    with Archive.open(office.home, office.home.settings(), PASSPHRASE) as archive:
        held = {level: key for level, key in archive.keys.index_keys.items() if level != "secret"}
        partial = replace(archive, keys=replace(archive.keys, index_keys=held))
        with pytest.raises(backups.BackupPartial):
            backups.backup(partial, str(tmp_path / "usb"))
        assert not (tmp_path / "usb").exists()
