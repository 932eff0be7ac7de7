"""``doctor``: whether an archive and its machine are well, and what to do where they are not."""

import shutil
from collections.abc import Iterator
from typing import Final

from desk import proofs, watchers
from desk.archive import Archive, index_of
from desk.findings import Finding, failed
from desk.home import Home, Settings
from desk.policies import packs_in_force, site_calendar
from desk.rights import needs
from desk.stores import open_store
from dossier.errors import ExitCode, JuanzongError
from dossier.rights import Duty
from index import journal, record
from index.journal import State
from ocr.children.sandbox import SandboxLevel, sandbox_level
from ocr.programs import missing_programs
from vault.keys import Keys, public_keys, unlock
from vault.vault import Vault

LEAST_FREE_BYTES: Final = 2 * 1024**3
PROBE: Final = "doctor"
"""Document and role that ``doctor`` seals its probe as."""


def examine(home: Home, passphrase: str | None) -> list[Finding]:
    """Look at everything that can be looked at; with the passphrase also at keys, store, index and record."""
    return [*_machine(), *_archive(home, passphrase)]


@needs(Duty.KEEP)
def examine_open(archive: Archive) -> list[Finding]:
    """Look at everything, with the keys that whoever asks holds: the store by sealing a probe, index and record too."""
    found = [*_machine(), *_archive(archive.home, None)]
    store = _store(archive.home, archive.settings, archive.keys)
    return [
        *(one for one in found if one.subject != "keys"),
        store,
        *(proofs.store_findings(archive.home, archive.settings) if store.ok else ()),
        *_index(archive.home, archive.settings, archive.keys),
    ]


def _machine() -> Iterator[Finding]:
    missing = missing_programs()
    if missing:
        packages = " ".join(dict.fromkeys(program.package for program in missing))
        lacks = ", ".join(program.lacks for program in missing)
        facts = {"lacks": lacks, "packages": packages}
        yield Finding("programs", False, "desk.doctor-programs-missing", facts, ExitCode.TOOL)
    else:
        yield Finding("programs", True, "desk.doctor-programs-there")
    level = sandbox_level()
    yield Finding("sandbox", True, f"desk.doctor-sandbox-{level.value}", {"level": SandboxLevel(level).value})


def _archive(home: Home, passphrase: str | None) -> Iterator[Finding]:
    try:
        settings = home.settings()
        packs_in_force(home, settings)
        site_calendar(home, settings)
        public_keys(home.path)
    except JuanzongError as error:
        yield failed("home", error)
        return
    yield Finding("home", True, "desk.doctor-home-there", {"home": home.path, "packs": ", ".join(settings.packs)})
    yield proofs.permissions(home)
    yield _room(home)
    yield from watchers.findings(home, settings)
    if passphrase is None:
        yield Finding("keys", True, "desk.doctor-locked")
        return
    try:
        keys = unlock(home.path, passphrase)
    except JuanzongError as error:
        yield failed("keys", error)
        return
    yield Finding("keys", True, "desk.doctor-keys-open")
    store = _store(home, settings, keys)
    yield store
    if store.ok:
        yield from proofs.store_findings(home, settings)
    yield from _index(home, settings, keys)


def _room(home: Home) -> Finding:
    free = shutil.disk_usage(home.path).free
    facts = {"free": f"{free / 1024**3:.1f}", "least": LEAST_FREE_BYTES // 1024**3}
    if free < LEAST_FREE_BYTES:
        return Finding("room", False, "desk.doctor-room-short", facts, ExitCode.VAULT)
    return Finding("room", True, "desk.doctor-room-there", facts)


def _store(home: Home, settings: Settings, keys: Keys) -> Finding:
    """Prove the store by sealing a probe, opening it again and taking it away."""
    try:
        store = open_store(home, settings, keys.public.archive)
        vault = Vault(store, keys.public, keys)
        probe = vault.seal_bytes(PROBE.encode(), document=PROBE, role=PROBE)
        vault.open_bytes(probe.object_id, document=PROBE, role=PROBE)
        vault.withdraw(probe.object_id)
    except JuanzongError as error:
        return failed("store", error)
    return Finding("store", True, "desk.doctor-store-proven", {"store": store.label})


def _index(home: Home, settings: Settings, keys: Keys) -> Iterator[Finding]:
    try:
        index = index_of(home, settings, keys)
    except JuanzongError as error:
        yield failed("index", error)
        return
    yield proofs.database(home, settings)
    try:
        with index.read() as session:
            tally = journal.tally(session)
            facts = {
                "captures": sum(tally.values()),
                "review": tally[State.REVIEW],
                "quarantined": tally[State.QUARANTINED],
            }
            yield Finding("index", True, "desk.doctor-index-there", facts)
            yield from proofs.workers(session, settings)
            sound = record.verify(session)
            yield Finding("record", True, "desk.doctor-record-sound", {"entries": sound.size})
            yield proofs.clock(session)
            yield from proofs.backup_findings(session)
    except JuanzongError as error:
        yield failed("record", error)
    finally:
        index.close()
