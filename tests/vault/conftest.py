"""An archive to test with: real keys, made cheaply."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.vault.stores import ceph, swift
from vault.keyfile import FAST
from vault.keys import Keys, create_keys, unlock
from vault.stores.local import LocalStore
from vault.stores.memory import MemoryStore
from vault.stores.s3 import S3Settings, S3Store
from vault.stores.split import SplitStore
from vault.stores.store import Store
from vault.vault import Vault

PASSPHRASE = "specimen heron violet anchor"


@dataclass(frozen=True, slots=True)
class Archive:
    """A home with keys, and what opens them."""

    home: Path
    code: str
    keys: Keys


def make_archive(home: Path) -> Archive:
    """Make the keys of a new archive at ``home``."""
    code = create_keys(home, PASSPHRASE, cost=FAST)
    return Archive(home, code, unlock(home, PASSPHRASE))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """A new archive for one test."""
    return make_archive(tmp_path / "home")


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """Keys that no test changes."""
    return make_archive(tmp_path_factory.mktemp("home")).keys


@pytest.fixture(scope="session")
def other_keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """Keys of another archive."""
    return make_archive(tmp_path_factory.mktemp("other")).keys


@pytest.fixture
def memory() -> MemoryStore:
    """An empty store in memory."""
    return MemoryStore()


@pytest.fixture
def vault(memory: MemoryStore, keys: Keys) -> Vault:
    """An unlocked vault over the store in memory."""
    return Vault(memory, keys.public, keys)


@pytest.fixture(scope="session")
def s3_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real S3-compatible server, started for this run."""
    reason = swift.missing()
    if reason is not None:
        pytest.skip(reason)
    server = swift.start(tmp_path_factory.mktemp("swift"))
    yield server.endpoint
    server.stop()


@pytest.fixture
def s3_settings(s3_endpoint: str, request: pytest.FixtureRequest) -> S3Settings:
    """A prefix of its own for this test, in the server's one bucket."""
    prefix = "".join(char for char in request.node.name.lower() if char.isalnum()) + "/"
    return S3Settings(s3_endpoint, "vault", swift.ACCESS_KEY, swift.SECRET_KEY, prefix=prefix, secure=False)


@pytest.fixture(scope="session")
def ceph_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server that keeps versions and honours locks, started for this run."""
    reason = ceph.missing()
    if reason is not None:
        pytest.skip(reason)
    server = ceph.start(tmp_path_factory.mktemp("ceph"))
    yield server.endpoint
    server.stop()


@pytest.fixture
def ceph_settings(ceph_endpoint: str, request: pytest.FixtureRequest) -> S3Settings:
    """A prefix of its own for this test, in a plain bucket of that server."""
    prefix = "".join(char for char in request.node.name.lower() if char.isalnum()) + "/"
    return S3Settings(ceph_endpoint, "plain", ceph.ACCESS_KEY, ceph.SECRET_KEY, prefix=prefix, secure=False)


@pytest.fixture(params=["memory", "local", "split", "s3", pytest.param("ceph", marks=pytest.mark.slow)])
def store(request: pytest.FixtureRequest, tmp_path: Path, keys: Keys) -> Store:
    """Each kind of store, empty."""
    if request.param == "memory":
        return MemoryStore()
    if request.param == "local":
        return LocalStore.create(tmp_path / "store", archive=keys.public.archive)
    if request.param == "split":
        return SplitStore(MemoryStore(), LocalStore.create(tmp_path / "keys", archive=keys.public.archive))
    settings = {"s3": "s3_settings", "ceph": "ceph_settings"}[request.param]
    return S3Store.create(request.getfixturevalue(settings), archive=keys.public.archive)
