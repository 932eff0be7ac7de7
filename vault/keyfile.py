"""Secrets at rest: a passphrase stretched by Argon2id opens one AES-256-GCM box (docs/vault-format.md §6)."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at a passphrase costs (Argon2id, RFC 9106)."""

    memory_kib: int
    passes: int
    lanes: int


PRODUCTION: Final = Cost(memory_kib=256 * 1024, passes=3, lanes=4)
"""About a second of one core and 256 MiB for every guess."""
FAST: Final = Cost(memory_kib=64, passes=1, lanes=1)
"""For tests only: it makes guessing cheap."""
