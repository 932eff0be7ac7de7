"""The tables of the index: the journal of captures, what was read, dossiers, and the record of what happened.

Page text stands apart (``index.texts``): it is kept per secrecy level. Every table here works on SQLite and PostgreSQL.
"""

import secrets
from base64 import b32encode
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Index, LargeBinary, TypeDecorator, UniqueConstraint
from sqlmodel import Field, SQLModel

from index.veil import Veiled, VeiledEvidence, only_above

ORDINARY = "ordinary"
"""The secrecy level of whatever nobody has raised."""


class Moment(TypeDecorator[datetime]):
    """A point in time, kept in UTC; SQLite forgets the zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without a zone and bring any other to UTC.

        Raises:
            ValueError: the time has no zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(value)
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the time with its zone."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def new_id() -> str:
    """Return a random identifier: 80 bits as 16 lower-case letters and digits."""
    return b32encode(secrets.token_bytes(10)).decode().lower()


def no_items() -> list[Any]:
    """Return an empty list; a function of ours because pydantic parses a builtin's signature at every call."""
    return []


def no_entries() -> dict[str, Any]:
    """Return an empty dictionary, for the same reason."""
    return {}


class Meta(SQLModel, table=True):
    """What the index knows of itself: schema version, folding table, archive."""

    __tablename__ = "meta"

    key: str = Field(primary_key=True)
    value: str


class Heartbeat(SQLModel, table=True):
    """When a part of the product (``watch``, ``worker-2``) last said that it runs."""

    __tablename__ = "heartbeat"

    who: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Moment)
    facts: dict[str, Any] = Field(default_factory=no_entries, sa_type=JSON)


class Capture(SQLModel, table=True):
    """A scan taken over. ``state`` moves as ``index.journal`` says; the object ids are the vault's."""

    __tablename__ = "capture"

    id: str = Field(default_factory=new_id, primary_key=True)
    digest: str = Field(unique=True)
    name: str
    size: int = Field(sa_type=BigInteger)
    format: str
    sha256: str
    folder: str = ""
    subfolder: str = ""
    batch: str = Field(default="", index=True)
    parent: str | None = Field(default=None, index=True)
    """The archive or mail that it was taken out of; no foreign key, since either may be destroyed first."""
    level: str = ORDINARY
    state: str = Field(index=True)
    error: str | None = None
    error_facts: dict[str, Any] = Field(default_factory=no_entries, sa_type=JSON)
    attempts: int = 0
    next_retry: datetime | None = Field(default=None, sa_type=Moment)
    claimed: datetime = Field(sa_type=Moment)
    sealed: datetime | None = Field(default=None, sa_type=Moment)
    released: datetime | None = Field(default=None, sa_type=Moment)
    read: datetime | None = Field(default=None, sa_type=Moment)
    filed: datetime | None = Field(default=None, sa_type=Moment)
    original: str | None = None
    record: str | None = None
    reading: str | None = None
    coming: str | None = None
    """Ids of the reading that an attempt is about to seal, and of earlier ones about to go; noted first, cleared last.

    The latest comes first, and blanks part them (``index.journal.comings``).
    """


class Sighting(SQLModel, table=True):
    """The same bytes seen again: nothing is captured twice, but where and when it turned up is kept."""

    __tablename__ = "sighting"

    id: int | None = Field(default=None, primary_key=True)
    capture: str = Field(foreign_key="capture.id", index=True)
    name: str
    """With the sub-folder, or the container, that it lay in."""
    folder: str = ""
    seen: datetime = Field(sa_type=Moment)
    released: datetime | None = Field(default=None, sa_type=Moment)


