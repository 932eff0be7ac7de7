"""Which store an archive keeps its sealed objects in: its own folder, or an S3 bucket named in the settings."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from desk.home import Home, Settings
from dossier.errors import ExitCode, JuanzongError
from vault.stores.local import LocalStore
from vault.stores.s3 import S3Settings, S3Store
from vault.stores.store import Store

LOCAL: Final = "local"
CREDENTIALS: Final = "juanzong-s3"
"""Name of the systemd credential with the access key and, on the next line, the secret key."""
_OPTIONS: Final = frozenset({"region", "tls", "style", "ca"})


class StoreUnclear(JuanzongError):
    """The store named cannot be understood."""

    exit_code = ExitCode.USAGE
    wording = "desk.store-unclear"


class StoreCredentialsMissing(JuanzongError):
    """The store wants an access key and a secret key, and none were given."""

    exit_code = ExitCode.HOME
    wording = "desk.store-credentials-missing"


def open_store(home: Home, settings: Settings, archive: str) -> Store:
    """Open the archive's store.

    Raises:
        StoreUnclear, StoreCredentialsMissing: the settings do not say enough.
        vault.StoreFailed: the store is gone, another archive's, or cannot be reached.
    """
    if settings.store == LOCAL:
        return LocalStore(home.store, archive=archive)
    return S3Store(bucket_settings(settings.store), archive=archive)


def create_store(home: Home, settings: Settings, archive: str) -> Store:
    """Make the archive's store, the bucket too where it is missing.

    Raises:
        As ``open_store``.
    """
    if settings.store == LOCAL:
        return LocalStore.create(home.store, archive=archive)
    return S3Store.create(bucket_settings(settings.store), archive=archive)


def bucket_settings(url: str, environment: Mapping[str, str] = os.environ) -> S3Settings:
    """Return the bucket that ``s3://HOST[:PORT]/BUCKET[/PREFIX][?region=…&tls=no&style=path|virtual&ca=FILE]`` names.

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
