"""What every ciphertext is bound to: archive, document, object and role (docs/vault-format.md §3.2)."""

from typing import Final

from vault.octets import pack

OBJECT_FORMAT: Final = "juanzong object 1"
WRAP_FORMAT: Final = "juanzong wrap 1"


def object_aad(*, archive: str, document: str, object_id: str, role: str) -> bytes:
    """Return the associated data of an object: opened as any other document, role or archive, it does not open."""
    return pack(OBJECT_FORMAT, archive, document, object_id, role)


def wrap_info(aad: bytes, key_id: str) -> bytes:
    """Return the HPKE ``info`` of an object key wrapped to the key ``key_id``: a wrap cannot be moved elsewhere."""
    return pack(WRAP_FORMAT, aad, key_id)
