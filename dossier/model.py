"""A dossier as completeness sees it: facts, events and documents go in, one verdict per requirement comes out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal

Side = Literal["front", "back"]
SIDES: Final[tuple[Side, ...]] = ("front", "back")

Form = Literal["original", "copy"]
"""Whether the paper behind the scan is the original or a copy of it."""

Ink = Literal["signed", "unsigned", "unclear"]
"""What was seen in the place where somebody signs."""

EMPTY: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Document:
    """What completeness sees of a document.

    ``received`` is the day it was handed over (or captured); ``issued`` and ``expires`` are its own dates. ``sides``
    empty, ``form`` None and a signer absent from ``signatures`` all mean *nobody has looked yet*. ``copies`` counts
    identical papers behind one scan, ``pages`` the pages scanned. ``fields`` are values read from it, in the
    contract's form (ISO dates, plain decimals). A document ``in_review`` may still turn out to be something else.
    """

    id: str
    kind: str
    received: date
    issued: date | None = None
    expires: date | None = None
    sides: frozenset[Side] = frozenset()
    copies: int = 1
    form: Form | None = None
    signatures: Mapping[str, Ink] = field(default_factory=lambda: MappingProxyType({}))
    in_review: bool = False
    pages: int = 1
    fields: Mapping[str, str] = field(default_factory=lambda: EMPTY)

    @property
    def dated(self) -> date:
        """The day the document speaks of: its issue date, else the day it was received."""
        return self.issued or self.received


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened (or is planned) on a day: ``sale``, ``handback``, ``visit`` …; ``by`` is who did it.

    ``role`` is the role in which it was done, where the pack asks for one (an approval by the general manager).
    """

    kind: str
    on: date
    by: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Waiver:
    """A requirement let go by somebody who may; ``occasion`` empty waives every occasion, ``until`` None for good."""

    requirement: str
    by: str
    role: str
    on: date
    reason: str
    occasion: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is known of one vehicle, client, unit, project or partner.

    ``key`` is the identifier it was opened under, ``label`` what people call it now, ``pack`` the id of the policy
    pack it is checked against and ``kind`` a dossier kind of that pack. ``facts`` are values as entered (the pack says
    of which type each is). ``identifiers`` are other identifiers known to mean this dossier: type → values.
    """

    key: str
    kind: str
    label: str
    pack: str
    opened: date
    facts: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    events: tuple[Event, ...] = ()
    documents: tuple[Document, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    identifiers: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    closed: date | None = None


class Status(StrEnum):
    """What a requirement's verdict says."""

    MET = "met"
    MISSING = "missing"
    """Not there, and no day is known by which it is due."""
    DUE = "due"
    """Not there, and still in time."""
    LATE = "late"
    WAIVED = "waived"
    NOT_APPLICABLE = "not-applicable"
    DOUBTFUL = "doubtful"
    """A person has to look: a document in review, an unclear signature, a fact nobody has entered."""


SETTLED: Final = frozenset({Status.MET, Status.WAIVED, Status.NOT_APPLICABLE})
"""Statuses that leave nothing to do."""


@dataclass(frozen=True, slots=True)
class Owes:
    """Who has to bring a document: a role of the pack, its department, and the person where a fact names one."""

    role: str
    department: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is what it is: a wording key and the facts its sentence names (ids, dates, numbers)."""

    wording: str
    facts: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Verdict:
    """One requirement of one dossier, judged for one day.

    ``occasion`` names the turn of a requirement that comes again (``2026-H1``, ``30d``, a visit's date), else empty.
    ``days_late`` counts working days after ``due``: until today while it is late, until ``received`` when it was met
    late, else 0. ``provisional`` says that ``due`` or ``days_late`` rest on a year whose make-up working days are not
    published. ``documents`` meet it (or would, once the doubt is settled); ``received`` is the day it became met;
    ``expires`` the day on which what meets it lapses. ``flaws`` are the wording keys of what is wrong with documents
    that are there. ``awaited`` marks a later turn (this year's survey, the 60-day call) whose time has not run out: it
    leaves the dossier complete.
    """

    requirement: str
    occasion: str
    kinds: tuple[str, ...]
    status: Status
    due: date | None
    days_late: int
    provisional: bool
    owes: Owes | None
    reason: Reason
    documents: tuple[str, ...] = ()
    received: date | None = None
    expires: date | None = None
    flaws: tuple[Reason, ...] = ()
    awaited: bool = False

    @property
    def id(self) -> str:
        """The requirement's id, with its occasion where it comes again: ``survey/2026``."""
        return f"{self.requirement}/{self.occasion}" if self.occasion else self.requirement

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do for it."""
        return self.status in SETTLED


def complete(verdicts: Iterable[Verdict]) -> bool:
    """Tell whether a dossier is complete: every requirement that applies is met or waived, or its turn is to come."""
    return all(verdict.settled or verdict.awaited for verdict in verdicts)
