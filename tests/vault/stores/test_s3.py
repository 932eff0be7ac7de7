"""S3: a real server, and a wire to it that breaks."""

import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from minio import Minio
from minio.commonconfig import ENABLED
from minio.versioningconfig import VersioningConfig

from tests.vault.stores import wire
from tests.vault.stores.wire import Wire
from vault.errors import ContentTampered, StoreForeign, StoreGone, StoreRefused, StoreUnreachable
from vault.keys import Keys
from vault.stores.bucket_proof import prove_bucket
from vault.stores.s3 import S3Settings, S3Store
from vault.vault import Vault

CONTENT = bytes(range(256)) * 12_000  # 3 MB


@pytest.fixture
def ready(s3_settings: S3Settings) -> S3Settings:
    """Settings of a store that exists, with short patience."""
    S3Store.create(s3_settings, archive="mine")
    return replace(s3_settings, connect_seconds=2, read_seconds=1, retries=2, backoff_seconds=0.05)


def test_a_store_says_whose_it_is(ready: S3Settings) -> None:
    """A prefix without a store, and another archive's, are refused; making it again changes nothing."""
    with pytest.raises(StoreForeign):
        S3Store(ready, archive="yours")
    with pytest.raises(StoreForeign):
        S3Store.create(ready, archive="yours")
    with pytest.raises(StoreGone):
        S3Store(replace(ready, prefix="elsewhere/"), archive="mine")
    with pytest.raises(StoreGone):
        S3Store(replace(ready, bucket="nowhere"), archive="mine")
    assert S3Store.create(ready, archive="mine").label.endswith(f"/vault/{ready.prefix}")


def test_prefixes_do_not_see_each_other(ready: S3Settings) -> None:
    """Two stores in one bucket are two stores."""
    one = S3Store(ready, archive="mine")
    two = S3Store.create(replace(ready, prefix=f"{ready.prefix}two/"), archive="mine")
    one.put("keys/a", BytesIO(b"1"))
    assert list(two.names()) == []
    assert two.size("keys/a") is None


@pytest.mark.parametrize("change", [{"secret_key": "wrong"}, {"access_key": "archive:nobody"}])
def test_wrong_credentials_are_refused(ready: S3Settings, change: dict[str, Any]) -> None:
    """A wrong key is "refused", not "unreachable"."""
    with pytest.raises(StoreRefused):
        S3Store(replace(ready, **change), archive="mine")


def test_a_server_that_is_not_there(ready: S3Settings) -> None:
    """When nothing answers, the error comes soon and says so."""
    start = time.monotonic()
    with pytest.raises(StoreUnreachable):
        S3Store(replace(ready, endpoint="127.0.0.1:1"), archive="mine")
    assert time.monotonic() - start < 10


def cut_after(count: int, connections: range) -> wire.Fault:
    """Cut these connections when so many bytes have come back on one."""

    def fault(on: Wire, number: int, piece: bytes) -> bytes | None:
        return None if number in connections and on.carried[number] + len(piece) > count else piece

    return fault


def stall(seconds: float) -> wire.Fault:
    """Let every answer wait."""

    def fault(_on: Wire, _number: int, piece: bytes) -> bytes | None:
        time.sleep(seconds)
        return piece

    return fault


def flip_large(_on: Wire, _number: int, piece: bytes) -> bytes | None:
    """Turn a bit in every large piece: in contents, not in listings."""
    return piece[:-1] + bytes([piece[-1] ^ 1]) if len(piece) > 10_000 else piece


def garble(_on: Wire, _number: int, piece: bytes) -> bytes | None:
    """Spoil the XML of every answer that has some."""
    return piece.replace(b"<Key>", b"<Kex>")


def through(on: Wire, settings: S3Settings) -> S3Store:
    """The store as seen over a wire."""
    return S3Store(replace(settings, endpoint=on.endpoint), archive="mine")


def test_a_download_goes_on_where_the_wire_broke(ready: S3Settings) -> None:
    """A connection cut in the middle of an object is taken up again at that place."""
    S3Store(ready, archive="mine").put("objects/a", BytesIO(CONTENT))
    with Wire(ready.endpoint) as on:
        store = through(on, ready)
        on.fault = cut_after(1_200_000, range(1, on.connections + 2))
        assert b"".join(store.get("objects/a")) == CONTENT
        assert on.connections >= 2


def test_a_wire_that_always_breaks_is_given_up(ready: S3Settings) -> None:
    """After the set number of tries the store is unreachable, and nothing was made up."""
    S3Store(ready, archive="mine").put("objects/a", BytesIO(CONTENT))
    with Wire(ready.endpoint) as on:
        store = through(on, ready)
        on.fault = cut_after(700_000, range(1, 10**6))
        received = b""
        with pytest.raises(StoreUnreachable):  # noqa: PT012  # what came before is looked at
            for piece in store.get("objects/a"):
                received += piece
    assert CONTENT.startswith(received)


@pytest.mark.parametrize(
    "use",
    [
        lambda store: store.put("objects/new", BytesIO(CONTENT)),
        lambda store: list(store.get("objects/a")),
        lambda store: store.size("objects/a"),
        lambda store: store.delete("objects/a"),
        lambda store: list(store.names()),
    ],
    ids=["put", "get", "size", "delete", "names"],
)
def test_a_server_that_stalls_is_not_waited_for(ready: S3Settings, use: Callable[[S3Store], object]) -> None:
    """Every call ends within its time when the server accepts and then says nothing."""
    S3Store(ready, archive="mine").put("objects/a", BytesIO(CONTENT))
    with Wire(ready.endpoint) as on:
        store = through(on, replace(ready, read_seconds=0.3, retries=1))
        on.fault = stall(5)
        start = time.monotonic()
        with pytest.raises(StoreUnreachable):
            use(store)
        assert time.monotonic() - start < 5


