"""Log in and out: a password (and a second factor) for a token, a token for who somebody is and what they hold."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pyotp
from sqlmodel import Session as Rows

from desk.archive import Archive, card_keys, index_of
from desk.cards import Card, Cards
from desk.home import Home
from dossier.errors import ExitCode, JuanzongError
from index import record
from index.people import Person, is_suspended, person
from vault.errors import KeysDamaged, TokenRefused, WrongPassphrase
from vault.keyfile import PRODUCTION, Cost, box_key
from vault.keys import public_keys, unlock
from vault.sessions import new_session, open_session, session_id, stated_owner
from vault.users import open_user_key
from vault.wrap import PrivateKey

HOURS: Final = 10
"""How long a session lasts unless somebody says otherwise: a working day."""
MOST_HOURS: Final = 24 * 7
TOTP_STEP: Final = 30


class LoginRefused(JuanzongError):
    """Name, password or code are not right; which of them is not told."""

    exit_code = ExitCode.PASSPHRASE
    wording = "people.login-refused"


class CodeNeeded(JuanzongError):
    """The account asks for the code of its second factor as well."""

    exit_code = ExitCode.PASSPHRASE
    wording = "people.code-needed"


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A session that was opened: whose, until when, and the token to hand over."""

    name: str
    until: datetime
    token: str = field(repr=False)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values; the token is in it."""
        return {"user": self.name, "until": self.until.isoformat(timespec="seconds"), "token": self.token}


def login(
    home: Home,
    name: str,
    password: str,
    *,
    code: str = "",
    hours: int = HOURS,
    identified_by: str = "",
    pause: Callable[[float], None] = time.sleep,
    cost: Cost = PRODUCTION,
) -> LoggedIn:
    """Open a session for somebody; after three failures each further try waits, up to half a minute.

    ``identified_by`` goes on record: the provider that had said before who it is.
    ``cost`` is what a name without a card costs to refuse, so that it takes as long as a wrong password.

    Raises:
        LoginRefused, CodeNeeded: who it is was not proven.
        NoHome, SettingsWrong, index.IndexFailed: there is no usable archive.
    """
    settings = home.settings()
    cards, public = Cards(home), public_keys(home.path)
    pause(cards.pause(name))
    card = cards.read(name)
    key = _key(cards, name, card, password, cost)
    if card is None or key is None:
        raise LoginRefused
    keys = card_keys(public, card.grants, card.desk, key)
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=min(max(hours, 1), MOST_HOURS))
    index = index_of(home, settings, keys)
    try:
        with index.write() as rows:
            found = person(rows, card.name)
            barred = "closed" if found.closed is not None else "suspended" if is_suspended(rows, found) else ""
            if barred:
                record.append(rows, card.name, "login-failed", card.name, {"why": barred})
                right = False
            else:
                right = _second_factor(rows, found, code)
                facts = {"identified_by": identified_by} if identified_by else {}
                record.append(rows, found.name, "login" if right else "login-failed", found.name, facts)
        if not right:
            cards.failed(name)
            raise (LoginRefused() if code or barred else CodeNeeded())
    finally:
        index.close()
    cards.passed(name)
    made = new_session(public.archive, card.name, key, until)
    cards.keep_session(made.id, made.sealed)
    return LoggedIn(card.name, until, made.token)


def account_of(home: Home, name: str) -> str | None:
    """Return the name of the account that goes by ``name``, None where there is none that one could log in to."""
    card = Cards(home).read(name)
    return card.name if card is not None else None


def note_refused_identity(home: Home, why: str) -> None:
    """Note for the record that somebody could not be identified by the provider; whoever opens next takes it over."""
    Cards(home).note("identity-refused", why)


def logout(home: Home, token: str) -> str:
    """End the session of a token and return whose it was; the token opens nothing from now on.

    Raises:
        vault.TokenRefused: there is no such session.
    """
    cards, number = Cards(home), session_id(token)
    sealed = cards.session(number)
    if sealed is None:
        raise TokenRefused
    who = open_session(public_keys(home.path).archive, sealed, token, datetime.fromtimestamp(0, UTC)).who
    cards.end_session(number)
    return who


def end_sessions(home: Home, name: str) -> int:
    """End every session of a person and return how many there were; what is no session goes as well."""
    cards, ended = Cards(home), 0
    for number, sealed in list(cards.all_sessions()):
        try:
            theirs = stated_owner(sealed) == name
        except TokenRefused:
            theirs = True
        if theirs:
            cards.end_session(number)
            ended += 1
    return ended


def prove_owner(home: Home, passphrase: str) -> None:
    """Take the archive's passphrase once more from whoever opened it with that.

    Raises:
        vault.WrongPassphrase: it does not open the archive's keys.
    """
    unlock(home.path, passphrase)


def whoami(archive: Archive) -> dict[str, Any]:
    """Return who asks and what they may be, as plain JSON values."""
    asker = archive.asker
    return {
        "user": asker.name,
        "title": asker.title,
        "roles": sorted(role.value for role in asker.roles),
        "department": asker.department,
        "positions": sorted(asker.positions),
        "owner": asker.owner,
    }


def _key(cards: Cards, name: str, card: Card | None, password: str, cost: Cost) -> PrivateKey | None:
    if card is None:
        # As slow as a wrong password, so that nobody learns who has an account by the clock.
        box_key("user nobody", password, cost)
        cards.failed(name)
        return None
    try:
        return open_user_key(card.name, card.sealed, password)
    except (WrongPassphrase, KeysDamaged):
        cards.failed(name)
        return None


def _second_factor(rows: Rows, found: Person, code: str) -> bool:
    """Tell whether the code is right, once: a code that was taken is not taken again (RFC 6238 §5.2)."""
    if not found.totp:
        return True
    totp, now = pyotp.TOTP(found.totp), int(time.time()) // TOTP_STEP
    for step in (now - 1, now, now + 1):
        if step > found.totp_used and pyotp.utils.strings_equal(totp.generate_otp(step), code.replace(" ", "")):
            found.totp_used = step
            rows.add(found)
            return True
    return False
