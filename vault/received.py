"""What stations send: envelopes believed only as that station's, and the notes of what has come (vault-format §9, §14).

A note ``received/<capture>`` lies in the store from before a capture's objects are put there until whoever holds the
keys has taken it over, so that a crash leaves nothing there that no note knows of.
"""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import BinaryIO, Final

from dossier.errors import ExitCode, JuanzongError
from vault.envelope import Envelope, Holder, from_milliseconds, parse, signed_by, to_milliseconds
from vault.errors import ContentTampered, Destroyed, NameTaken, NameUnknown, Unknown
from vault.levels import Level
from vault.octets import Malformed
from vault.public import PublicKeys, StationKey, canonical
from vault.seal import is_object_id, object_name
from vault.stores.store import Store
from vault.vault import Vault

FOLDER: Final = "received/"
ORIGINAL: Final = "original"
TICKET: Final = "ticket"
"""Role of the sealed facts about a scan that a station adds: its name, where it lay, when it was sealed."""
ROLES: Final = (ORIGINAL, TICKET)
MOST_NOTE_BYTES: Final = 4096
VERSION: Final = 1
_CAPTURE: Final = re.compile(r"[a-z2-7]{16}")


class NotTheirs(JuanzongError):
    """An envelope is not what this station may send: another's, of another archive, level or form, or not signed."""

    exit_code = ExitCode.REFUSED
    wording = "station.not-theirs"


@dataclass(frozen=True, slots=True)
class Note:
    """A capture that came from a station: the ids of its objects, whose it is, and since when it is known."""

    capture: str
    station: str
    original: str
    ticket: str
    at: datetime


def is_capture_id(text: str) -> bool:
    """Tell whether ``text`` has the form of a capture's number."""
    return _CAPTURE.fullmatch(text) is not None


def their_envelope(octets: bytes, keys: PublicKeys, station: StationKey, *, capture: str, role: str) -> Envelope:
    """Read an envelope that a station sends for a capture of its own.

    It is sealed to this archive's own keys and nobody else's, at the ordinary level, and signed by that station.

    Raises:
        NotTheirs
    """
    try:
        found = parse(octets)
    except Malformed as error:
        raise NotTheirs from error
    what = found.capture
    theirs = what.archive == keys.archive and what.station == found.signer == station.public.id and found.revision == 1
    meant = (what.document, what.role, what.level) == (capture, role, Level.ORDINARY) and is_object_id(what.object_id)
    holders = {one.holder: one.key_id for one in found.recipients}
    ours = len(found.recipients) == len(holders) == 2 and holders.get(Holder.RECOVERY) == keys.recovery.id
    read = holders.get(Holder.LEVEL) in {one.public.id for one in keys.reading[Level.ORDINARY]}
    in_force = station.revoked is None or what.sealed_at < station.revoked
    signed = signed_by(found, station.public, station.public)
    if not (theirs and meant and ours and read and in_force and signed and is_capture_id(capture)):
        raise NotTheirs
    return found


def is_kept(vault: Vault, sent: Envelope) -> bool:
    """Tell whether the store has an object as it was sent, or has had it and was told to destroy it.

    Raises:
        NotTheirs: there is another object under its id.
        StoreFailed: the store cannot say.
    """
    try:
        found = vault.envelope(sent.object_id)
    except Unknown:
        return False
    except Destroyed:
        return True
    if found.capture != sent.capture:
        raise NotTheirs
    return True


def keep(vault: Vault, sent: Envelope, ciphertext: BinaryIO) -> None:
    """Keep an object that was sent, read it back, and only then put its envelope beside it.

    Raises:
        ContentTampered: the bytes are not those the envelope states; nothing of them is kept.
        StoreFailed: the store cannot keep it, or gave back something else than it was given.
    """
    name = object_name(sent.object_id)
    if vault.store.size(name) is None:
        with suppress(NameTaken):  # by a finish of the same that others heard: it is looked at now
            vault.store.put(name, ciphertext)
    try:
        vault.verify_content(sent)
    except ContentTampered:
        vault.store.delete(name)
        raise
    with suppress(NameTaken):
        vault.envelopes.put(sent)


def put_note(store: Store, note: Note) -> None:
    """Note that a capture is about to come; one that is noted already stays as it is.

    Raises:
        NotTheirs: other objects are noted for a capture of this number.
        StoreFailed
    """
    body = {
        "at": to_milliseconds(note.at),
        "original": note.original,
        "station": note.station,
        "ticket": note.ticket,
        "version": VERSION,
    }
    try:
        store.put(FOLDER + note.capture, BytesIO(canonical(body)))
    except NameTaken:
        found = read_note(store, note.capture)
        if found is not None and (found.station, found.original, found.ticket) != (
            note.station,
            note.original,
            note.ticket,
        ):
            raise NotTheirs from None


def notes(store: Store, spoiled: list[str] | None = None) -> Iterator[Note]:
    """Yield what has come and was not taken over yet, in the order of numbers.

    What lies in a note's place and is none is passed over, and its capture added to ``spoiled``.

    Raises:
        StoreFailed
    """
    for stored in list(store.names(FOLDER)):
        capture = stored.name.removeprefix(FOLDER)
        found = read_note(store, capture) if is_capture_id(capture) and stored.size <= MOST_NOTE_BYTES else None
        if found is not None:
            yield found
        elif spoiled is not None and is_capture_id(capture) and store.size(stored.name) is not None:
            spoiled.append(capture)


def read_note(store: Store, capture: str) -> Note | None:
    """Return the note of a capture, None where there is none or something else lies in its place.

    Raises:
        StoreFailed
    """
    try:
        if (store.size(FOLDER + capture) or 0) > MOST_NOTE_BYTES:
            return None
        body = json.loads(b"".join(store.get(FOLDER + capture)))
        note = Note(capture, str(body["station"]), body["original"], body["ticket"], from_milliseconds(int(body["at"])))
    except (NameUnknown, ValueError, KeyError, TypeError, RecursionError):
        return None
    fit = is_object_id(note.original) and is_object_id(note.ticket) and body["version"] == VERSION
    return note if fit else None


def drop_note(store: Store, capture: str) -> None:
    """Take the note of a capture away: it is taken over, or nothing of it is there.

    Raises:
        StoreFailed
    """
    store.delete(FOLDER + capture)


def mend(vault: Vault, spoiled: Iterable[str]) -> None:
    """Write notes again that cannot be read; one whose capture was taken over, and was being removed, goes.

    Raises:
        Tampered, StoreFailed: as ``Vault.objects``.
    """
    note_again(vault)
    for capture in spoiled:
        if read_note(vault.store, capture) is None:
            drop_note(vault.store, capture)


def note_again(vault: Vault) -> int:
    """Note what stations sent and nobody took over, where the notes are lost: in a store brought back from a backup.

    A ticket that is still there tells such a capture. Returns how many there are.

    Raises:
        Tampered, StoreFailed: as ``Vault.objects``.
    """
    tickets: dict[str, Envelope] = {}
    originals: dict[str, str] = {}
    for found in vault.objects(Level.ORDINARY):
        if found.role == TICKET and is_capture_id(found.document):
            tickets[found.document] = found
    if tickets:
        for found in vault.objects(Level.ORDINARY):
            if found.role == ORIGINAL and found.document in tickets:
                originals[found.document] = found.object_id
    for capture, original in originals.items():
        ticket = tickets[capture].capture
        if read_note(vault.store, capture) is None:
            drop_note(vault.store, capture)
        put_note(vault.store, Note(capture, ticket.station, original, ticket.object_id, ticket.sealed_at))
    return len(originals)