def test_a_first_failure_is_tried_again(ready: S3Settings) -> None:
    """One cut connection does not fail a call."""
    with Wire(ready.endpoint) as on:
        store = through(on, ready)
        on.fault = cut_after(0, range(on.connections + 1, on.connections + 2))
        # The first connection is kept open by the pool; close it so that a new one is made and cut.
        assert store.size("objects/none") is None
        assert store.put("objects/b", BytesIO(b"b")) == 1
    assert b"".join(S3Store(ready, archive="mine").get("objects/b")) == b"b"


def test_a_wire_that_changes_bits_shows_nothing(ready: S3Settings, keys: Keys) -> None:
    """A bit turned on the way back is found before anything is given out."""
    settings = replace(ready, prefix=f"{ready.prefix}own/")
    S3Store.create(settings, archive=keys.public.archive)
    with Wire(ready.endpoint) as on:
        store = S3Store(replace(settings, endpoint=on.endpoint), archive=keys.public.archive)
        vault = Vault(store, keys.public, keys)
        object_id = vault.seal_bytes(CONTENT, document="d", role="original").object_id
        on.fault = flip_large
        with pytest.raises(ContentTampered):
            vault.open(object_id, document="d", role="original")
        on.fault = garble
        with pytest.raises(StoreUnreachable):
            vault.open(object_id, document="d", role="original")
        on.fault = wire.sound
        assert vault.open_bytes(object_id, document="d", role="original") == CONTENT


def test_a_versioned_bucket_forgets_what_is_deleted(ready: S3Settings) -> None:
    """Deleting removes every version, so that no old envelope lies behind a delete marker."""
    settings = replace(ready, bucket="versioned")
    store = S3Store.create(settings, archive="mine")
    client = Minio(settings.endpoint, settings.access_key, settings.secret_key, secure=False, region=settings.region)
    client.set_bucket_versioning("versioned", VersioningConfig(ENABLED))
    store = S3Store(settings, archive="mine")
    for content in (b"first", b"second"):
        client.put_object("versioned", f"{settings.prefix}keys/a", BytesIO(content), len(content))
    store.put("keys/b", BytesIO(b"b"))

    def versions() -> list[str]:
        found = client.list_objects("versioned", prefix=f"{settings.prefix}keys/", recursive=True, include_version=True)
        return sorted(str(one.object_name) for one in found)

    assert len(versions()) == 3
    store.delete("keys/a")
    assert versions() == [f"{settings.prefix}keys/b"]
    assert [found.name for found in store.names()] == ["keys/b"]


def test_a_bucket_is_believed_only_by_trying(ready: S3Settings) -> None:
    """Swift takes a retention and then deletes: that is no lock. Versions are seen where they are kept."""
    plain = prove_bucket(ready)
    assert (plain.versioned, plain.locks) == (False, False)
    assert abs(plain.clock_ahead_seconds) < 30
    settings = replace(ready, bucket="proof")
    S3Store.create(settings, archive="mine")
    client = Minio(settings.endpoint, settings.access_key, settings.secret_key, secure=False, region=settings.region)
    client.set_bucket_versioning("proof", VersioningConfig(ENABLED))
    assert prove_bucket(settings).versioned
    assert list(S3Store(settings, archive="mine").names()) == []


def make_certificate(folder: Path, host: str) -> tuple[Path, Path]:
    """Make a certificate of its own authority for an address."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "SPECIMEN")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    public, private = folder / "public.pem", folder / "private.pem"
    public.write_bytes(certificate.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return public, private


def test_tls_is_checked(ready: S3Settings, tmp_path: Path) -> None:
    """Over TLS the store works with the authority it is told to trust, and with no other."""
    certificate, private = make_certificate(tmp_path, "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    with Wire(ready.endpoint, tls=context) as on:
        settings = replace(ready, endpoint=on.endpoint, secure=True, retries=0)
        store = S3Store(replace(settings, ca_file=certificate), archive="mine")
        store.put("objects/a", BytesIO(CONTENT))
        assert b"".join(store.get("objects/a")) == CONTENT
        with pytest.raises(StoreUnreachable):
            S3Store(settings, archive="mine")
        stranger, _ = make_certificate(tmp_path, "127.0.0.2")
        with pytest.raises(StoreUnreachable):
            S3Store(replace(settings, ca_file=stranger), archive="mine")


def test_both_styles_of_addressing(ready: S3Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bucket goes into the path or into the host name, as the settings say."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: str, *rest: Any, **more: Any) -> Any:  # names under .localhost are this machine (RFC 6761)
        asked.append(host)
        return real("127.0.0.1" if host.endswith(".localhost") else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    host = f"s3.localhost:{ready.endpoint.partition(':')[2]}"
    S3Store(replace(ready, endpoint=host, virtual_style=True), archive="mine").put("objects/a", BytesIO(b"virtual"))
    path = S3Store(replace(ready, endpoint=host, virtual_style=False), archive="mine")
    assert b"".join(path.get("objects/a")) == b"virtual"
    assert set(asked) == {"vault.s3.localhost", "s3.localhost"}


def test_secrets_are_not_shown(ready: S3Settings) -> None:
    """Neither the settings' printout nor an error holds the secret key."""
    assert ready.secret_key not in repr(ready)
    with pytest.raises(StoreRefused) as caught:
        S3Store(replace(ready, access_key="archive:nobody"), archive="mine")
    assert ready.secret_key not in str(caught.value) + repr(caught.value)