class Dossier(SQLModel, table=True):
    """卷宗: ``key`` is the identifier it was opened under, ``label`` what people call it now."""

    __tablename__ = "dossier"
    __table_args__ = (UniqueConstraint("pack", "kind", "key"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    key: str = Field(index=True)
    kind: str = Field(index=True)
    pack: str = Field(index=True)
    label: str
    department: str = Field(default="", index=True)
    opened: date
    closed: date | None = None


class DossierIdentifier(SQLModel, table=True):
    """One more identifier that means a dossier; ``folded`` is what forgiving look-ups compare."""

    __tablename__ = "dossier_identifier"
    __table_args__ = (Index("dossier_identifier_by_value", "type", "folded"),)

    dossier: str = Field(foreign_key="dossier.id", primary_key=True)
    type: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    folded: str = Field(index=True)


class DossierFact(SQLModel, table=True):
    """A value that a person entered about a dossier."""

    __tablename__ = "dossier_fact"

    dossier: str = Field(foreign_key="dossier.id", primary_key=True)
    name: str = Field(primary_key=True)
    value: str
    by: str = ""
    at: datetime = Field(sa_type=Moment)


class DossierEvent(SQLModel, table=True):
    """Something that happened, or is planned, on a day; ``role`` is the role in which it was done."""

    __tablename__ = "dossier_event"

    id: int | None = Field(default=None, primary_key=True)
    dossier: str = Field(foreign_key="dossier.id", index=True)
    kind: str
    on: date
    by: str = ""
    role: str = ""


class DossierWaiver(SQLModel, table=True):
    """A requirement let go; fields as in ``dossier.model.Waiver``."""

    __tablename__ = "dossier_waiver"

    id: int | None = Field(default=None, primary_key=True)
    dossier: str = Field(foreign_key="dossier.id", index=True)
    requirement: str
    by: str
    role: str
    on: date
    reason: str
    occasion: str = ""
    until: date | None = None


class LabelChange(SQLModel, table=True):
    """What a dossier has been called, since when, and who said so."""

    __tablename__ = "label_change"

    id: int | None = Field(default=None, primary_key=True)
    dossier: str = Field(foreign_key="dossier.id", index=True)
    label: str
    since: datetime = Field(sa_type=Moment)
    by: str = ""


class Document(SQLModel, table=True):
    """What a run of a capture's pages was recognised to be.

    The id is the capture's with the document's place in it (``abc…-1``), so that reading again finds it again.
    ``dated`` is when it was issued, or else received; ``amount`` its total, or else its amount before tax, times 100.
    ``decided_by`` names the person whose decision on kind or dossier
    a new reading must not undo, ``cleared`` fields that somebody took away for good. ``sides``, ``copies``, ``form``,
    ``signatures`` are as in ``dossier.model.Document``.
    """

    __tablename__ = "document"
    __table_args__ = (only_above("document_above_ordinary"),)

    id: str = Field(primary_key=True)
    capture: str = Field(foreign_key="capture.id", index=True)
    ordinal: int
    kind: str = Field(index=True)
    family: str
    confidence: float
    review: bool = Field(default=False, index=True)
    doubts: list[str] = Field(default_factory=no_items, sa_type=JSON)
    alternatives: list[list[Any]] = Field(default_factory=no_items, sa_type=JSON)
    evidence: list[dict[str, Any]] = Field(default_factory=no_items, sa_type=VeiledEvidence)
    pages: list[int] = Field(default_factory=no_items, sa_type=JSON)
    first_page: int = 1
    dossier: str | None = Field(default=None, foreign_key="dossier.id", index=True)
    level: str = ORDINARY
    received: date
    issued: date | None = None
    dated: date
    amount: int | None = Field(default=None, sa_type=BigInteger)
    expires: date | None = None
    sides: list[str] = Field(default_factory=no_items, sa_type=JSON)
    copies: int = 1
    form: str | None = None
    signatures: dict[str, str] = Field(default_factory=no_entries, sa_type=JSON)
    cleared: list[str] = Field(default_factory=no_items, sa_type=JSON)
    decided_by: str | None = None
    decided: datetime | None = Field(default=None, sa_type=Moment)


class DocumentField(SQLModel, table=True):
    """A value read from a document (``dossier.reading.FieldValue``), with what searches compare.

    ``folded`` is the value without spaces, hyphens, case and confusable characters; ``hundredths`` a plain decimal
    times 100; ``day`` an ISO date. Of documents above ordinary, see ``index.veil``.
    """

    __tablename__ = "document_field"
    __table_args__ = (
        Index("document_field_by_value", "name", "folded", "document"),
        {"sqlite_with_rowid": False},
    )

    document: str = Field(foreign_key="document.id", primary_key=True)
    name: str = Field(primary_key=True)
    value: str = Field(sa_type=Veiled)
    folded: str
    confidence: float
    page: int
    box: list[int] | None = Field(default=None, sa_type=JSON)
    checked: str = "label"
    raw: str = Field(default="", sa_type=Veiled)
    hundredths: int | None = Field(default=None, sa_type=BigInteger)
    day: date | None = None


class Page(SQLModel, table=True):
    """One page of a capture; its text is kept by ``index.texts`` on the shelf of its ``level`` under the same id.

    ``first`` tells whether it is its document's first. ``kind``, ``family``, ``dated``, ``amount`` are its document's;
    a trigger keeps them so. They are here because searches compare them for tens of thousands of pages.
    """

    __tablename__ = "page"
    __table_args__ = (
        UniqueConstraint("capture", "number"),
        Index("page_by_kind", "kind", "id"),
        Index("page_by_family", "family", "id"),
        Index("page_by_date", "dated", "id"),
        Index("page_by_amount", "amount", "id"),
        only_above("page_above_ordinary"),
    )

    id: int | None = Field(default=None, primary_key=True)
    capture: str = Field(foreign_key="capture.id")
    number: int
    document: str | None = Field(default=None, foreign_key="document.id", index=True)
    level: str = ORDINARY
    width: int
    height: int
    source: str
    engine: str
    blank: bool = False
    failed: str | None = None
    first: bool = False
    kind: str | None = None
    family: str | None = None
    dated: date | None = None
    amount: int | None = Field(default=None, sa_type=BigInteger)


class Lesson(SQLModel, table=True):
    """What a person decided a document is, and the signature of its pages, so that the like is known again.

    The signature is made of the document's words: it is as secret as its text.
    """

    __tablename__ = "lesson"

    document: str = Field(primary_key=True)
    kind: str
    signature: bytes = Field(sa_type=LargeBinary)
    at: datetime = Field(sa_type=Moment)


class SavedSearch(SQLModel, table=True):
    """A query that somebody keeps under a name."""

    __tablename__ = "saved_search"

    who: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    query: str


class AuditRecord(SQLModel, table=True):
    """One entry of the audit chain: the exact bytes that were hashed, and the link that binds them to all before."""

    __tablename__ = "audit_record"

    seq: int = Field(primary_key=True)
    content: bytes = Field(sa_type=LargeBinary)
    link: bytes = Field(sa_type=LargeBinary)


class AuditHead(SQLModel, table=True):
    """The chain's one head row: its lock, its length and its last link."""

    __tablename__ = "audit_head"

    id: int = Field(default=1, primary_key=True)
    size: int = 0
    link: bytes = Field(sa_type=LargeBinary)


class AuditCheckpoint(SQLModel, table=True):
    """A signed statement of how long the chain was and what it held; ``note`` is the signed text as it left."""

    __tablename__ = "audit_checkpoint"

    size: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Moment)
    note: str
