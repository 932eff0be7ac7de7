"""A store in a bucket of an S3-compatible server, through the ``minio`` SDK."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, cast
from xml.etree.ElementTree import ParseError

import urllib3
from minio import Minio
from minio.error import InvalidResponseError, MinioException, S3Error, ServerError

from vault.errors import (
    NameTaken,
    NameUnknown,
    StoreFailed,
    StoreForeign,
    StoreFull,
    StoreGone,
    StoreRefused,
    StoreUnreachable,
)
from vault.stores.names import checked_name, checked_prefix
from vault.stores.store import Stored

SENTINEL: Final = ".juanzong-store"
"""Says whose store this is, so that a wrong bucket or prefix is never written to."""
PIECE: Final = 1024 * 1024
MIB: Final = 1024 * 1024
_ABSENT: Final = frozenset({"NoSuchKey", "NoSuchVersion", "NoSuchObject"})
_GONE: Final = frozenset({"NoSuchBucket"})
_REFUSED: Final = frozenset(
    {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "RequestTimeTooSkewed"}
)
_FULL: Final = frozenset({"QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "EntityTooLarge"})
_LATER: Final = frozenset({"SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout", "OperationAborted"})


@dataclass(frozen=True, slots=True)
class S3Settings:
    """Where the bucket is and how patient to be."""

    endpoint: str
    """Host and port, without scheme."""
    bucket: str
    access_key: str
    secret_key: str = field(repr=False)
    prefix: str = ""
    """Everything of this store lies under it; empty, or ends with ``/``."""
    secure: bool = True
    """TLS; without it the server's answers prove nothing, though what is sealed stays sealed."""
    ca_file: Path | None = None
    """Certificate authorities to trust instead of the system's."""
    region: str = "us-east-1"
    virtual_style: bool | None = None
    """Bucket in the host name (True), in the path (False), or as the server's name suggests (None)."""
    connect_seconds: float = 5.0
    read_seconds: float = 30.0
    retries: int = 4
    backoff_seconds: float = 0.5
    """Waits this long before the second try, then twice as long each time."""
    part_mib: int = 5
    """Larger objects go up in parts of this size (S3 takes no less than 5)."""


class S3Store:
    """Keeps objects in a bucket; implements ``Store``."""

    def __init__(self, settings: S3Settings, *, archive: str | None) -> None:
        """Use the store of ``archive`` in a bucket; None takes whichever archive's is there, such as a backup.

        Raises:
            StoreGone: there is no such bucket, or no store in it.
            StoreForeign: it belongs to another archive.
            StoreFailed: the server cannot be asked.
        """
        self._settings = settings
        self._client = client(settings)
        self._versioned: bool | None = None
        owner = self._owner()
        if owner is None:
            raise StoreGone(store=self.label)
        if archive is not None and owner != archive:
            raise StoreForeign(store=self.label, owner=owner)

    @classmethod
    def create(cls, settings: S3Settings, *, archive: str) -> "S3Store":
        """Make a store of ``archive`` in a bucket, the bucket too where it is missing, and return it.

        Raises:
            StoreForeign, StoreFailed: as for the constructor.
        """
        asking, label = client(settings), _label(settings)
        with told(label):
            if not asking.bucket_exists(settings.bucket):
                asking.make_bucket(settings.bucket)
        try:
            return cls(settings, archive=archive)
        except StoreGone:
            octets = archive.encode("ascii")
            with told(label):
                asking.put_object(settings.bucket, settings.prefix + SENTINEL, BytesIO(octets), len(octets))
        return cls(settings, archive=archive)

    @property
    def label(self) -> str:
        """Where this store is, for messages: server, bucket and prefix."""
        return _label(self._settings)

    def put(self, name: str, source: BinaryIO) -> int:
        """Keep all of ``source`` under ``name``; large objects in parts, each with its own checksum.

        Raises:
            NameTaken, StoreFailed: as ``Store`` says.
        """
        # The SDK has no conditional put. Names are 128 random bits or a counted revision, so asking first is enough.
        if self.size(name) is not None:
            raise NameTaken(store=self.label, name=name)
        counted, key = _Counted(source), self._key(name)
        with told(self.label):
            self._client.put_object(
                self._settings.bucket,
                key,
                cast("BinaryIO", counted),
                length=-1,
                part_size=self._settings.part_mib * MIB,
                num_parallel_uploads=1,
            )
        return counted.size

    def get(self, name: str, offset: int = 0) -> Iterator[bytes]:
        """Yield the bytes under ``name`` from ``offset`` on; a connection that breaks is taken up where it broke.

        Raises:
            NameUnknown, StoreFailed: as ``Store`` says.
        """
        broken = 0
        while True:
            try:
                for piece in self._get_once(name, offset):
                    offset += len(piece)
                    yield piece
            except StoreUnreachable:
                broken += 1
                if broken > self._settings.retries:
                    raise
            else:
                return

    def size(self, name: str) -> int | None:
        """Return the size of what is under ``name`` in bytes, or None when there is nothing."""
        key = self._key(name)
        try:
            with told(self.label):
                found = self._client.stat_object(self._settings.bucket, key)
        except NameUnknown:
            return None
        return found.size if found.size is not None else 0

    def delete(self, name: str) -> None:
        """Remove ``name`` with every version the bucket keeps of it (crypto-shredding needs all of them gone)."""
        key = self._key(name)
        with told(self.label):
            if not self._is_versioned():
                self._client.remove_object(self._settings.bucket, key)
                return
            versions = self._client.list_objects(
                self._settings.bucket, prefix=key, recursive=True, include_version=True
            )
            for version in [one.version_id for one in versions if one.object_name == key]:
                self._client.remove_object(self._settings.bucket, key, version_id=version)

    def names(self, prefix: str = "") -> Iterator[Stored]:
        """Yield everything whose name starts with ``prefix``, in the order of names."""
        lead, wanted = self._settings.prefix, checked_prefix(prefix)
        with told(self.label):
            found = self._client.list_objects(self._settings.bucket, prefix=lead + wanted, recursive=True)
            for one in found:
                name = (one.object_name or "").removeprefix(lead)
                if name and not name.startswith(".") and not one.is_dir:
                    yield Stored(name, one.size or 0)

    def _get_once(self, name: str, offset: int) -> Iterator[bytes]:
        key = self._key(name)
        with told(self.label, name):
            try:
                response = self._client.get_object(self._settings.bucket, key, offset=offset)
            except S3Error as error:
                # Nothing lies beyond the end: an empty rest, not an error.
                if error.code == "InvalidRange" and offset:
                    return
                raise
            try:
                yield from response.stream(PIECE)
            finally:
                response.close()
                response.release_conn()

    def _owner(self) -> str | None:
        key = self._settings.prefix + SENTINEL
        try:
            with told(self.label):
                response = self._client.get_object(self._settings.bucket, key)
                try:
                    octets: bytes = response.read(amt=256)
                finally:
                    response.close()
                    response.release_conn()
        except NameUnknown:
            return None
        return octets.decode("ascii", "replace")

    def _is_versioned(self) -> bool:
        if self._versioned is None:
            try:
                status = self._client.get_bucket_versioning(self._settings.bucket).status
            except S3Error as error:
                if error.code not in {"NotImplemented", "MethodNotAllowed"}:
                    raise
                status = "Off"
            self._versioned = status in {"Enabled", "Suspended"}
        return self._versioned

    def _key(self, name: str) -> str:
        return self._settings.prefix + checked_name(name)


