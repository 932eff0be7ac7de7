"""An opened archive: its keys, vault, index and the policies in force."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from desk.home import Home, Settings
from desk.stores import open_store
from dossier.catalogue import catalogue
from dossier.filing import Shelf, shelf_of
from dossier.pack import Pack
from dossier.policy import load_pack
from index.engine import Index, open_index
from index.engine import Shelf as SealedShelf
from vault.keys import Keys, unlock
from vault.levels import Level
from vault.vault import Vault
from vault.witness import FileWitness


@dataclass(frozen=True, slots=True)
class Archive:
    """Everything a person at the desk works with. Use ``opened``; it closes what it opens."""

    home: Home
    settings: Settings
    keys: Keys
    vault: Vault
    index: Index
    packs: Mapping[str, Pack]

    @staticmethod
    @contextmanager
    def open(home: Home, settings: Settings, passphrase: str) -> Iterator["Archive"]:
        """Yield the archive at ``home``, unlocked with ``passphrase``.

        Raises:
            vault.WrongPassphrase, vault.KeysMissing, vault.KeysDamaged, vault.KeysOpen: the keys cannot be opened.
            StoreUnclear, StoreCredentialsMissing, vault.StoreFailed: the store cannot be used.
            index.IndexFailed: the index cannot be opened.
            dossier.PolicyWrong, dossier.PolicyUnknown: a policy pack in the settings cannot be used.
        """
        kinds = frozenset(kind.id for kind in catalogue())
        packs = {name: load_pack(name, kinds) for name in settings.packs}
        keys = unlock(home.path, passphrase)
        store = open_store(home, settings, keys.public.archive)
        vault = Vault(store, keys.public, keys, witness=FileWitness(home.witness))
        index = open_index(home.index, keys.index_key(), sealed_shelves(home, keys))
        try:
            yield Archive(home, settings, keys, vault, index, packs)
        finally:
            index.close()

    @property
    def shelves(self) -> tuple[Shelf, ...]:
        """Where documents may be filed, in the order of the packs in the settings."""
        return tuple(shelf_of(pack.id, kind) for pack in self.packs.values() for kind in pack.dossiers.values())


def sealed_shelves(home: Home, keys: Keys) -> dict[str, SealedShelf]:
    """Return the sealed files that hold the page texts of the levels above ordinary, each under its own key."""
    return {
        level.value: SealedShelf(home.path / f"index-{level.value}.db", keys.index_key(level))
        for level in Level
        if level is not Level.ORDINARY
    }
