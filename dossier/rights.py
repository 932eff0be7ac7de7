"""Who may do what: roles, duties at the desk, and standing rights over dossiers. Pure rules, nothing is looked up here.

A *duty* is work at the desk as a whole: taking scans in, keeping the vault, reading the record. A *deed* is done to a
dossier and its documents, and reaches as far as the role's rule says: all dossiers, those of the own department, or
those one is in charge of, at the secrecy levels named. What no rule covers takes a request (articles 2, 3, 7-12, 16,
20). docs/rights.md shows the same as a table for people.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dossier.pack import Pack, Right

ORDINARY: Final = "ordinary"
CONFIDENTIAL: Final = "confidential"
SECRET: Final = "secret"  # noqa: S105  # a level, not a password
LEVELS: Final = (ORDINARY, CONFIDENTIAL, SECRET)
"""In the order of secrecy."""


class Role(StrEnum):
    """What a person is at the records desk; one may be several."""

    CLERK = "clerk"
    """Custodian of the ordinary dossiers 檔案管理員."""
    SECRET_CLERK = "secret-clerk"  # noqa: S105  # a role, not a password
    """Custodian of what is confidential or secret 密級資料專管人員."""
    ADVISOR = "advisor"
    DEPARTMENT_HEAD = "department-head"
    GENERAL_MANAGER = "general-manager"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Deed(StrEnum):
    """What is done to a dossier or its documents."""

    LIST = "list"
    """Know that it is there and how it stands: lists, counts, reports."""
    SEARCH = "search"
    """See what is in it: search hits, snippets, fields, one dossier with its documents."""
    VIEW = "view"
    """Get a watermarked copy."""
    TAKE = "take"
    """Get the untouched original."""
    CHANGE = "change"
    """Decide on documents, enter facts and events, rename, close, hand over."""


class Duty(StrEnum):
    """Work at the desk that is not about one dossier."""

    ANY = "any"
    """Open to everyone with an account: packs, one's own requests and loans."""
    INTAKE = "intake"
    REVIEW = "review"
    REPORT = "report"
    REQUEST = "request"
    APPROVE = "approve"
    LEND = "lend"
    CLASSIFY = "classify"
    INSPECT = "inspect"
    RETAIN = "retain"
    DESTROY = "destroy"
    AUDIT = "audit"
    PEOPLE = "people"
    KEEP = "keep"


Need = Deed | Duty


class Reach(StrEnum):
    """Which dossiers a standing right is about; the order of the members is the order of reach."""

    NONE = "none"
    OWN = "own"
    """Those in which a fact names the person as the one in charge."""
    DEPARTMENT = "department"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Rule:
    """How far one role's deeds of one sort reach, and at which levels."""

    reach: Reach
    levels: frozenset[str]


_OPEN: Final = frozenset({ORDINARY})
_GUARDED: Final = frozenset({ORDINARY, CONFIDENTIAL})
_EVERY: Final = frozenset(LEVELS)
_SEEING: Final = (Deed.LIST, Deed.SEARCH, Deed.VIEW)

STANDING: Final[dict[Role, dict[Deed, Rule]]] = {
    Role.CLERK: dict.fromkeys(Deed, Rule(Reach.ALL, _OPEN)),
    Role.SECRET_CLERK: dict.fromkeys(Deed, Rule(Reach.ALL, _EVERY)),
    Role.ADVISOR: dict.fromkeys(_SEEING, Rule(Reach.OWN, _OPEN)),
    Role.DEPARTMENT_HEAD: dict.fromkeys(_SEEING, Rule(Reach.DEPARTMENT, _OPEN)),
    Role.GENERAL_MANAGER: dict.fromkeys((*_SEEING, Deed.TAKE), Rule(Reach.ALL, _GUARDED)),
    Role.AUDITOR: {Deed.LIST: Rule(Reach.ALL, _EVERY)},
    Role.ADMINISTRATOR: {},
}
"""What a role may do to dossiers without asking, where the dossier's pack says nothing else."""

