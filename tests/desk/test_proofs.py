"""What doctor finds out by trying."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from minio import Minio
from minio.commonconfig import COMPLIANCE
from minio.objectlockconfig import DAYS, ObjectLockConfig
from sqlalchemy import text

from desk import proofs, setup
from desk.archive import Archive
from desk.findings import Finding
from desk.health import examine
from desk.home import ArchiveThere, Home, Settings
from desk.stores import buckets
from index import queue
from index.places import note_place, places
from index.tables import Capture
from tests.journeys.conftest import PASSPHRASE, new_home
from tests.servers.postgres import Postgres
from tests.servers.postgres import missing as no_postgres
from tests.vault.conftest import ceph_endpoint, s3_endpoint  # noqa: F401  # fixtures
from tests.vault.stores import ceph, swift
from vault.keyfile import FAST
from vault.stores.s3 import S3Settings, S3Store


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """An empty archive."""
    return new_home(tmp_path_factory.mktemp("proofs"))


def test_a_new_archive_is_well(home: Home) -> None:
    """Every subject is looked at and none of the archive's own is at fault."""
    found = {one.subject: one for one in examine(home, PASSPHRASE)}
    assert set(found) >= {
        *("programs", "sandbox", "home", "permissions", "room", "watcher"),
        *("keys", "store", "index", "record", "clock", "backup"),
    }
    for subject in ("home", "permissions", "keys", "store", "index", "record", "clock", "backup"):
        assert found[subject].ok, found[subject].say("en")
        assert all(found[subject].title(lang) and found[subject].say(lang) for lang in ("en", "zh-Hant", "zh-Hans"))


def test_a_home_open_to_others_is_told(home: Home) -> None:
    """One key file, or the folder itself, readable by others is a fault, and says which."""
    for path in (home.path, home.path / "keys" / "archive.json", home.path / "keys"):
        mode = path.stat().st_mode
        path.chmod(mode | 0o004)
        finding = proofs.permissions(home)
        path.chmod(mode)
        assert not finding.ok
        assert str(path) in finding.say("en")
    assert proofs.permissions(home).ok


def test_a_clock_set_back_is_told(home: Home) -> None:
    """A machine that is earlier than the archive's own record is told so."""
    with Archive.open(home, home.settings(), PASSPHRASE) as archive:
        with archive.index.write() as session:
            archive.note(session, "specimen", "x")
        with archive.index.read() as session:
            assert proofs.clock(session).ok
            assert not proofs.clock(session, datetime.now(UTC) - timedelta(hours=1)).ok


def test_the_age_of_the_backup_is_told(home: Home) -> None:
    """None, fresh and old are three sentences; the day it lapses stays when it is made again."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    with Archive.open(home, home.settings(), PASSPHRASE) as archive, archive.index.write() as session:
        assert [one.wording for one in proofs.backup_findings(session, now)] == ["keeping.doctor-backup-none"]
        note_place(session, "/specimen", made=now - timedelta(days=30), kept_until=date(2027, 1, 1))
        assert [one.wording for one in proofs.backup_findings(session, now)] == ["keeping.doctor-backup-old"]
        note_place(session, "/specimen", made=now)
        assert [one.wording for one in proofs.backup_findings(session, now)] == ["keeping.doctor-backup-there"]
        assert places(session)[0].kept_until == date(2027, 1, 1)
        session.rollback()


def test_a_home_is_made_once(home: Home) -> None:
    """Where an archive is already, that is said, and nothing is changed."""
    with pytest.raises(ArchiveThere):
        new_home(home.path.parent)


def bucket_url(endpoint: str, bucket: str, more: str = "") -> str:
    return f"s3://{endpoint}/{bucket}?tls=no{more}"


def test_a_plain_bucket_is_said_to_keep_nothing(
    home: Home,
    s3_endpoint: str,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Swift takes a lock and then deletes: doctor tells what was seen, not what the server said."""
    monkeypatch.setenv("JUANZONG_S3_ACCESS_KEY", swift.ACCESS_KEY)
    monkeypatch.setenv("JUANZONG_S3_SECRET_KEY", swift.SECRET_KEY)
    url = bucket_url(s3_endpoint, "doctor")
    S3Store.create(buckets(url)[0], archive="mine")
    found = list(proofs.store_findings(home, Settings(store=url)))
    assert [one.wording for one in found] == ["keeping.doctor-bucket-plain"]


