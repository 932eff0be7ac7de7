"""Verification: every object read back and compared with what was signed; goes on where it was stopped."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from vault.durable import write_durably
from vault.errors import Destroyed, Tampered, Unknown
from vault.progress import SILENT, Progress
from vault.seal import is_object_id
from vault.vault import Vault

VERSION: Final = 1
SAVE_EVERY_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Damage:
    """One object that is not what was sealed: its id, and the wording key of what is wrong with it."""

    object_id: str
    wording: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification found; from its first run on, however often it was stopped."""

    objects: int = 0
    octets: int = 0
    damaged: tuple[Damage, ...] = ()
    keyless: tuple[str, ...] = field(default=())
    """Ids of ciphertexts without an envelope: rests of interrupted work that nothing can open."""
    after: str = ""
    """The last id looked at."""


def verify(
    vault: Vault,
    *,
    state: Path | None = None,
    octets_per_second: int | None = None,
    progress: Progress = SILENT,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Verification:
    """Read every object back and prove that it is what was sealed; public keys are enough.

    With ``state``, a file, a verification that was stopped goes on where it was; the file goes when all is done.
    ``octets_per_second`` caps what is read on the average. ``progress`` counts objects.

    Raises:
        StoreFailed: the store cannot be read; what was verified so far is remembered.
    """
    so_far = _load(state)
    total = so_far.objects + sum(1 for _ in vault.envelopes.ids(after=so_far.after))
    pace = _Pace(octets_per_second, sleep, clock)
    saved = clock()
    try:
        for object_id in vault.envelopes.ids(after=so_far.after):
            so_far = _look_at(vault, object_id, so_far, pace)
            progress(so_far.objects, total)
            if clock() - saved > SAVE_EVERY_SECONDS:
                _save(state, so_far)
                saved = clock()
    finally:
        _save(state, so_far)
    found = Verification(so_far.objects, so_far.octets, so_far.damaged, tuple(keyless(vault)), so_far.after)
    if state is not None:
        state.unlink(missing_ok=True)
    return found


def keyless(vault: Vault) -> Iterator[str]:
    """Yield the ids of ciphertexts that have no envelope, in order.

    While something is being sealed it is among them; remove them (``Vault.withdraw``) only when nothing is.

    Raises:
        StoreFailed: the store cannot list its names.
    """
    sealed = iter(vault.envelopes.ids())
    current = next(sealed, None)
    for stored in vault.store.names("objects/"):
        object_id = stored.name.rpartition("/")[2]
        while current is not None and current < object_id:
            current = next(sealed, None)
        if current != object_id and is_object_id(object_id):
            yield object_id


class _Pace:
    """Sleeps so that no more than so many bytes a second pass, counted from the start."""

    def __init__(self, octets_per_second: int | None, sleep: Callable[[float], None], clock: Callable[[], float]):
        self._rate, self._sleep, self._clock = octets_per_second, sleep, clock
        self._start, self._passed, self._seen = clock(), 0, 0

    def __call__(self, done: int, total: int | None) -> None:
        """Take note of an object's bytes as they are read."""
        self._passed += done - self._seen if done >= self._seen else done
        self._seen = done if total is None or done < total else 0
        if self._rate is not None:
            ahead = self._passed / self._rate - (self._clock() - self._start)
            if ahead > 0:
                self._sleep(ahead)


def _look_at(vault: Vault, object_id: str, so_far: Verification, pace: _Pace) -> Verification:
    octets, damaged = so_far.octets, so_far.damaged
    try:
        found = vault.envelope(object_id)
        vault.verify_content(found, progress=pace)
        octets += found.capture.content_size
    except Tampered as error:
        damaged = (*damaged, Damage(object_id, error.wording))
    except (Unknown, Destroyed):  # destroyed since the names were listed, or shown again and refused
        pass
    return Verification(so_far.objects + 1, octets, damaged, (), object_id)


def _load(state: Path | None) -> Verification:
    if state is None or not state.exists():
        return Verification()
    try:
        value = json.loads(state.read_bytes())
        if value.pop("version") != VERSION:
            return Verification()
        damaged = tuple(Damage(**one) for one in value.pop("damaged"))
        value.pop("keyless")
        return Verification(damaged=damaged, **value)
    except (ValueError, KeyError, TypeError):  # not a state of ours: from the start, then
        return Verification()


def _save(state: Path | None, so_far: Verification) -> None:
    if state is not None:
        write_durably(state, json.dumps({**asdict(so_far), "version": VERSION}).encode())
