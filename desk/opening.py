"""What is put in order whenever the archive is opened: what was noted aside, the clock, packs, grants, loans."""

import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from hashlib import sha256
from typing import Final

from desk.archive import Archive
from desk.cards import Cards
from desk.clock import watch_clock
from desk.following import settle_following
from desk.grants import regrant
from desk.levels import settle_levels
from desk.loans import sweep
from desk.versions import settle_versions
from index.tables import Meta

POLICIES: Final = "policies"


def settle(archive: Archive) -> None:
    """Put in order what waited for somebody with keys; cheap when there is nothing to do."""
    asides = Cards(archive.home).take_asides()
    if asides:
        with archive.index.write() as session:
            for aside in asides:
                archive.note(session, aside.what, aside.name, {"at": aside.at.isoformat(), "aside": True})
    watch_clock(archive)
    watch_policies(archive)
    regrant(archive)
    sweep(archive)
    settle_levels(archive)
    settle_versions(archive)
    settle_following(archive)


def watch_policies(archive: Archive) -> None:
    """Put on record that other packs are in force, or that one says something else than before."""
    now = {name: sha256(_told(pack).encode()).hexdigest() for name, pack in archive.packs.items()}
    told = json.dumps(now, sort_keys=True)
    with archive.index.read() as session:
        row = session.get(Meta, POLICIES)
    if row is not None and row.value == told:
        return
    with archive.index.write() as session:
        session.merge(Meta(key=POLICIES, value=told))
        before = json.loads(row.value) if row is not None else {}
        changed = sorted(name for name in {*now, *before} if now.get(name) != before.get(name))
        archive.note(session, "policy-change", archive.keys.public.archive, {"packs": changed, "in_force": sorted(now)})


def _told(value: object) -> str:
    """Return a value in words that are the same in every run: sets are put in order, what only computes is left out."""
    if is_dataclass(value) and not isinstance(value, type):
        told = ",".join(f"{field.name}={_told(getattr(value, field.name))}" for field in fields(value))
        return f"{type(value).__name__}({told})"
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{name}:{_told(value[name])}" for name in sorted(value, key=str)) + "}"
    if isinstance(value, AbstractSet):
        return "{" + ",".join(sorted(map(_told, value))) + "}"
    if isinstance(value, tuple | list):
        return "[" + ",".join(map(_told, value)) + "]"
    return "" if callable(value) else repr(value)
