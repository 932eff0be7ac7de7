"""Sealed objects carried from one store to another, as they are, each proven whole on both sides."""

from collections.abc import Iterator
from io import BufferedReader
from typing import BinaryIO, cast

from vault.destroy import put_tombstone, remove_keys
from vault.envelope import Envelope
from vault.errors import ContentTampered, EnvelopeTampered
from vault.flow import PieceReader, Tally
from vault.rewrap import forget_older
from vault.seal import is_object_id, object_name, tombstone_name
from vault.tombstone import Tombstone
from vault.vault import Vault


def carry(source: Vault, target: Vault, found: Envelope) -> bool:
    """Bring an object and its envelope to ``target``; tell whether there was anything to bring.

    Raises:
        Tampered: the object in ``source`` is not what was sealed; nothing of it is kept.
        StoreFailed: a store cannot give or keep it, or gave back something else than it was given.
    """
    if found.revision in target.envelopes.revisions(found.object_id):
        return False
    name = object_name(found.object_id)
    size = target.store.size(name)
    if size is not None and size != found.capture.content_size:
        target.store.delete(name)
        size = None
    if size is None:
        target.store.put(name, cast("BinaryIO", BufferedReader(PieceReader(_proven(source, found)))))
    target.verify_content(found)
    target.envelopes.put(found)
    forget_older(target, found)
    return True


def carry_tombstones(source: Vault, target: Vault) -> int:
    """Destroy in ``target`` what was destroyed in ``source``; return how many objects that were news to it.

    What lies in a tombstone's place and is none is passed over: nobody destroys anything by it.

    Raises:
        StoreFailed: a store cannot give, keep or remove.
    """
    news = 0
    for stored in source.store.names("destroyed/"):
        object_id = stored.name.rpartition("/")[2]
        # The tombstone goes last: where it stands, the removal was finished.
        if not is_object_id(object_id) or stored.name != tombstone_name(object_id):
            continue
        if target.store.size(stored.name) is None and (stone := _sound_tombstone(source, object_id)) is not None:
            remove_keys(target.store, object_id)
            put_tombstone(target.store, stone)
            news += 1
    return news


def _sound_tombstone(source: Vault, object_id: str) -> Tombstone | None:
    try:
        return source.envelopes.tombstone(object_id)
    except EnvelopeTampered:
        return None


def _proven(source: Vault, found: Envelope) -> Iterator[bytes]:
    """Yield the ciphertext and, in place of its end, the error when it is not what was sealed."""
    tally = Tally()
    yield from tally.over(source.ciphertext(found))
    if tally.size != found.capture.content_size or tally.sha256() != found.capture.content_sha256:
        raise ContentTampered(object=found.object_id)
