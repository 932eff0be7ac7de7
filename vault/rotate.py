"""New reading keys for a level: envelopes are wrapped anew, no object is written again (docs/vault-format.md §5.4)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from vault.envelope import Envelope, Holder
from vault.errors import Destroyed, StillNeeded, Tampered, Unknown
from vault.keys import save_keys
from vault.levels import Level
from vault.private import Keys
from vault.progress import SILENT, Progress
from vault.public import LevelKey
from vault.rewrap import forget_older, put_next
from vault.seal import standing_recipients, unwrap_object_key
from vault.vault import Vault
from vault.wrap import new_private_key

BATCH: Final = 512
"""Envelopes whose new revisions are noted with one write; a crash repeats no more than these."""
THREADS: Final = 8


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a run of ``rotate`` did."""

    rewrapped: int
    current: int
    """Had the new key already: a run before this one, or sealed since."""
    damaged: tuple[str, ...]
    """Ids of objects whose envelopes are not to be trusted; they were left as they are."""
    missed: tuple[str, ...] = ()
    """Ids whose envelopes the store named and then did not have, without a tombstone: run again."""


def new_level_key(home: Path, keys: Keys, level: Level) -> Keys:
    """Make a new reading key for ``level``, from now on the one that is sealed to; return the keys with it.

    The old ones still open. Grants to people must be made anew (``grant_level``) for them to open what comes.

    Raises:
        KeysChanged: another program changed the keys meanwhile.
    """
    made = new_private_key("reading")
    reading = {**keys.public.reading}
    reading[level] = (*reading[level], LevelKey(made.public, datetime.now(UTC)))
    held = {**keys.level_keys, level: (*keys.level_keys[level], made)}
    changed = replace(keys, level_keys=held).with_public(replace(keys.public, reading=reading))
    save_keys(home, changed, was=keys)
    return changed


def rotate(vault: Vault, level: Level, *, progress: Progress = SILENT) -> Rotation:
    """Wrap every object key of ``level`` to the level's current reading key and to the recovery key.

    Run again after an interruption: what has the current keys is passed over. ``progress`` counts envelopes.

    Raises:
        Locked: there are no reading keys, or no station key to sign with.
        NoAccess: the keys at hand do not open an object of the level.
        StoreFailed: the store cannot give or keep envelopes.
    """
    vault.signing_station()
    total = sum(1 for _ in vault.envelopes.ids(level))
    ids = iter(vault.envelopes.ids(level))
    rewrapped = current = 0
    damaged: list[str] = []
    missed: list[str] = []
    # Almost all of the time is waiting for the disk or the server to say that an envelope is durable.
    with ThreadPoolExecutor(THREADS) as threads:
        while batch := list(islice(ids, BATCH)):
            turned = [one for one in threads.map(partial(_turn, vault), batch) if one is not None]
            new = [one.envelope for one in turned if one.envelope is not None]
            vault.witness.note([(one.object_id, one.revision) for one in new if one.revision > 1])
            list(threads.map(partial(forget_older, vault), new))
            rewrapped += sum(one.rewrapped for one in turned)
            current += sum(not one.rewrapped for one in turned if one.envelope is not None)
            damaged += [one.object_id for one in turned if one.envelope is None and not one.missed]
            missed += [one.object_id for one in turned if one.missed]
            progress(rewrapped + current + len(damaged) + len(missed), total)
    return Rotation(rewrapped, current, tuple(damaged), tuple(missed))


def retire_level_keys(home: Path, keys: Keys, vault: Vault, level: Level) -> Keys:
    """Forget the level's old private keys, once no envelope needs them; return the keys that are left.

    Raises:
        StillNeeded: an envelope is wrapped to an old key only; run ``rotate`` first.
        KeysChanged: another program changed the keys meanwhile.
        Tampered, StoreFailed: an envelope cannot be read.
    """
    current = keys.public.current(level).id
    for found in vault.objects(level):
        if all(one.key_id != current for one in found.recipients):
            raise StillNeeded(object=found.object_id)
    held = {**keys.level_keys, level: keys.level_keys[level][-1:]}
    changed = replace(keys, level_keys=held).with_public(keys.public)
    save_keys(home, changed, was=keys)
    return changed


@dataclass(frozen=True, slots=True)
class _Turned:
    object_id: str
    envelope: Envelope | None
    """None when it is not to be trusted, or not there."""
    rewrapped: bool
    missed: bool = False


def _turn(vault: Vault, object_id: str) -> _Turned | None:
    """Give one object the current recipients; None when it was destroyed meanwhile."""
    try:
        found = vault.envelope(object_id)
    except Destroyed:
        return None
    except Unknown:
        return _Turned(object_id, None, rewrapped=False, missed=True)
    except Tampered:
        return _Turned(object_id, None, rewrapped=False)
    new = _current(vault, found)
    return _Turned(object_id, new, rewrapped=new is not found)


def _current(vault: Vault, found: Envelope) -> Envelope:
    """Return the envelope with the current standing recipients: itself when it has them."""
    wanted = {vault.public.current(found.level).id, vault.public.recovery.id}
    standing = {one.key_id for one in found.recipients if one.holder is not Holder.LOAN}
    if standing == wanted:
        return found
    key = unwrap_object_key(found, vault.reading(), vault.clock())
    # Another program may lend or return at this moment; its envelope is read again next time (NameTaken).
    standing_now = standing_recipients(vault.public, found.level, key, found.aad(), known=found.recipients)
    loans = [one for one in found.recipients if one.holder is Holder.LOAN]
    return put_next(vault, found, [*standing_now, *loans])
