"""What a bucket really does, found out by trying: servers have said "locked" and then deleted."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Final

from minio import Minio
from minio.commonconfig import GOVERNANCE
from minio.error import MinioException, S3Error
from minio.retention import Retention

from vault.stores.s3 import S3Settings, client, told

FOLDER: Final = ".juanzong-probe/"
LOCK_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class BucketProof:
    """What was seen."""

    versioned: bool
    """An overwritten probe could still be read."""
    locks: bool
    """A probe put under retention could not be deleted."""
    retains: bool
    """A probe put without any retention could not be deleted either: the bucket locks whatever comes."""
    clock_ahead_seconds: float
    """How far the server's clock is ahead of ours; beyond 15 minutes it refuses every request."""


def prove_bucket(settings: S3Settings) -> BucketProof:
    """Find out by probes whether a bucket keeps versions and honours locks, and how its clock goes.

    A probe that the server does lock stays for its time (a minute, or as long as the bucket locks whatever comes) and
    is removed by a later proof.

    Raises:
        StoreFailed: the server cannot be asked.
    """
    asking, label = client(settings), f"{settings.endpoint}/{settings.bucket}"
    folder = settings.prefix + FOLDER
    with told(label):
        _clear(asking, settings.bucket, folder)
        name = folder + secrets.token_hex(8)
        for content in (b"1", b"2"):
            asking.put_object(settings.bucket, name, BytesIO(content), 1)
        made = asking.stat_object(settings.bucket, name).last_modified
        ahead = (made - datetime.now(UTC)).total_seconds() if made else 0.0
        versioned = len(_versions(asking, settings.bucket, name)) > 1
        _clear(asking, settings.bucket, name)
        retains = bool(_versions(asking, settings.bucket, name))
        locks = _locks(asking, settings.bucket, f"{name}-locked")
        _clear(asking, settings.bucket, folder)
    return BucketProof(versioned, locks, retains, ahead)


def _locks(asking: Minio, bucket: str, name: str) -> bool:
    until = datetime.now(UTC) + timedelta(seconds=LOCK_SECONDS)
    try:
        put = asking.put_object(bucket, name, BytesIO(b"1"), 1, retention=Retention(GOVERNANCE, until))
    except (S3Error, ValueError):  # an honest no
        return False
    # The answer to the put proves nothing: only a refused deletion does.
    with suppress(S3Error):
        asking.remove_object(bucket, name, version_id=put.version_id)
    return name in [found for found, _ in _versions(asking, bucket, name)]


def _versions(asking: Minio, bucket: str, prefix: str) -> list[tuple[str, str | None]]:
    try:
        found = list(asking.list_objects(bucket, prefix=prefix, recursive=True, include_version=True))
    except MinioException:  # a server without versions
        found = list(asking.list_objects(bucket, prefix=prefix, recursive=True))
    return [(one.object_name or "", one.version_id) for one in found if not one.is_delete_marker]


def _clear(asking: Minio, bucket: str, folder: str) -> None:
    for name, version in _versions(asking, bucket, folder):
        with suppress(S3Error):  # still locked: the next proof removes it
            asking.remove_object(bucket, name, version_id=version)