DUTIES: Final[dict[Role, frozenset[Duty]]] = {
    Role.CLERK: frozenset({Duty.INTAKE, Duty.REVIEW, Duty.REPORT, Duty.APPROVE, Duty.LEND, Duty.INSPECT, Duty.RETAIN}),
    Role.SECRET_CLERK: frozenset(
        {
            Duty.INTAKE,
            Duty.REVIEW,
            Duty.REPORT,
            Duty.APPROVE,
            Duty.LEND,
            Duty.CLASSIFY,
            Duty.INSPECT,
            Duty.RETAIN,
            Duty.DESTROY,
        }
    ),
    Role.ADVISOR: frozenset({Duty.REPORT}),
    Role.DEPARTMENT_HEAD: frozenset({Duty.REPORT, Duty.APPROVE, Duty.INSPECT, Duty.DESTROY}),
    Role.GENERAL_MANAGER: frozenset(
        {Duty.REPORT, Duty.APPROVE, Duty.CLASSIFY, Duty.INSPECT, Duty.RETAIN, Duty.DESTROY, Duty.AUDIT}
    ),
    Role.AUDITOR: frozenset({Duty.REPORT, Duty.AUDIT}),
    Role.ADMINISTRATOR: frozenset({Duty.PEOPLE, Duty.KEEP}),
}
"""The duties of each role; ``Duty.ANY`` and ``Duty.REQUEST`` are everybody's."""
EVERYBODYS: Final = frozenset({Duty.ANY, Duty.REQUEST})


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: the name in the register, what people call them, roles, department, positions of the packs.

    The ``owner`` is whoever opens the archive by its own passphrase: they hold every key there is, so every role too.
    """

    name: str
    title: str = ""
    roles: frozenset[Role] = frozenset()
    department: str = ""
    positions: frozenset[str] = frozenset()
    owner: bool = False

    @property
    def names(self) -> frozenset[str]:
        """What a dossier may call the person in charge."""
        return frozenset(name.strip().casefold() for name in (self.name, self.title) if name.strip())

    @property
    def clearance(self) -> frozenset[str]:
        """The levels this person has any standing right to see into."""
        return frozenset(
            level for role in self.roles for deed, rule in STANDING[role].items() if deed is Deed.SEARCH
            for level in rule.levels
        )  # fmt: skip


def owner(name: str) -> Asker:
    """Return the asker who holds the archive's passphrase: everything, in one person."""
    return Asker(name, roles=frozenset(Role), owner=True)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a right is asked about: a dossier (or a document in none), its level, and who is in charge of it."""

    pack: str = ""
    kind: str = ""
    department: str = ""
    level: str = ORDINARY
    in_charge: frozenset[str] = frozenset()
    """Names of the people in charge, case folded."""
    filed: bool = True
    """False for a document that lies in no dossier: only a right that reaches all covers it."""


def may(asker: Asker, need: Need) -> bool:
    """Tell whether somebody may do such a thing at all, be it to a single dossier of their own."""
    if isinstance(need, Duty):
        return asker.owner or need in EVERYBODYS or any(need in DUTIES[role] for role in asker.roles)
    return asker.owner or any(need in STANDING[role] for role in asker.roles)


def covers(asker: Asker, deed: Deed, subject: Subject, pack: Pack | None = None) -> bool:
    """Tell whether a standing right lets somebody do this to that."""
    if asker.owner:
        return True
    return any(_reaches(asker, rule, subject) for rule in _rules(asker.roles, deed, subject, pack))


def unlimited(asker: Asker, deed: Deed, packs: Iterable[Pack] = ()) -> frozenset[str]:
    """Return the levels at which a deed reaches every dossier, so that none needs to be looked at one by one."""
    if asker.owner:
        return frozenset(LEVELS)
    if any(right.deed == deed and right.role in asker.roles for pack in packs for right in pack.rights):
        return frozenset()
    return frozenset(
        level
        for role in asker.roles
        if (rule := STANDING[role].get(deed)) is not None and rule.reach is Reach.ALL
        for level in rule.levels
    )


def levels_of(asker: Asker, deed: Deed) -> frozenset[str]:
    """Return the levels at which somebody has a standing right of this sort to anything at all."""
    if asker.owner:
        return frozenset(LEVELS)
    return frozenset(
        level for role in asker.roles if (rule := STANDING[role].get(deed)) is not None for level in rule.levels
    )


def _rules(roles: Collection[Role], deed: Deed, subject: Subject, pack: Pack | None) -> Iterable[Rule]:
    for role in roles:
        said = [
            right
            for right in (pack.rights if pack is not None else ())
            if right.role == role and right.deed == deed and (not right.dossiers or subject.kind in right.dossiers)
        ]
        if said:
            # A pack may narrow or widen what a role may do to its dossiers; it never gives what is above the level.
            yield from (Rule(Reach(right.reach), _levels(right, role, deed)) for right in said)
        elif (rule := STANDING[role].get(deed)) is not None:
            yield rule


def _levels(right: Right, role: Role, deed: Deed) -> frozenset[str]:
    if right.levels:
        return frozenset(right.levels)
    rule = STANDING[role].get(deed)
    return rule.levels if rule is not None else _OPEN


def _reaches(asker: Asker, rule: Rule, subject: Subject) -> bool:
    if subject.level not in rule.levels:
        return False
    match rule.reach:
        case Reach.ALL:
            return True
        case Reach.DEPARTMENT:
            same = bool(asker.department) and subject.department == asker.department
            return subject.filed and (same or bool(asker.names & subject.in_charge))
        case Reach.OWN:
            return subject.filed and bool(asker.names & subject.in_charge)
        case Reach.NONE:
            return False
