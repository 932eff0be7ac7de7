"""Secure retrieval: take an original out of the vault, verified, on record, by right or by loan."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sqlmodel import Session, col, select

from desk.access import grounds, require_whole
from desk.archive import Archive
from desk.rights import Refused, allowed, needs, note_refusal
from dossier.errors import ExitCode, JuanzongError
from dossier.rights import Deed, Duty
from index import journal
from index.dossiers import dossier_by
from index.errors import NoSuchThing
from index.tables import Capture, Document, Dossier
from ingest.taking import ORIGINAL


class NoSuchDocument(JuanzongError):
    """No document or capture goes by this number."""

    exit_code = ExitCode.NOT_FOUND
    wording = "desk.no-such-document"


class Ambiguous(JuanzongError):
    """What was given is the beginning of several numbers."""

    exit_code = ExitCode.NOT_FOUND
    wording = "desk.ambiguous"


class OutputExists(JuanzongError):
    """Something lies where the copy was to be written."""

    exit_code = ExitCode.OUTPUT
    wording = "desk.output-exists"


class OutputIsFolder(JuanzongError):
    """A folder stands where the copy was to be written."""

    exit_code = ExitCode.OUTPUT
    wording = "desk.output-is-folder"


class OutputFailed(JuanzongError):
    """The copy cannot be written."""

    exit_code = ExitCode.OUTPUT
    wording = "desk.output-failed"


@dataclass(frozen=True, slots=True)
class Copy:
    """What was taken out: the document asked for, and the original it is part of."""

    document: str
    capture: str
    name: str
    size: int
    sha256: str

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "document": self.document,
            "capture": self.capture,
            "name": self.name,
            "size": self.size,
            "sha256": self.sha256,
        }


@needs(Duty.REQUEST)
def is_document(archive: Archive, given: str) -> bool:
    """Tell whether a name means a document or capture, rather than a dossier; nothing else is told of it.

    Raises:
        Ambiguous: it is the beginning of several documents' numbers.
    """
    with archive.index.read() as session:
        try:
            found(session, given)
        except NoSuchDocument:
            try:
                dossier = dossier_by(session, given)
            except NoSuchThing:
                return True
            if allowed(archive, session, Deed.LIST, dossier) or _lent_from(archive, session, dossier):
                return False
        else:
            return True
    # What one may not know of is answered as what is not there: as a document that nobody finds.
    note_refusal(archive, Refused(Deed.VIEW, archive.who, given))
    return True


def _lent_from(archive: Archive, session: Session, dossier: Dossier) -> bool:
    """Tell whether a loan or a right lets whoever asks look at anything of a dossier."""
    rows = session.exec(select(Document).where(Document.dossier == dossier.id)).all()
    return any(grounds(archive, session, Deed.VIEW, row) is not None for row in rows)


@needs(Duty.REQUEST)
def write_to(archive: Archive, document: str, target: BinaryIO) -> Copy:
    """Write the original that ``document`` is part of to ``target``; every piece was verified before it is written.

    ``document`` is a document's or capture's number, or its beginning.

    Raises:
        NoSuchDocument, Ambiguous: there is no such document, or more than one.
        Refused: no right and no loan covers the whole of the original.
        vault.NoAccess, vault.LoanEnded: the right has no key yet, or not any more.
        vault.Tampered, vault.Unknown, vault.Destroyed: it cannot be given as what was sealed.
    """
    with archive.index.write() as session:
        number, capture = found(session, document)
        why = require_whole(archive, session, capture.id, instead=NoSuchDocument(document=document))
        archive.note(session, "get", number, {"capture": capture.id, "form": "original", **why.facts})
    copy = Copy(number, capture.id, capture.name, capture.size, capture.sha256)
    target.writelines(archive.vault.open(str(capture.original), document=capture.id, role=ORIGINAL))
    return copy


@needs(Duty.REQUEST)
def save(archive: Archive, document: str, output: Path, *, replace: bool = False) -> Copy:
    """Write the original that ``document`` is part of to a new file, readable by its owner alone; whole or not at all.

    Raises:
        OutputExists, OutputIsFolder, OutputFailed: the file cannot be written.
        NoSuchDocument, Ambiguous, vault.Tampered, vault.Unknown, vault.Destroyed: as ``write_to``.
    """
    with archive.index.read() as session:
        _, capture = found(session, document)
        require_whole(archive, session, capture.id, instead=NoSuchDocument(document=document))
    if output.is_dir():
        raise OutputIsFolder(file=output)
    if output.exists() and not replace:
        raise OutputExists(file=output)
    temporary = output.with_name(f".{output.name[:200]}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as target:
                copy = write_to(archive, document, target)
                target.flush()
                os.fsync(target.fileno())
            temporary.replace(output)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as fault:
        raise OutputFailed(file=output, fault=fault.strerror) from fault
    return copy


def document_by(session: Session, given: str) -> Document:
    """Return the document with this number, or whose number is the only one to begin with it.

    Raises:
        NoSuchDocument, Ambiguous
    """
    lead = given.strip().lower()
    exact = session.get(Document, lead)
    if exact is not None:
        return exact
    begins = col(Document.id).startswith(lead, autoescape=True)
    rows = session.exec(select(Document).where(begins).limit(2)).all() if lead else []
    if not rows:
        raise NoSuchDocument(document=given)
    if len(rows) > 1:
        raise Ambiguous(given=given)  # not which: the asker may not know of all of them
    return rows[0]


def capture_by(session: Session, given: str, *, whole: bool = False) -> Capture:
    """Return the capture with this number, or that the document with this number is part of.

    With ``whole`` the beginning of a number is not enough.

    Raises:
        NoSuchDocument, Ambiguous
    """
    number, capture = found(session, given)
    if whole and given.strip().lower() != number:
        raise NoSuchDocument(document=given)
    return capture


def found(session: Session, given: str) -> tuple[str, Capture]:
    """Return the number meant, and the capture it is part of; a capture may be asked for as well as a document.

    A capture without a document (set aside, locked) can be taken out all the same.

    Raises:
        NoSuchDocument, Ambiguous
    """
    capture = session.get(Capture, given.strip().lower())
    if capture is None:
        try:
            document = document_by(session, given)
        except NoSuchDocument:
            begins = col(Capture.id).startswith(given.strip().lower(), autoescape=True)
            captures = session.exec(select(Capture).where(begins).limit(2)).all() if given.strip() else []
            if len(captures) != 1:
                raise
            capture = captures[0]
        else:
            return document.id, journal.find(session, document.capture)
    if capture.original is None:
        raise NoSuchDocument(document=given)
    return capture.id, capture