class _Counted:
    """Counts what the SDK reads."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        octets = self._source.read(size)
        self.size += len(octets)
        return octets


def client(settings: S3Settings) -> Minio:
    """Return a client that times out, tries again with growing pauses, and checks certificates."""
    retry = urllib3.Retry(
        total=settings.retries, backoff_factor=settings.backoff_seconds, status_forcelist=(500, 502, 503, 504)
    )
    timeout = urllib3.Timeout(connect=settings.connect_seconds, read=settings.read_seconds)
    trust = str(settings.ca_file) if settings.ca_file else None  # None: the system's own
    pool = urllib3.PoolManager(timeout=timeout, retries=retry, cert_reqs="CERT_REQUIRED", ca_certs=trust)
    made = Minio(
        settings.endpoint,
        access_key=settings.access_key,
        secret_key=settings.secret_key,
        secure=settings.secure,
        region=settings.region,
        http_client=pool,
    )
    if settings.virtual_style is True:
        made.enable_virtual_style_endpoint()  # type: ignore[no-untyped-call]  # the SDK leaves it untyped
    elif settings.virtual_style is False:
        made.disable_virtual_style_endpoint()  # type: ignore[no-untyped-call]  # the SDK leaves it untyped
    return made


def _label(settings: S3Settings) -> str:
    scheme = "https" if settings.secure else "http"
    return f"{scheme}://{settings.endpoint}/{settings.bucket}/{settings.prefix}"


@contextmanager
def told(label: str, name: str = "") -> Iterator[None]:
    """Turn the SDK's and the connection's errors into the store's."""
    try:
        yield
    except S3Error as error:
        raise _failure(error, label, name) from error
    except (ServerError, InvalidResponseError) as error:
        raise StoreUnreachable(store=label, reason=str(error)) from error
    except (ParseError, ValueError) as error:
        # What came is no answer of S3: the SDK's parsers let these through.
        raise StoreUnreachable(store=label, reason="an answer that is not S3") from error
    except (urllib3.exceptions.HTTPError, MinioException) as error:
        raise StoreUnreachable(store=label, reason=type(error).__name__) from error


def _failure(error: S3Error, label: str, name: str) -> StoreFailed:
    code = error.code or ""
    if code in _ABSENT:
        return NameUnknown(store=label, name=name)
    if code in _GONE:
        return StoreGone(store=label)
    if code in _REFUSED:
        return StoreRefused(store=label, reason=code)
    if code in _FULL:
        return StoreFull(store=label)
    if code in _LATER:
        return StoreUnreachable(store=label, reason=code)
    return StoreFailed(store=label, reason=code)
