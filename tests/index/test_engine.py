"""The index file is sealed, opens with its key alone, and says plainly what is wrong with it."""

from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import text

from dossier.wording import LANGS
from index import filing, projection, schema
from index.engine import Index, Shelf, create, open_index
from index.errors import (
    IndexBusy,
    IndexDamaged,
    IndexExists,
    IndexFailed,
    IndexMissing,
    IndexTooNew,
    IndexTooOld,
    IndexUnopened,
    LevelClosed,
)
from index.search import search
from tests.index.conftest import KEY, put

TEXT = "絕密事項 SPECIMEN 內容"


@pytest.fixture
def index(sealed_index: Index) -> Index:
    """The sealed files; what PostgreSQL keeps is looked at in ``test_postgres``."""
    return sealed_index


def test_nothing_readable_is_in_any_file(index: Index, tmp_path: Path) -> None:
    """No file of the index holds a word of the texts or even SQLite's own header, while open or closed."""
    with index.write() as session:
        put(session, [TEXT, "second page"])
        put(session, [TEXT], level="secret")
    for _ in range(2):
        for file in tmp_path.iterdir():
            content = file.read_bytes()
            for word in (b"SPECIMEN", "絕密".encode(), b"SQLite format", b"scan.pdf", b"second"):
                assert word not in content, file.name
        index.close()


def test_another_key_does_not_open_it(index: Index, tmp_path: Path) -> None:
    """A wrong key says so; an unfit one is refused at once; a missing or present file is told apart."""
    index.close()
    with pytest.raises(IndexUnopened):
        open_index(tmp_path / "index.db", bytes(32))
    with pytest.raises(ValueError, match="31"):
        open_index(tmp_path / "index.db", bytes(31))
    with pytest.raises(IndexMissing):
        open_index(tmp_path / "none.db", KEY)
    with pytest.raises(IndexExists):
        create(tmp_path / "index.db", KEY)
    open_index(tmp_path / "index.db", KEY).close()


def test_every_cut_and_any_flip_shows(index: Index, tmp_path: Path) -> None:
    """A file with a flipped bit on any page does not pass for whole."""
    with index.write() as session:
        put(session, [TEXT])
    with index.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    index.close()
    path = tmp_path / "index.db"
    whole = path.read_bytes()
    for page in range(0, len(whole), 4096):
        changed = bytearray(whole)
        changed[page + 2000] ^= 1
        path.write_bytes(changed)
        connection = sqlcipher.connect(str(path))
        connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
        connection.execute("PRAGMA cipher_log_level = NONE")
        assert connection.execute("PRAGMA cipher_integrity_check").fetchall()
        connection.close()
    path.write_bytes(whole[:4096] + bytes(len(whole) - 4096))
    with pytest.raises((IndexDamaged, IndexUnopened)):
        open_index(path, KEY)


def test_a_shelf_opens_with_its_own_key_only(index: Index, tmp_path: Path) -> None:
    """Without a level's key its texts can be neither read nor written nor counted, and the rest works."""
    with index.write() as session:
        document = put(session, [TEXT], level="secret")
        put(session, ["普通"])
    index.close()
    plain = open_index(tmp_path / "index.db", KEY)
    assert plain.levels == ("ordinary",)
    with plain.write() as session:
        assert search(session, "绝密").total == 0
        assert search(session, "普通").total == 1
        with pytest.raises(LevelClosed):
            projection.texts_of(session, document.rpartition("-")[0])
        with pytest.raises(LevelClosed):
            filing.raise_level(session, document.rpartition("-")[0], "ordinary")
    with pytest.raises(IndexUnopened):
        open_index(tmp_path / "index.db", KEY, {"secret": Shelf(tmp_path / "secret.db", bytes(32))})
    plain.close()


def test_raising_the_level_moves_the_text(index: Index, tmp_path: Path) -> None:
    """After a capture is raised its text is on the new shelf alone."""
    with index.write() as session:
        document = put(session, [TEXT], fields={"name": "王小明"})
        filing.raise_level(session, document.rpartition("-")[0], "secret")
        assert search(session, "绝密", levels=["ordinary"]).total == 0
        (hit,) = search(session, "王小明", levels=["secret"]).hits
        assert (hit.document, hit.level) == (document, "secret")


@pytest.mark.parametrize(("revision", "error"), [("9999", IndexTooNew), ("0001", IndexTooOld)])
def test_another_schema_is_refused(index: Index, tmp_path: Path, revision: str, error: type[IndexFailed]) -> None:
    """An index of a newer or older program is not touched."""
    with index.write() as session:
        schema.stamp(session.connection(), revision)
    index.close()
    with pytest.raises(error) as caught:
        open_index(tmp_path / "index.db", KEY)
    assert all(schema.REVISIONS[-1] in caught.value.say(lang) for lang in LANGS)


def test_a_failed_block_leaves_nothing(index: Index) -> None:
    """What a block wrote before its exception is gone."""

    class Fault(Exception):
        """A fault in the middle."""

    def fail() -> None:
        with index.write() as session:
            put(session, ["一"])
            raise Fault

    with pytest.raises(Fault):
        fail()
    with index.read() as session:
        assert projection.page_count(session) == 0
        assert search(session, "一").total == 0


def test_readers_see_one_state_while_another_writes(index: Index) -> None:
    """A reader neither waits for a writer nor sees half of what it does."""
    with index.write() as session:
        put(session, ["甲"])
    with index.read() as reading:
        assert search(reading, "甲").total == 1
        with index.write() as session:
            put(session, ["甲 乙"])
        assert search(reading, "甲").total == 1
    with index.read() as reading:
        assert search(reading, "甲").total == 2


def test_a_writer_that_waits_too_long_says_so(index: Index) -> None:
    """A lock held for longer than one may wait is its own error."""

    def write() -> None:
        with index.read() as second:
            second.execute(text("PRAGMA busy_timeout = 10"))
            second.execute(text("UPDATE heartbeat SET who = who"))

    with index.write(), pytest.raises(IndexBusy):
        write()


def test_every_connection_is_set_up(index: Index) -> None:
    """Foreign keys are on, commits are on disk, the log is write-ahead, temporary data stays in memory."""
    with index.read() as session:
        values = {
            name: session.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("foreign_keys", "synchronous", "journal_mode", "secret.journal_mode", "secret.synchronous")
        }
        options = session.execute(text("PRAGMA compile_options")).scalars().all()
    assert values == {
        "foreign_keys": 1,
        "synchronous": 2,
        "journal_mode": "wal",
        "secret.journal_mode": "wal",
        "secret.synchronous": 2,
    }
    assert {"TEMP_STORE=2", "HAS_CODEC"} & set(options) == {"TEMP_STORE=2", "HAS_CODEC"}
