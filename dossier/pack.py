"""A policy pack as parsed: what one regulation asks for, as frozen values; `docs/packs.md` explains the file format."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Literal, get_args

from dossier.conditions import Condition, FactType
from dossier.model import Document, Event, Form, Waiver
from dossier.wording import Lang
from dossier.workdays import Region

Titles = Mapping[Lang, str]

Unit = Literal["working-days", "days", "weeks", "months"]
UNITS: Final[tuple[Unit, ...]] = get_args(Unit)

Period = Literal["month", "quarter", "half-year", "year"]
PERIODS: Final[tuple[Period, ...]] = get_args(Period)

Identifier = Literal[
    "vin", "plate", "id_number", "credit_code", "contract_number", "unit", "project_number", "phone", "name", "number"
]
IDENTIFIERS: Final[tuple[Identifier, ...]] = get_args(Identifier)

OPENED: Final = "opened"
"""The event every dossier has: the day it was opened."""


@dataclass(frozen=True, slots=True)
class Role:
    """Who owes, approves or waives; ``person`` is the fact that names the person, if one does."""

    id: str
    title: Titles
    department: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class FactRule:
    """A fact a dossier may have; ``default`` holds until somebody enters or a document shows another value.

    ``values`` are the ids of a choice, ``named`` what people call them; ``headings`` are further names that a column of
    a list may have.
    """

    id: str
    title: Titles
    type: FactType
    values: tuple[str, ...] = ()
    default: str | None = None
    named: Mapping[str, Titles] = field(default_factory=lambda: MappingProxyType({}))
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Derive:
    """A fact or an event read from documents of the kinds ``of``: the value of ``field``, or ``value`` if one is there.

    Rules are tried in the order written, what was entered by hand comes first. ``every`` makes one event of each
    document instead of one of the earliest; ``together_days`` then joins days no further apart than that into one event
    on the last of them (the papers of one visit). ``latest`` reads a fact from the newest document, not the first: a
    client's present name. The field ``received`` is the day the document came in.
    """

    of: tuple[str, ...]
    fact: str = ""
    event: str = ""
    field: str = ""
    value: str = ""
    every: bool = False
    together_days: int = 0
    latest: bool = False
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Offset:
    """A span after an event: 3 working days after ``sale``."""

    within: int
    unit: Unit
    after: str


@dataclass(frozen=True, slots=True)
class Once:
    """Asked for once; ``due`` None when no day is set."""

    due: Offset | None = None


Takes = Literal["after", "before"]
TAKES: Final[tuple[Takes, ...]] = get_args(Takes)


@dataclass(frozen=True, slots=True)
class Each:
    """Asked for again at each occurrence of an event, ``due`` so long after it.

    A turn ``takes`` the documents dated from its event to the one "after" it (a complaint's papers), or those dated
    "before" its event and since the last one (a visit's papers, when the event is handing the car back).
    """

    event: str
    due: Offset | None = None
    takes: Takes = "after"


@dataclass(frozen=True, slots=True)
class Every:
    """Asked for once in every period from the one after ``since`` begins.

    ``aligned`` "calendar" cuts periods by the calendar, "event" counts them from the event's day. ``opens`` and
    ``closes`` (month, day) narrow a year to days of it: 25–30 March.
    """

    period: Period
    since: str
    aligned: Literal["calendar", "event"] = "calendar"
    opens: tuple[int, int] | None = None
    closes: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Asked for at steps after an event: 3, 30 and 60 days."""

    steps: tuple[int, ...]
    unit: Unit
    after: str


Turn = Once | Each | Every | Series


@dataclass(frozen=True, slots=True)
class Requirement:
    """A document (or an event) that a dossier must hold, when, how often, in what state, owed by whom.

    Exactly one of ``any_of``, ``all_of`` and ``event`` is set. ``unchecked`` says what to think of a side, form or
    signature nobody has looked at: "accept" it or "ask". ``valid_months`` counts from the document's date;
    ``unexpired`` asks for its own expiry date not to have passed.
    """

    id: str
    title: Titles
    turn: Turn
    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    event: str = ""
    event_role: str = ""
    count: int = 1
    sides: int = 1
    form: Form | None = None
    signed_by: tuple[str, ...] = ()
    unchecked: Literal["accept", "ask"] = "accept"
    when: Condition | None = None
    where: Condition | None = None
    unexpired: bool = False
    valid_months: int = 0
    owes: str = ""
    waivable_by: tuple[str, ...] = ()
    articles: tuple[int, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The document kinds it speaks of."""
        return self.any_of or self.all_of


Fault = Literal["late", "handed-over-late", "unsigned", "incomplete", "event"]
FAULTS: Final[tuple[Fault, ...]] = get_args(Fault)


@dataclass(frozen=True, slots=True)
class Penalty:
    """A fine: for being ``late``, a signer's signature missing, an item not there or not right, or an ``event``.

    ``handed-over-late`` looks at when papers came, not at whether they are signed; ``late`` lasts until they are right.

    ``requirements`` empty means all of the dossier kind. ``least`` and ``most`` differ where the regulation leaves a
    range. ``per`` counts dossiers (each turn once) or items.
    """

    id: str
    title: Titles
    fault: Fault
    least: Decimal
    most: Decimal
    per: Literal["dossier", "item"]
    role: str
    requirements: tuple[str, ...] = ()
    signer: str = ""
    event: str = ""
    articles: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Escalation:
    """From a person's ``start``-th violation in a month every fine is multiplied; a share of pay may be withheld."""

    role: str
    start: int
    factor: int
    withhold_percent: tuple[int, int] | None = None
    articles: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Approval:
    """Who has to approve an action (``inspect``, ``loan``, ``copy`` …) and what the asker must show."""

    id: str
    title: Titles
    action: str
    by: tuple[str, ...]
    together: bool = False
    shows: tuple[str, ...] = ()
    when: Condition | None = None
    articles: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Right:
    """What a role of the desk may do to dossiers without asking, in place of the product's own rule for that deed.

    ``role``, ``deed`` and ``reach`` are those of ``dossier.rights``; ``dossiers`` empty means every kind of the pack,
    ``levels`` empty those the role has anyhow.
    """

    role: str
    deed: str
    reach: str
    dossiers: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    articles: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Retention:
    """How many whole years a closed dossier is kept; ``dossiers`` empty means every kind of the pack."""

    years: int
    dossiers: tuple[str, ...] = ()
    articles: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Limit:
    """A number a regulation sets where a condition holds: days of a loan, money per head."""

    id: str
    title: Titles
    amount: Decimal
    unit: str
    when: Condition | None = None
    articles: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Numbering:
    """One running number that the dossier and the documents of the kinds named share; ``{number}`` stands for it."""

    pattern: str
    shared_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DossierKind:
    """One sort of dossier: how it is found, what facts and events it has, what it must hold.

    ``key`` are the identifier types it is opened under, the first one found wins; ``opened_by`` the document kinds
    that may open one; ``attached_by`` the identifier types that bring further documents to it. ``identify`` says in
    which fields an identifier is read: type → field names, best first. ``label`` are the facts, fields or identifiers
    that name it to people, the first one known is used.
    """

    id: str
    title: Titles
    key: tuple[Identifier, ...]
    opened_by: tuple[str, ...]
    attached_by: tuple[Identifier, ...]
    identify: Mapping[str, tuple[str, ...]]
    label: tuple[str, ...]
    facts: Mapping[str, FactRule]
    events: Mapping[str, Titles]
    derive: tuple[Derive, ...]
    requirements: tuple[Requirement, ...]
    penalties: tuple[Penalty, ...] = ()
    contents: Literal["newest-first", "by-issue-date"] = "newest-first"
    holds: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    numbering: Numbering | None = None
    articles: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Expected:
    """What an example expects of one requirement; None leaves a thing open."""

    status: str
    due: date | None = None
    days_late: int | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class ExpectedAnswer:
    """What an example expects of an approval (``by``) or a limit (``amount``) under the facts of a request."""

    facts: Mapping[str, str]
    action: str = ""
    by: tuple[str, ...] = ()
    limit: str = ""
    amount: Decimal | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """A case a pack carries as its own test.

    ``penalties`` are sums, least and most, of a month in which each person had ``earlier_violations`` already;
    ``withheld`` the percentages of pay that may be kept back as well.
    """

    title: str
    dossier: str
    today: date
    opened: date
    line: int
    facts: Mapping[str, str]
    events: tuple[Event, ...]
    documents: tuple[Document, ...]
    waivers: tuple[Waiver, ...]
    expect: Mapping[str, Expected]
    complete: bool | None = None
    penalties: Mapping[str, tuple[Decimal, Decimal]] | None = None
    withheld: tuple[int, ...] = ()
    earlier_violations: int = 0
    answers: tuple[ExpectedAnswer, ...] = ()
    articles: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    """One regulation: its roles, dossier kinds, rules of custody, and the cases that prove it."""

    id: str
    title: Titles
    region: Region
    currency: str
    source: str
    roles: Mapping[str, Role]
    departments: Mapping[str, Titles]
    dossiers: Mapping[str, DossierKind]
    escalations: tuple[Escalation, ...] = ()
    repetition: Offset | None = None
    approvals: tuple[Approval, ...] = ()
    limits: tuple[Limit, ...] = ()
    rights: tuple[Right, ...] = ()
    retention: tuple[Retention, ...] = ()
    request_facts: Mapping[str, FactRule] = field(default_factory=lambda: MappingProxyType({}))
    examples: tuple[Example, ...] = ()
    articles: tuple[int, ...] = ()
