"""The record of what happened: read it, prove that it was not changed, and sign how far it has come."""

import smtplib
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

from sqlmodel import Session, col, select

from desk.archive import Archive
from desk.clock import clock_is_right
from desk.rights import needs
from dossier.errors import ExitCode, JuanzongError
from dossier.rights import Duty
from index import record
from index.dossiers import dossier_by
from index.errors import AuditBroken, NoSuchThing
from index.record import Entry
from index.tables import AuditCheckpoint, Document
from vault.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint

REWRITTEN: Final = "rewritten"
_SECONDS: Final = 20


class CheckpointUnreadable(JuanzongError):
    """A checkpoint's file cannot be read or written."""

    exit_code = ExitCode.OUTPUT
    wording = "audit.checkpoint-unreadable"


class CheckpointNotSent(JuanzongError):
    """A checkpoint was signed and kept, and could not be sent where it was to go."""

    exit_code = ExitCode.OUTPUT
    wording = "audit.checkpoint-not-sent"


@dataclass(frozen=True, slots=True)
class Verified:
    """A record that holds: how many entries, its root, and against how many checkpoints it was compared."""

    entries: int
    root: bytes
    checkpoints: int

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"entries": self.entries, "root": self.root.hex(), "checkpoints": self.checkpoints, "sound": True}


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint just signed: what it states, the note itself, and where it went."""

    size: int
    root: bytes
    note: str
    sent: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"size": self.size, "root": self.root.hex(), "note": self.note, "sent": list(self.sent)}


@needs(Duty.AUDIT)
def log(
    archive: Archive,
    *,
    who: str | None = None,
    what: str | None = None,
    about: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    dossier: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[Entry]:
    """Return the newest entries that are as asked for, the newest last; reading the record is on record too.

    ``dossier`` is any name of one: what happened to it and to its documents; ``before`` the number to leaf on from.
    """
    with archive.index.write() as session:
        found = record.find(
            session,
            who=who,
            what=what,
            about=about,
            since=since,
            until=until,
            names=_names(session, dossier) if dossier else None,
            before=before,
            limit=limit,
        )
        asked = {"who": who, "what": what, "about": about, "dossier": dossier}
        archive.note(session, "audit-log", "", {name: value for name, value in asked.items() if value})
    return found


@needs(Duty.AUDIT)
def verify(archive: Archive, *, checkpoints: Path | None = None) -> Verified:
    """Prove the whole record, against every checkpoint the archive keeps and those in a file from outside.

    Raises:
        AuditBroken: an entry was altered, removed, put in, moved or cut off, or rewritten since a checkpoint.
        vault.CheckpointRefused: a checkpoint is not signed by this archive.
        CheckpointUnreadable: the file cannot be read.
    """
    outside = _notes(checkpoints) if checkpoints is not None else []
    with archive.index.read() as session:
        kept = session.exec(select(AuditCheckpoint).order_by(col(AuditCheckpoint.size))).all()
        stated = sorted(
            (open_checkpoint(archive.keys.public, note) for note in [*(one.note for one in kept), *outside]),
            key=lambda one: one.size,
        )
        sound = record.verify(session)
        good = 0
        for one in stated:
            _compare(session, one, good, sound.size)
            good = one.size
        size, root = record.tree(session)
    return Verified(size, root, len(stated))


@needs(Duty.AUDIT)
def checkpoint(
    archive: Archive,
    *,
    file: Path | None = None,
    syslog: str | None = None,
    mail: str | None = None,
    smtp: str = "localhost",
) -> Signed:
    """Sign how long the record is and what it holds, keep the note, and send it where nobody here can change it.

    ``file`` is appended to; ``syslog`` is a socket (``/dev/log``) or ``HOST:PORT``; ``mail`` an address, by way of the
    server ``smtp``.

    Raises:
        vault.Locked: whoever is at work does not hold the audit key.
        CheckpointUnreadable, CheckpointNotSent: it is signed and kept, and did not get there.
    """
    with archive.index.write() as session:
        size, root = record.tree(session)
        note = record.checkpoint(session, lambda count, over: sign_checkpoint(archive.keys, count, over))
        archive.note(session, "checkpoint", archive.keys.public.archive, {"size": size, "root": root.hex()})
    sent = list[str]()
    if file is not None:
        _append(file, note)
        sent.append(str(file))
    if syslog is not None:
        _send(syslog, lambda: _to_syslog(syslog, note))
        sent.append(syslog)
    if mail is not None:
        _send(mail, lambda: _to_mail(mail, smtp, note, archive.keys.public.archive))
        sent.append(mail)
    return Signed(size, root, note, tuple(sent))


@needs(Duty.KEEP)
def set_clock_right(archive: Archive) -> datetime:
    """Take the clock as it stands for right, after it was once ahead; return the latest moment that had been seen."""
    return clock_is_right(archive)


def _names(session: Session, name: str) -> set[str]:
    """Return how the record speaks of a dossier: id, key, its documents and their scans; what no dossier has, as is."""
    try:
        row = dossier_by(session, name)
    except NoSuchThing:
        return {name}
    papers = session.exec(select(Document.id, Document.capture).where(Document.dossier == row.id)).all()
    return {name, row.id, row.key, *(one for paper in papers for one in paper if one)}


def _compare(session: Session, stated: Checkpoint, good: int, size: int) -> None:
    """Compare the record with what a checkpoint states; ``good`` is the size up to which it was found unchanged."""
    if stated.size > size:
        raise AuditBroken(seq=size + 1, how=record.CUT_OFF)
    if record.tree(session, size=stated.size)[1] != stated.root:
        raise AuditBroken(seq=good + 1, how=REWRITTEN)


def _notes(file: Path) -> list[str]:
    """Return the notes in a file, however many were appended to it."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise CheckpointUnreadable(file=file, fault=getattr(fault, "strerror", None) or str(fault)) from fault
    found, lines = list[str](), list[str]()
    for line in text.splitlines():
        if line.startswith("juanzong/") and lines:
            found.append("\n".join(lines).rstrip() + "\n")
            lines = []
        lines.append(line)
    if any(line.strip() for line in lines):
        found.append("\n".join(lines).rstrip() + "\n")
    return found


