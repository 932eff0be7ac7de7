"""One's own second factor: set up with a code that proves the device has it, or given up, by oneself alone."""

import time

import pyotp
from sqlmodel import Session

from desk.archive import Archive
from desk.cards import Cards
from desk.rights import needs
from desk.sessions import TOTP_STEP
from dossier.errors import ExitCode, JuanzongError
from dossier.rights import Duty
from index.people import Person, person


class CodeWrong(JuanzongError):
    """The code does not belong to the second factor that is being set up."""

    exit_code = ExitCode.PASSPHRASE
    wording = "people.code-wrong"


@needs(Duty.ANY)
def proposed(archive: Archive, secret: str = "") -> str:
    """Return the address for an authenticator app, with a new secret unless one is given; nothing is kept."""
    return pyotp.TOTP(secret or pyotp.random_base32()).provisioning_uri(name=archive.who, issuer_name="Juanzong")


@needs(Duty.ANY)
def keep(archive: Archive, provisioning: str, code: str) -> None:
    """Ask for this second factor from now on; the code proves that the device has it.

    Raises:
        CodeWrong: the code is not one of the last minute.
        index.NoSuchPerson: whoever asks has no account of their own.
    """
    totp, now = pyotp.parse_uri(provisioning), int(time.time()) // TOTP_STEP
    given = code.replace(" ", "")
    fits = [step for step in (now - 1, now, now + 1) if pyotp.utils.strings_equal(totp.generate_otp(step), given)]
    if not fits:
        raise CodeWrong
    with archive.index.write() as session:
        row = person(session, archive.who)
        row.totp, row.totp_used = totp.secret, fits[-1]
        session.add(row)
        _note(archive, session, row)
    Cards(archive.home).write(row)


@needs(Duty.ANY)
def give_up(archive: Archive) -> None:
    """Ask for the password alone from now on.

    Raises:
        index.NoSuchPerson: whoever asks has no account of their own.
    """
    with archive.index.write() as session:
        row = person(session, archive.who)
        row.totp, row.totp_used = "", 0
        session.add(row)
        _note(archive, session, row)
    Cards(archive.home).write(row)


def _note(archive: Archive, session: Session, row: Person) -> None:
    archive.note(session, "user-set", row.name, {"second_factor": bool(row.totp)})
