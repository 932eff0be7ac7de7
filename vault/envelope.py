"""The envelope of a sealed object (docs/vault-format.md §5)."""

from dataclasses import dataclass
from datetime import datetime

from vault.levels import Level


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is known of a sealed object without opening it."""

    object_id: str
    archive: str
    document: str
    role: str
    level: Level
    sealed_at: datetime
    content_sha256: bytes
    """SHA-256 of the ciphertext."""
    content_size: int
    """Size of the ciphertext in bytes."""
