"""Where sealed objects are kept, of an archive or of a backup: a folder, or buckets of an S3 server."""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from desk.home import Home, Settings
from dossier.errors import ExitCode, JuanzongError
from vault.errors import StoreFailed
from vault.stores.local import LocalStore
from vault.stores.s3 import S3Settings, S3Store
from vault.stores.split import SplitStore
from vault.stores.store import Store

LOCAL: Final = "local"
CREDENTIALS: Final = "juanzong-s3"
"""Name of the systemd credential with the access key and, on the next line, the secret key."""
BUCKETS: Final = "s3://"
_OPTIONS: Final = frozenset({"region", "tls", "style", "ca", "keys"})


class StoreUnclear(JuanzongError):
    """The store named cannot be understood."""

    exit_code = ExitCode.USAGE
    wording = "desk.store-unclear"


class StoreCredentialsMissing(JuanzongError):
    """The store wants an access key and a secret key, and none were given."""

    exit_code = ExitCode.HOME
    wording = "desk.store-credentials-missing"


def open_store(home: Home, settings: Settings, archive: str) -> Store:
    """Open the archive's store; what killed writes left in a local one is removed.

    Raises:
        StoreUnclear, StoreCredentialsMissing: the settings do not say enough.
        vault.StoreFailed: the store is gone, another archive's, or cannot be reached.
    """
    if settings.store == LOCAL:
        store = LocalStore(home.store, archive=archive)
        with suppress(StoreFailed):  # a store that can only be read is good for reading
            store.sweep()
        return store
    return _opened_buckets(settings.store, archive)


def create_store(home: Home, settings: Settings, archive: str) -> Store:
    """Make the archive's store, the bucket too where it is missing.

    Raises:
        As ``open_store``.
    """
    if settings.store == LOCAL:
        return LocalStore.create(home.store, archive=archive)
    return _made_buckets(settings.store, archive)


def open_place(place: str, archive: str | None = None) -> Store:
    """Open the backup at ``place`` (a folder or ``s3://…``); with None for ``archive`` whichever archive's it is.

    Raises:
        StoreUnclear, StoreCredentialsMissing: what is named cannot be understood or used.
        vault.StoreFailed: there is no store, it is another archive's, or it cannot be reached.
    """
    if place.startswith(BUCKETS):
        return _opened_buckets(place, archive)
    folder = Path(place).expanduser().absolute()
    return LocalStore.found(folder) if archive is None else LocalStore(folder, archive=archive)


def create_place(place: str, archive: str) -> Store:
    """Open the backup at ``place``, made where there is none.

    Raises:
        As ``open_place``.
    """
    if place.startswith(BUCKETS):
        return _made_buckets(place, archive)
    return LocalStore.create(Path(place).expanduser().absolute(), archive=archive)


def buckets(url: str, environment: Mapping[str, str] = os.environ) -> tuple[S3Settings, S3Settings]:
    """Return the bucket for ciphertexts and the one for envelopes and all else; without ``keys=`` they are the same.

    Raises:
        StoreUnclear, StoreCredentialsMissing
    """
    objects = bucket_settings(url, environment)
    named = parse_qs(urlsplit(url).query).get("keys", [""])[-1]
    bucket, _, prefix = named.strip("/").partition("/")
    if not bucket:
        return objects, objects
    return objects, replace(objects, bucket=bucket, prefix=f"{prefix}/" if prefix else "")


def bucket_settings(url: str, environment: Mapping[str, str] = os.environ) -> S3Settings:
    """Return the bucket that ``s3://HOST[:PORT]/BUCKET[/PREFIX][?region=…&tls=no&style=path|virtual&ca=FILE]`` names.

    ``keys=BUCKET[/PREFIX]`` names another for the envelopes (see ``buckets``), where the first locks what it has.

    The keys come from the file ``JUANZONG_S3_CREDENTIALS`` names, or the systemd credential ``juanzong-s3`` (access key
    and secret key on two lines), or ``JUANZONG_S3_ACCESS_KEY`` and ``JUANZONG_S3_SECRET_KEY``.

    Raises:
        StoreUnclear, StoreCredentialsMissing
    """
    parts = urlsplit(url)
    bucket, _, prefix = parts.path.lstrip("/").partition("/")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if parts.scheme != "s3" or not parts.netloc or not bucket or set(options) - _OPTIONS:
        raise StoreUnclear(store=url)
    access_key, secret_key = _credentials(environment)
    return S3Settings(
        endpoint=parts.netloc,
        bucket=bucket,
        access_key=access_key,
        secret_key=secret_key,
        prefix=f"{prefix.rstrip('/')}/" if prefix else "",
        secure=options.get("tls", "yes") != "no",
        ca_file=Path(options["ca"]) if "ca" in options else None,
        region=options.get("region", "us-east-1"),
        virtual_style={"virtual": True, "path": False}.get(options.get("style", "")),
    )


def _opened_buckets(url: str, archive: str | None) -> Store:
    objects, keys = buckets(url)
    if keys == objects:
        return S3Store(objects, archive=archive)
    return SplitStore(S3Store(objects, archive=archive), S3Store(keys, archive=archive))


def _made_buckets(url: str, archive: str) -> Store:
    objects, keys = buckets(url)
    if keys == objects:
        return S3Store.create(objects, archive=archive)
    return SplitStore(S3Store.create(objects, archive=archive), S3Store.create(keys, archive=archive))


def _credentials(environment: Mapping[str, str]) -> tuple[str, str]:
    named = environment.get("JUANZONG_S3_CREDENTIALS")
    folder = environment.get("CREDENTIALS_DIRECTORY")
    for file in (Path(named) if named else None, Path(folder, CREDENTIALS) if folder else None):
        if file is not None and file.is_file():
            lines = file.read_text(encoding="utf-8").split()
            if len(lines) == 2:
                return lines[0], lines[1]
    keys = environment.get("JUANZONG_S3_ACCESS_KEY"), environment.get("JUANZONG_S3_SECRET_KEY")
    if not keys[0] or not keys[1]:
        raise StoreCredentialsMissing
    return keys[0], keys[1]
