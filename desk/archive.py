"""An opened archive: its keys, vault, index, the policies in force, and who asks."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from sqlmodel import Session

from desk.cards import Cards
from desk.database import open_database
from desk.home import Home, Settings
from desk.people import who
from desk.policies import packs_in_force, site_calendar
from desk.stores import open_store
from dossier.filing import Shelf, shelf_of
from dossier.pack import Pack
from dossier.rights import Asker, Role, owner
from dossier.sitecalendar import SiteCalendar
from index import record
from index.engine import Index
from index.people import Person, is_suspended, person_or_none
from vault.desks import keys_of, open_desk_grant
from vault.errors import Locked, SessionEnded, TokenRefused
from vault.keys import Keys, PublicKeys, public_keys, unlock
from vault.sessions import Session as Bearer
from vault.sessions import open_session, session_id
from vault.users import open_grant
from vault.vault import Vault
from vault.witness import FileWitness
from vault.wrap import PrivateKey, keyring

OpensIndex = Callable[[Home, Settings, Keys], AbstractContextManager[Index]]
"""Opens the index of an archive with these keys for as long as the block lasts."""


@dataclass(frozen=True, slots=True)
class Archive:
    """Everything a person at the desk works with, and which person. Use ``opened``; it closes what it opens."""

    home: Home
    settings: Settings
    keys: Keys
    vault: Vault
    index: Index
    packs: Mapping[str, Pack]
    calendar: SiteCalendar
    asker: Asker

    @staticmethod
    @contextmanager
    def open(
        home: Home,
        settings: Settings,
        passphrase: str | None,
        *,
        token: str | None = None,
        indexes: OpensIndex | None = None,
    ) -> Iterator["Archive"]:
        """Yield the archive at ``home``, unlocked with its passphrase, or with what the person of a ``token`` holds.

        With a token, the person it was made for is who asks; with the passphrase alone, whoever holds it: its owner.
        ``indexes`` opens and closes the index where it is shared; alone, the archive has one of its own.

        Raises:
            vault.WrongPassphrase, vault.KeysMissing, vault.KeysDamaged, vault.KeysOpen: the keys cannot be opened.
            vault.Locked: neither passphrase nor token was given.
            vault.TokenRefused, vault.SessionEnded: the token opens no session.
            StoreUnclear, StoreCredentialsMissing, vault.StoreFailed: the store cannot be used.
            index.IndexFailed: the index cannot be opened.
            PackUnreadable, PacksWrong, PackTwice, dossier.PolicyWrong, dossier.PolicyUnknown: the policy packs in the
                settings cannot be used.
            dossier.CalendarWrong: the calendar in the settings cannot be used.
        """
        packs, calendar = packs_in_force(home, settings), site_calendar(home, settings)
        bearer = _bearer(home, token) if token is not None else None
        if passphrase is not None:
            keys = unlock(home.path, passphrase)
        elif bearer is not None:
            keys = _keys_of(home, bearer)
        else:
            raise Locked
        store = open_store(home, settings, keys.public.archive)
        ring = keys.reading if bearer is None else keys.reading | keyring(bearer.key)
        newer = partial(public_keys, home.path)
        vault = Vault(store, keys.public, keys, reader=ring, witness=FileWitness(home.witness), newer=newer)
        with (indexes or _own_index)(home, settings, keys) as index:
            yield Archive(home, settings, keys, vault, index, packs, calendar, _asker(index, bearer))

    @property
    def shelves(self) -> tuple[Shelf, ...]:
        """Where documents may be filed, in the order of the packs in the settings."""
        return tuple(shelf_of(pack.id, kind) for pack in self.packs.values() for kind in pack.dossiers.values())

    @property
    def who(self) -> str:
        """The name under which what is done now goes on record."""
        return self.asker.name

    def renewed(self) -> "Archive":
        """Return the same opened archive with the settings, packs and calendar that are in force now.

        Raises:
            SettingsWrong, PackUnreadable, PacksWrong, PackTwice, dossier.PolicyWrong, dossier.PolicyUnknown,
            dossier.CalendarWrong: they cannot be used.
        """
        settings = self.home.settings()
        packs, calendar = packs_in_force(self.home, settings), site_calendar(self.home, settings)
        return replace(self, settings=settings, packs=packs, calendar=calendar)

    def asked_by(self, asker: Asker) -> "Archive":
        """Return the same opened archive with somebody else asking: one opened archive serves many people."""
        return replace(self, asker=asker)

    def note(self, session: Session, what: str, about: str, facts: Mapping[str, object] | None = None) -> int:
        """Put on record, in the session's transaction, that whoever asks did something."""
        return record.append(session, self.asker.name, what, about, facts)

    def note_look(self, what: str, about: str, facts: Mapping[str, object] | None = None) -> None:
        """Put on record that whoever asks looks at something, and return when that is on the disk.

        Looks of many at once share a transaction, so that twenty people do not wait for twenty writes in a row.

        Raises:
            index.IndexBusy, index.IndexStuck: it is not on record, and nothing may be shown.
        """
        self.index.notes.put(self.asker.name, what, about, facts)


def asker_of(row: Person) -> Asker:
    """Return a person of the register as rights see them."""
    known = {role.value for role in Role}
    return Asker(
        row.name,
        row.title,
        frozenset(Role(role) for role in row.roles if role in known),
        row.department,
        frozenset(row.positions),
    )


def index_of(home: Home, settings: Settings, keys: Keys) -> Index:
    """Open the archive's index with the shelves that these keys open.

    Raises:
        index.IndexFailed: it cannot be opened.
    """
    return open_database(home, settings, keys)


@contextmanager
def _own_index(home: Home, settings: Settings, keys: Keys) -> Iterator[Index]:
    index = index_of(home, settings, keys)
    try:
        yield index
    finally:
        index.close()


def card_keys(public: PublicKeys, grants: Sequence[bytes], desk: bytes, key: PrivateKey) -> Keys:
    """Return the keys that a person's grants come to.

    Raises:
        vault.GrantRefused: a grant is not this person's, or was changed.
    """
    opened = [open_grant(public, grant, key) for grant in grants]
    return keys_of(public, opened, open_desk_grant(public, desk, key) if desk else None)


def session_of(home: Home, token: str) -> Bearer:
    """Return whose session a token opens.

    Raises:
        vault.TokenRefused, vault.SessionEnded: it opens none.
    """
    sealed = Cards(home).session(session_id(token))
    if sealed is None:
        raise TokenRefused
    return open_session(public_keys(home.path).archive, sealed, token, datetime.now(UTC))


def _bearer(home: Home, token: str) -> Bearer:
    """Return whose session a token opens; one that opens none is noted, for the record, as a failed log-in is."""
    try:
        return session_of(home, token)
    except (TokenRefused, SessionEnded):
        Cards(home).note("token-refused", "")
        raise


def _keys_of(home: Home, bearer: Bearer) -> Keys:
    card = Cards(home).read(bearer.who)
    if card is None:
        raise TokenRefused
    return card_keys(public_keys(home.path), card.grants, card.desk, bearer.key)


def _asker(index: Index, bearer: Bearer | None) -> Asker:
    if bearer is None:
        return owner(who())
    with index.read() as session:
        row = person_or_none(session, bearer.who)
        barred = row is not None and (row.closed is not None or is_suspended(session, row))
    if row is None or barred:
        raise TokenRefused
    return asker_of(row)
