"""Checkpoints of the audit chain: signed notes of its size and root, in the form that logs are witnessed in.

A note is a C2SP tlog-checkpoint (c2sp.org/tlog-checkpoint, c2sp.org/signed-note): origin, size and root on lines of
their own, an empty line, and the signature line. The audit key signs exactly these bytes, so other tools check them.
"""

import base64
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from vault.errors import CheckpointRefused
from vault.private import Keys
from vault.public import PublicKeys

ED25519: Final = b"\x01"
"""Signature type of signed notes."""
_ROOT: Final = 32
_MOST: Final = 4096
DASH: Final = "\u2014"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a note states: how many records there were, and the Merkle root over them."""

    size: int
    root: bytes


def origin(public: PublicKeys) -> str:
    """Return the name under which an archive's checkpoints are known."""
    return f"juanzong/{public.archive}"


def sign_checkpoint(keys: Keys, size: int, root: bytes) -> str:
    """Return the signed note.

    Raises:
        Locked: whoever is at work does not hold the audit key.
    """
    name = origin(keys.public)
    text = f"{name}\n{size}\n{base64.b64encode(root).decode()}\n"
    signature = keys.audit.sign_raw(text.encode())
    signed = base64.b64encode(_key_hash(keys.public) + signature).decode()
    return f"{text}\n{DASH} {name} {signed}\n"


def open_checkpoint(public: PublicKeys, note: str) -> Checkpoint:
    """Return what a note states, once its signature was checked.

    Raises:
        CheckpointRefused: it is another archive's, changed, or no note at all.
    """
    text, gap, signatures = note.replace("\r\n", "\n").partition("\n\n")
    lines = text.split("\n")
    if not gap or len(lines) != 3 or lines[0] != origin(public) or len(note) > _MOST or not lines[1].isdigit():
        raise CheckpointRefused
    signed = (text + "\n").encode()
    try:
        root = base64.b64decode(lines[2], validate=True)
        found = [base64.b64decode(one.split(" ")[2], validate=True) for one in signatures.splitlines() if one]
    except (ValueError, IndexError) as error:
        raise CheckpointRefused from error
    ours = [one[4:] for one in found if one[:4] == _key_hash(public)]
    if len(root) != _ROOT or not any(public.audit.verifies_raw(one, signed) for one in ours):
        raise CheckpointRefused
    return Checkpoint(int(lines[1]), root)


def _key_hash(public: PublicKeys) -> bytes:
    return sha256(origin(public).encode() + b"\n" + ED25519 + public.audit.octets).digest()[:4]
