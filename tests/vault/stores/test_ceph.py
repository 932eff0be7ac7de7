"""Object lock and versions on a server that really has them; the key of a locked ciphertext goes all the same."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from minio import Minio
from minio.commonconfig import COMPLIANCE
from minio.objectlockconfig import DAYS, ObjectLockConfig

from tests.vault.conftest import PASSPHRASE, Archive
from vault.backup import backup
from vault.destroy import destroy
from vault.errors import Destroyed, StoreRefused
from vault.keys import Keys
from vault.restore import restore
from vault.seal import object_name, tombstone_name
from vault.stores.bucket_proof import prove_bucket
from vault.stores.local import LocalStore
from vault.stores.memory import MemoryStore
from vault.stores.s3 import S3Settings, S3Store
from vault.stores.split import SplitStore
from vault.vault import Vault
from vault.verify import verify

pytestmark = pytest.mark.slow


def client(settings: S3Settings) -> Minio:
    """The SDK itself, to set buckets up."""
    return Minio(settings.endpoint, settings.access_key, settings.secret_key, secure=False, region=settings.region)


@pytest.fixture
def locked(ceph_settings: S3Settings, request: pytest.FixtureRequest) -> S3Settings:
    """A bucket of its own that locks whatever is put there for a day."""
    bucket = "".join(char for char in request.node.name.lower() if char.isalnum())[:60]
    made = client(ceph_settings)
    made.make_bucket(bucket, object_lock=True)
    made.set_object_lock_config(bucket, ObjectLockConfig(COMPLIANCE, 1, DAYS))
    return replace(ceph_settings, bucket=bucket)


def test_what_a_bucket_does_is_found_out_by_trying(ceph_settings: S3Settings, locked: S3Settings) -> None:
    """A plain bucket, one that can lock, one that locks everything: each is told for what it is."""
    S3Store.create(ceph_settings, archive="mine")
    plain = prove_bucket(ceph_settings)
    assert (plain.versioned, plain.locks, plain.retains) == (False, False, False)
    assert abs(plain.clock_ahead_seconds) < 30
    client(ceph_settings).make_bucket("can-lock", object_lock=True)
    able = prove_bucket(replace(ceph_settings, bucket="can-lock"))
    assert (able.versioned, able.locks, able.retains) == (True, True, False)
    always = prove_bucket(locked)
    assert (always.versioned, always.locks, always.retains) == (True, True, True)


def test_a_locked_ciphertext_loses_its_key(ceph_settings: S3Settings, locked: S3Settings, keys: Keys) -> None:
    """Ciphertexts in a bucket that locks, envelopes beside it: destroyed for good, and said to be held."""
    objects = S3Store.create(locked, archive=keys.public.archive)
    vault = Vault(SplitStore(objects, S3Store.create(ceph_settings, archive=keys.public.archive)), keys.public, keys)
    one, two = (vault.seal_bytes(b"specimen", document="d", role="original").object_id for _ in range(2))
    with pytest.raises(StoreRefused):
        objects.delete(object_name(one))
    certificate = destroy(vault, [one], reason="r", decided_by=["a", "b"])
    assert certificate.objects[0].held_by == (vault.store.label,)
    assert objects.size(object_name(one)) is not None
    with pytest.raises(Destroyed):
        vault.open_bytes(one, document="d", role="original")
    assert vault.open_bytes(two, document="d", role="original") == b"specimen"
    found = verify(vault)
    assert (found.objects, found.damaged, found.keyless) == (1, (), (one,))


def test_envelopes_in_a_locked_bucket_get_no_certificate(locked: S3Settings, keys: Keys) -> None:
    """Where keys themselves are locked, destruction says so instead of signing."""
    vault = Vault(S3Store.create(locked, archive=keys.public.archive), keys.public, keys)
    object_id = vault.seal_bytes(b"specimen", document="d", role="original").object_id
    with pytest.raises(StoreRefused):
        destroy(vault, [object_id], reason="r", decided_by=["a", "b"])


def test_every_version_of_an_envelope_goes(ceph_settings: S3Settings, keys: Keys) -> None:
    """In a bucket that keeps versions no old envelope is left behind a delete marker."""
    settings = replace(ceph_settings, bucket="keeps-versions")
    asking = client(settings)
    asking.make_bucket("keeps-versions", object_lock=True)
    vault = Vault(S3Store.create(settings, archive=keys.public.archive), keys.public, keys)
    object_id = vault.seal_bytes(b"specimen", document="d", role="original").object_id
    destroy(vault, [object_id], reason="r", decided_by=["a", "b"])
    left = asking.list_objects("keeps-versions", prefix=settings.prefix, recursive=True, include_version=True)
    names = [str(one.object_name).removeprefix(settings.prefix) for one in left]
    assert [name for name in names if object_id in name] == [tombstone_name(object_id)]


def test_a_backup_in_a_locked_bucket(
    archive: Archive, ceph_settings: S3Settings, locked: S3Settings, tmp_path: Path
) -> None:
    """A backup that nobody can delete for its time is kept up, pruned and restored."""
    name = archive.keys.public.archive
    target = SplitStore(S3Store.create(locked, archive=name), S3Store.create(ceph_settings, archive=name))
    vault = Vault(MemoryStore(), archive.keys.public, archive.keys, clock=lambda: datetime.now(UTC))
    object_id = vault.seal_bytes(b"specimen", document="d", role="original").object_id
    for _ in range(3):
        backup(vault, target, home=archive.home, keep=1)
    with pytest.raises(StoreRefused):
        S3Store(locked, archive=name).delete(object_name(object_id))
    found = restore(
        target,
        tmp_path / "new",
        lambda named: LocalStore.create(tmp_path / "new" / "store", archive=named),
        passphrase=PASSPHRASE,
    )
    assert (found.objects, found.missing, found.damaged) == (1, (), ())
