"""Which names a store takes: safe as file names on every system and as S3 keys (docs/vault-format.md §9)."""

import re
from typing import Final

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.\-]*(/[a-z0-9][a-z0-9.\-]*)*")
_PREFIX: Final = re.compile(r"[a-z0-9.\-/]*")
_MOST: Final = 512


def checked_name(name: str) -> str:
    """Return ``name``.

    Raises:
        ValueError: it is none that the vault makes; it might lead out of the store.
    """
    if len(name) > _MOST or not _NAME.fullmatch(name):
        raise ValueError(f"not an object name: {name!r}")
    return name


def checked_prefix(prefix: str) -> str:
    """Return ``prefix``.

    Raises:
        ValueError: no name starts like that.
    """
    if len(prefix) > _MOST or not _PREFIX.fullmatch(prefix) or ".." in prefix or prefix.startswith(("/", ".")):
        raise ValueError(f"not a prefix of object names: {prefix!r}")
    return prefix