def _append(file: Path, note: str) -> None:
    try:
        with file.open("a", encoding="utf-8") as target:
            target.write(note)
            target.flush()
    except OSError as fault:
        raise CheckpointUnreadable(file=file, fault=fault.strerror) from fault


def _send(where: str, send: Callable[[], None]) -> None:
    try:
        send()
    except (OSError, ValueError, smtplib.SMTPException) as fault:  # ValueError: an address or a port that is none
        raise CheckpointNotSent(where=where, fault=str(fault)) from fault


def _to_syslog(where: str, note: str) -> None:
    """Send a note as one syslog message (RFC 3164, facility authpriv, severity notice)."""
    octets = b"<85>juanzong: checkpoint " + " | ".join(note.strip().split("\n")).encode()
    host, colon, port = where.rpartition(":")
    place: tuple[Any, ...] | str = where
    family = socket.AF_UNIX
    if colon and port.isdigit():
        family, _, _, _, place = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, socket.SOCK_DGRAM) as line:
        line.settimeout(_SECONDS)
        line.connect(place)
        line.send(octets)


def _to_mail(address: str, smtp: str, note: str, archive: str) -> None:
    message = EmailMessage()
    message["Subject"] = f"Juanzong checkpoint {datetime.now(UTC):%Y-%m-%d %H:%M}Z"
    message["From"] = f"juanzong@{socket.gethostname()}"
    message["To"] = address
    message["X-Juanzong-Archive"] = archive
    message.set_content(note)
    host, _, port = smtp.partition(":")
    with smtplib.SMTP(host, int(port or 25), timeout=_SECONDS) as server:
        server.send_message(message)