@pytest.mark.slow
def test_locks_are_told_for_what_they_are(
    home: Home,
    ceph_endpoint: str,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Envelopes in a bucket that locks everything are a fault; ciphertexts there are well kept."""
    monkeypatch.setenv("JUANZONG_S3_ACCESS_KEY", ceph.ACCESS_KEY)
    monkeypatch.setenv("JUANZONG_S3_SECRET_KEY", ceph.SECRET_KEY)
    settings = S3Settings(ceph_endpoint, "always", ceph.ACCESS_KEY, ceph.SECRET_KEY, secure=False)
    asking = Minio(ceph_endpoint, ceph.ACCESS_KEY, ceph.SECRET_KEY, secure=False, region="us-east-1")
    asking.make_bucket("always", object_lock=True)
    asking.set_object_lock_config("always", ObjectLockConfig(COMPLIANCE, 1, DAYS))
    S3Store.create(settings, archive="mine")
    S3Store.create(replace(settings, bucket="beside"), archive="mine")
    (alone,) = proofs.store_findings(home, Settings(store=bucket_url(ceph_endpoint, "always")))
    assert (alone.ok, alone.wording) == (False, "keeping.doctor-bucket-keys-locked")
    both = list(proofs.store_findings(home, Settings(store=bucket_url(ceph_endpoint, "always", "&keys=beside"))))
    assert [one.wording for one in both] == ["keeping.doctor-bucket-retains", "keeping.doctor-bucket-plain"]


def test_a_bucket_for_keys_is_named_in_the_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without ``keys=`` both are one; with it the second has a bucket and prefix of its own."""
    monkeypatch.setenv("JUANZONG_S3_ACCESS_KEY", "a")
    monkeypatch.setenv("JUANZONG_S3_SECRET_KEY", "b")
    one, two = buckets("s3://h/b/p")
    assert one == two
    one, two = buckets("s3://h/b/p?keys=k/q")
    assert (one.bucket, one.prefix, two.bucket, two.prefix) == ("b", "p/", "k", "q/")


def test_a_queue_nobody_works_on_is_told(tmp_path: Path) -> None:
    """Where the watcher queues, doctor says who works and what waits, and a queue without any worker is a fault."""
    reason = no_postgres()
    if reason:
        pytest.skip(reason)
    server, home = Postgres.make(), Home(tmp_path / "home")
    try:
        setup.make(home, PASSPHRASE, database=server.database(), workers=True, cost=FAST)
        settings, now = home.settings(), datetime.now(UTC)
        with Archive.open(home, settings, PASSPHRASE) as archive:

            def told() -> Finding | None:
                with archive.index.read() as session:
                    return next(proofs.workers(session, settings, now + timedelta(minutes=7)), None)

            found = [told()]
            with archive.index.write() as session:
                session.add(
                    Capture(id="one", digest="d", name="n", size=1, format="pdf", sha256="s", state="sealed",
                            claimed=now, sealed=now)
                )  # fmt: skip
                session.flush()
                queue.enqueue(session, "one")
            found.append(told())
            with archive.index.write() as session:
                session.execute(text("SELECT procrastinate_register_worker_v1()"))
            found.append(told())
        assert [one and one.ok for one in found] == [True, False, True]
        assert [one and one.facts["minutes"] for one in found] == [0, 7, 7]
        assert all(one and one.say(lang) and one.title(lang) for one in found for lang in ("en", "zh-Hant", "zh-Hans"))
    finally:
        server.remove()
