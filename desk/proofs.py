"""What ``doctor`` finds out by trying: buckets, the clock, permissions, and whether there is a backup."""

import os
import stat
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlmodel import Session, col, select

from desk.database import in_the_open, on_server, place_of
from desk.findings import Finding, failed
from desk.home import Home, Settings
from desk.stores import LOCAL, buckets
from dossier.errors import ExitCode
from index import queue, record
from index.places import places
from index.tables import AuditHead, Capture
from vault.errors import StoreFailed
from vault.stores.bucket_proof import BucketProof, prove_bucket
from vault.stores.local import LocalStore
from vault.stores.s3 import S3Settings

SLACK: Final = timedelta(minutes=5)
"""Clocks that differ by less were merely not set; S3 servers refuse from 15 minutes on."""
BACKUP_DAYS: Final = 7
"""A backup older than this is one to be made."""
LEAST_FREE: Final = 2 * 1024**3
_OTHERS: Final = 0o077
_OTHERS_WRITE: Final = 0o022


def database(home: Home, settings: Settings) -> Finding:
    """Say where the index is, and what of it is not sealed there."""
    if not on_server(settings.database):
        return Finding("database", True, "desk.doctor-database-local")
    facts = {"place": place_of(home, settings.database)}
    if in_the_open(settings.database):
        return Finding("database", False, "desk.doctor-database-open", facts, ExitCode.INDEX)
    return Finding("database", True, "desk.doctor-database-server", facts)


def permissions(home: Home) -> Finding:
    """Find what other accounts could read or change of the home: nothing of it is theirs."""
    secret = [home.path, home.path / "keys", *(home.path / "keys").glob("*"), *(home.path / "people").glob("*")]
    open_to_others = [path for path in secret if _mode(path) & _OTHERS]
    open_to_others += [path for path in home.path.iterdir() if _mode(path) & _OTHERS_WRITE]
    if open_to_others and os.name != "nt":  # Windows keeps no such bits (docs/threat-model.md §4)
        facts = {"files": ", ".join(map(str, open_to_others[:5])), "home": home.path}
        return Finding("permissions", False, "keeping.doctor-permissions-open", facts, ExitCode.KEYS)
    return Finding("permissions", True, "keeping.doctor-permissions-closed")


def store_findings(home: Home, settings: Settings) -> Iterator[Finding]:
    """Find out by probes what a bucket really does, or what room is left on a local store's own disk."""
    if settings.store == LOCAL:
        store = LocalStore.found(home.store)
        if home.store.stat().st_dev != home.path.stat().st_dev and store.free_bytes() < LEAST_FREE:
            facts = {"free": f"{store.free_bytes() / 1024**3:.1f}", "least": LEAST_FREE // 1024**3}
            yield Finding("room", False, "desk.doctor-room-short", facts, ExitCode.VAULT)
        return
    objects, keys = buckets(settings.store)
    for bucket in dict.fromkeys((objects, keys)):
        try:
            proof = prove_bucket(bucket)
        except StoreFailed as error:
            yield failed("bucket", error)
            continue
        yield _bucket(bucket, proof, holds_keys=bucket == keys)
        if abs(proof.clock_ahead_seconds) > SLACK.total_seconds():
            facts = {"server": bucket.endpoint, "minutes": round(proof.clock_ahead_seconds / 60)}
            yield Finding("clock", False, "keeping.doctor-clock-server", facts, ExitCode.VAULT)


def _bucket(bucket: S3Settings, proof: BucketProof, *, holds_keys: bool) -> Finding:
    facts = {"bucket": f"{bucket.endpoint}/{bucket.bucket}"}
    if proof.retains and holds_keys:
        return Finding("bucket", False, "keeping.doctor-bucket-keys-locked", facts, ExitCode.VAULT)
    if proof.retains:
        return Finding("bucket", True, "keeping.doctor-bucket-retains", facts)
    if proof.locks:
        return Finding("bucket", True, "keeping.doctor-bucket-locks", facts)
    return Finding("bucket", True, f"keeping.doctor-bucket-{'versions' if proof.versioned else 'plain'}", facts)


def clock(session: Session, now: datetime | None = None) -> Finding:
    """Find out whether this machine's clock is behind what the archive has already seen."""
    moment = now or datetime.now(UTC)
    head = session.get(AuditHead, 1)
    seen = [entry.at for entry in record.entries(session, after=max(0, head.size - 1) if head else 0, limit=1)]
    newest = session.exec(select(Capture.claimed).order_by(col(Capture.claimed).desc()).limit(1)).first()
    latest = max([*seen, newest] if newest is not None else seen, default=moment)
    if latest > moment + SLACK:
        facts = {"seen": f"{latest:%Y-%m-%d %H:%M}", "now": f"{moment:%Y-%m-%d %H:%M}"}
        return Finding("clock", False, "keeping.doctor-clock-behind", facts, ExitCode.VAULT)
    return Finding("clock", True, "keeping.doctor-clock-right", {"now": f"{moment:%Y-%m-%d %H:%M}"})


def backup_findings(session: Session, now: datetime | None = None) -> Iterator[Finding]:
    """Tell when a backup was last made; that none was is told too, and is no fault of the archive's."""
    known = places(session)
    if not known:
        yield Finding("backup", True, "keeping.doctor-backup-none")
        return
    newest = max(known, key=lambda one: one.made)
    days = ((now or datetime.now(UTC)) - newest.made).days
    key = "keeping.doctor-backup-old" if days > BACKUP_DAYS else "keeping.doctor-backup-there"
    yield Finding("backup", True, key, {"place": newest.name, "days": days})


def workers(session: Session, settings: Settings, now: datetime | None = None) -> Iterator[Finding]:
    """Say who works on the queue, where the watcher queues, and what waits."""
    if not settings.queue.workers or not queue.is_laid(session):
        return
    stands = queue.waiting(session, now or datetime.now(UTC), stalled_seconds=settings.queue.stalled_seconds)
    facts = {**asdict(stands), "minutes": int(stands.oldest_seconds // 60)}
    if stands.workers:
        yield Finding("workers", True, "desk.doctor-workers-live", facts)
    elif stands.waiting or stands.reading:
        yield Finding("workers", False, "desk.doctor-workers-none", facts, ExitCode.INTAKE)
    else:
        yield Finding("workers", True, "desk.doctor-workers-idle", facts)


def _mode(path: Path) -> int:
    status = path.lstat()
    return 0 if stat.S_ISLNK(status.st_mode) else status.st_mode
