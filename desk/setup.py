"""Make a new archive."""

from dataclasses import dataclass, field
from pathlib import Path

from desk.database import make_database, on_server, refuse_used
from desk.home import Home, QueueSettings, Settings
from desk.policies import packs_in_force
from desk.stores import LOCAL, bucket_settings, create_store
from dossier.errors import ExitCode, JuanzongError
from dossier.wording import Lang
from vault.keyfile import PRODUCTION, Cost
from vault.keys import create_keys, unlock
from vault.passphrase import check_passphrase


class WorkersAlone(JuanzongError):
    """Workers were asked for, and an index in files of one machine."""

    exit_code = ExitCode.USAGE
    wording = "desk.workers-alone"


@dataclass(frozen=True, slots=True)
class Made:
    """A new archive's id, and the recovery code that is kept nowhere."""

    archive: str
    recovery_code: str = field(repr=False)


def make(
    home: Home,
    passphrase: str,
    *,
    packs: tuple[str, ...] = (),
    store: str = LOCAL,
    database: str = LOCAL,
    workers: bool = False,
    lang: Lang = "en",
    cost: Cost = PRODUCTION,
) -> Made:
    """Make an archive at ``home``: settings, keys under ``passphrase``, an empty store and a sealed index.

    With ``workers``, captures wait for `juanzong worker`, here or on other machines, and the watcher only takes over.
    Everything that can be refused is refused before anything is made. ``cost`` is what guessing the passphrase
    costs; tests make it cheap.

    Raises:
        WorkersAlone: ``workers``, and a database that no other machine can use.
        HomeTaken, HomeClosed: the folder cannot be used.
        vault.WeakPassphrase: the passphrase is too easy to guess.
        PackUnreadable, PacksWrong, PackTwice, dossier.PolicyUnknown, dossier.PolicyWrong: a pack cannot be used.
        StoreUnclear, StoreCredentialsMissing, vault.StoreFailed: the store cannot be used.
        DatabaseUnclear, index.IndexFailed, index.IndexStuck: the database cannot be used.
    """
    if workers and not on_server(database):
        raise WorkersAlone
    named = tuple(str(Path(name).absolute()) if name.endswith(".toml") else name for name in packs or ())
    settings = Settings(packs=named or Settings().packs, store=store, database=database, language=lang)
    settings = settings.model_copy(update={"queue": QueueSettings(workers=workers)})
    packs_in_force(home, settings)
    if store != LOCAL:
        bucket_settings(store)
    home.refuse_taken()
    refuse_used(home, database)
    check_passphrase(passphrase)
    home.lay(settings)
    code = create_keys(home.path, passphrase, cost=cost)
    keys = unlock(home.path, passphrase)
    create_store(home, settings, keys.public.archive)
    make_database(home, database, keys).close()
    return Made(keys.public.archive, code)
