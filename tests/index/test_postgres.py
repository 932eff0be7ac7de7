"""PostgreSQL keeps no word of a text in the clear, shows what was changed, and says plainly when it cannot be used."""

import psycopg
import pytest
from sqlalchemy import text

from dossier.wording import LANGS
from index import filing, schema
from index import postgres as on_postgres
from index.engine import Index
from index.errors import (
    IndexBusy,
    IndexDamaged,
    IndexExists,
    IndexFailed,
    IndexMissing,
    IndexStuck,
    IndexTooNew,
    IndexTooOld,
    IndexUnopened,
    LevelClosed,
)
from index.rebuilding import Flaw, check
from index.search import search
from tests.index.conftest import put, sealers
from tests.servers.postgres import Postgres

TEXT = "絕密事項 SPECIMEN 內容 purchase agreement"


def test_no_text_or_word_is_in_any_file_of_the_server(postgres: Postgres, served_index: Index) -> None:
    """What the server writes, its log ahead of writing included, holds no word of a page."""
    with served_index.write() as session:
        put(session, [TEXT])
        put(session, [TEXT], level="secret")
        session.execute(text("UPDATE meta SET value = value || ' seahorse' WHERE key = 'probe-ordinary'"))
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    seen = b"".join(file.read_bytes() for file in postgres.data.rglob("*") if file.is_file())
    assert b"seahorse" in seen  # the search below would find a word that is there
    for word in ("SPECIMEN", "specimen", "絕密", "绝密", "agreement"):
        assert word.encode() not in seen, word


def test_a_changed_text_is_not_shown(served_index: Index) -> None:
    """A sealed text that was changed, or put where another was, is refused; a check names its level."""
    with served_index.write() as session:
        put(session, ["甲的內容"])
        put(session, ["乙的內容"])
        session.execute(text("UPDATE page_text SET body = (SELECT body FROM page_text WHERE id = 2) WHERE id = 1"))
        with pytest.raises(IndexDamaged):
            search(session, "甲")
    assert Flaw("index.flaw-damaged", "ordinary") in set(check(served_index, []))


def test_words_that_are_not_the_texts_are_found(served_index: Index) -> None:
    """Whoever takes a page's words away hides it from searches; a check finds that."""
    with served_index.write() as session:
        put(session, ["甲的內容"])
        session.execute(text("UPDATE page_text SET words = ''"))
    assert Flaw("index.flaw-damaged", "ordinary/words") in set(check(served_index, []))


def test_texts_of_no_page_are_named(served_index: Index) -> None:
    """A text whose page is gone is astray."""
    with served_index.write() as session:
        put(session, ["甲的內容"])
        session.execute(text("DELETE FROM page"))
    assert Flaw("index.flaw-text", "ordinary/1") in set(check(served_index, []))


def test_a_level_opens_with_its_own_key_only(postgres: Postgres, pattern: str) -> None:
    """Without a level's key its texts can be neither read nor written nor counted; a wrong key opens nothing."""
    url = postgres.database(like=pattern)
    whole = postgres_index(url)
    with whole.write() as session:
        document = put(session, [TEXT], level="secret")
    whole.close()
    keys = sealers()
    plain = postgres_index(url, "ordinary")
    with plain.write() as session:
        assert search(session, "绝密").total == 0
        with pytest.raises(LevelClosed):
            filing.raise_level(session, document.rpartition("-")[0], "ordinary")
    plain.close()
    with pytest.raises(IndexUnopened):
        on_postgres.open_index(url, {"ordinary": keys["secret"]})


def postgres_index(url: str, *levels: str) -> Index:
    """Open an index with some levels, or all."""
    keys = sealers()
    return on_postgres.open_index(url, {level: keys[level] for level in levels or keys})


def test_what_is_there_is_not_made_anew(postgres: Postgres, pattern: str) -> None:
    """An index is made once; where none is, that is said."""
    with pytest.raises(IndexExists):
        on_postgres.create(pattern, sealers())
    with pytest.raises(IndexMissing):
        on_postgres.open_index(postgres.database(), sealers())


@pytest.mark.parametrize(("revision", "error"), [("9999", IndexTooNew), ("0001", IndexTooOld)])
def test_another_schema_is_refused(postgres: Postgres, pattern: str, revision: str, error: type[IndexFailed]) -> None:
    """An index of a newer or older program is not touched."""
    url = postgres.database(like=pattern)
    index = postgres_index(url)
    with index.write() as session:
        schema.stamp(session.connection(), revision)
    index.close()
    with pytest.raises(error):
        postgres_index(url)


def test_a_server_that_is_not_there_is_said(postgres: Postgres) -> None:
    """No server, no database, no address: each has a sentence, and no password is in it."""
    for url in (
        "postgresql://someone:hidden-password@localhost:1/archive?connect_timeout=2",
        postgres.url("nothing"),
        "postgresql://someone:hidden-password@localhost/archive?nonsense=1",
    ):
        with pytest.raises((IndexStuck, IndexMissing)) as caught:
            postgres_index(url)
        assert all("hidden" not in caught.value.say(lang) for lang in LANGS)


def test_work_goes_on_after_a_restart(served_index: Index, postgres: Postgres) -> None:
    """While the server is away that is said; when it is back, so is everything."""
    with served_index.write() as session:
        put(session, ["甲"])
    postgres.stop()
    with pytest.raises(IndexStuck), served_index.read() as session:
        search(session, "甲")
    postgres.start()
    with served_index.read() as session:
        assert search(session, "甲").total == 1


def test_a_writer_that_waits_too_long_says_so(served_index: Index) -> None:
    """A lock held for longer than one may wait is its own error."""

    def write() -> None:
        with served_index.read() as second:
            second.execute(text("SET LOCAL lock_timeout = 10"))
            second.execute(text(f"SELECT pg_advisory_xact_lock({on_postgres.WRITER})"))

    with served_index.write(), pytest.raises(IndexBusy):
        write()


def test_a_character_that_the_database_cannot_hold(served_index: Index) -> None:
    """The character 0 in a value becomes the mark for what cannot be shown; the rest is kept."""
    with served_index.write() as session:
        document = put(session, ["內容"], fields={"name": "王\0小明"})
        assert {hit.document for hit in search(session, "person:王").hits} == {document}
