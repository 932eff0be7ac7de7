"""Make a new archive."""

from dataclasses import dataclass

from desk.archive import sealed_shelves
from desk.home import Home, Settings
from dossier.policy import load_pack
from dossier.wording import Lang
from index.engine import create
from vault.keyfile import PRODUCTION, Cost
from vault.keys import create_keys, unlock
from vault.passphrase import check_passphrase
from vault.stores.local import LocalStore


@dataclass(frozen=True, slots=True)
class Made:
    """A new archive's id, and the recovery code that is kept nowhere."""

    archive: str
    recovery_code: str


def make(
    home: Home, passphrase: str, *, packs: tuple[str, ...] = (), lang: Lang = "en", cost: Cost = PRODUCTION
) -> Made:
    """Make an archive at ``home``: settings, keys under ``passphrase``, an empty store and a sealed index.

    Everything that can be refused is refused before anything is made. ``cost`` is what guessing the passphrase
    costs; tests make it cheap.

    Raises:
        HomeTaken, HomeClosed: the folder cannot be used.
        vault.WeakPassphrase: the passphrase is too easy to guess.
        dossier.PolicyUnknown: there is no such pack.
    """
    settings = Settings(packs=packs, language=lang) if packs else Settings(language=lang)
    for name in settings.packs:
        load_pack(name)
    home.refuse_taken()
    check_passphrase(passphrase)
    home.lay(settings)
    code = create_keys(home.path, passphrase, cost=cost)
    keys = unlock(home.path, passphrase)
    LocalStore.create(home.store, archive=keys.public.archive)
    create(home.index, keys.index_key(), sealed_shelves(home, keys)).close()
    return Made(keys.public.archive, code)
