"""Who has to approve a request, who counts as whom, and how long a loan lasts. Pure rules.

A pack names the roles that approve (articles 2, 3, 4, 7-11, 16, 17, 20). Where it says nothing, the head of the
dossier's own department approves, and the general manager for anybody of another department (article 16). What is
confidential or secret always takes its own custodian and a manager besides, two different people (article 20).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from dossier.pack import Approval, Pack
from dossier.permissions import approvals, limit
from dossier.rights import ORDINARY, Asker, Role
from dossier.workdays import WorkCalendar

LOAN_DAYS: Final = 3
"""Days a loan lasts at most, unless the pack sets another limit (article 20)."""
LIMIT: Final = "loan-days"

GENERAL_MANAGER: Final = "general-manager"
OWN_HEAD: Final = "own-head"
HEAD: Final = "department-manager"
GUARDIAN: Final = "special-custodian"
SERVICE_MANAGER: Final = "service-manager"

_HEADS: Final = frozenset({"department-manager", "department-head", "head", "director"})
_CUSTODIANS: Final = ("custodian", "information-clerk", "supervisor", "clerk", "service-doctor")
_ROLES: Final[dict[str, frozenset[Role]]] = {
    GENERAL_MANAGER: frozenset({Role.GENERAL_MANAGER}),
    GUARDIAN: frozenset({Role.SECRET_CLERK}),
    **dict.fromkeys(_CUSTODIANS, frozenset({Role.CLERK, Role.SECRET_CLERK})),
}
"""Roles of packs that are the same as one of the desk's."""


class Form(StrEnum):
    """In what form something is asked for."""

    VIEW = "view"
    """To look at: on the page, and as a watermarked copy of what is ordinary."""
    COPY = "copy"
    """A watermarked copy to keep, print or excerpt; above ordinary it takes an approval of its own (article 20)."""
    ORIGINAL = "original"
    """The untouched original file."""
    PAPER = "paper"
    """The paper itself."""


@dataclass(frozen=True, slots=True)
class Step:
    """One approval that a request takes: any one of the roles ``by``.

    Steps that are ``apart`` must be taken by different people. ``shows`` are document kinds the asker must show.
    """

    id: str
    by: tuple[str, ...]
    apart: bool = False
    shows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a request is about, as far as rules look at it."""

    form: Form
    level: str = ORDINARY
    own_department: bool = False
    outsider: bool = False
    facts: Mapping[str, str] | None = None


def steps(pack: Pack | None, asked: Circumstances) -> tuple[Step, ...]:
    """Return the approvals a request takes, in the order of the pack."""
    guarded = asked.level != ORDINARY
    facts = {
        **(asked.facts or {}),
        "own_department": _word(asked.own_department),
        "outsider": _word(asked.outsider),
        "secret": _word(guarded),
        "restricted": _word(guarded),
        "important": _word(guarded),
    }
    found = [] if pack is None else _of_pack(pack, asked, facts)
    if not found:
        found = [
            Step("own-department", (HEAD,)) if asked.own_department else Step("other-department", (GENERAL_MANAGER,))
        ]
    if guarded:
        found = [_guarded(step) for step in found]
        named = {role for step in found for role in step.by}
        if GUARDIAN not in named:
            found.append(Step("secret-custodian", (GUARDIAN,), apart=True))
        if not named & {SERVICE_MANAGER, GENERAL_MANAGER}:
            found.append(Step("secret-manager", (SERVICE_MANAGER, GENERAL_MANAGER), apart=True))
    return tuple(found)


def qualifies(
    asker: Asker, role: str, pack: Pack | None, *, requester_department: str, dossier_department: str
) -> bool:
    """Tell whether somebody holds the role that a step names: by position, or by what they are at the desk."""
    if asker.owner or role in asker.positions or (pack is not None and f"{pack.id}/{role}" in asker.positions):
        return True
    if role in _ROLES:
        return bool(_ROLES[role] & asker.roles)
    if role == OWN_HEAD:
        department = requester_department
    elif role in _HEADS:
        department = dossier_department
    else:
        named = pack.roles.get(role) if pack is not None else None
        department = named.department if named is not None else ""
    return Role.DEPARTMENT_HEAD in asker.roles and bool(department) and asker.department == department


def loan_days(pack: Pack | None, asked: int | None, facts: Mapping[str, str] | None = None) -> int:
    """Return how many days a loan lasts: as many as were asked for, never more than the pack allows, at least one."""
    most = LOAN_DAYS
    if pack is not None and (amount := limit(pack, LIMIT, facts or {})) is not None:
        most = int(amount)
    return max(1, most if asked is None else min(asked, most))


def due_day(start: date, days: int, calendar: WorkCalendar) -> date:
    """Return the day by whose end a loan is back: so many days on, or the next day the desk is open after that."""
    day = start + timedelta(days=days)
    return day if calendar.is_working(day) else calendar.after(day, 1)


def end_of(day: date, zone: tzinfo | None = None) -> datetime:
    """Return the moment a day ends, where the office is."""
    midnight = datetime.combine(day + timedelta(days=1), time.min)
    return midnight.replace(tzinfo=zone) if zone is not None else midnight.astimezone()


def days_overdue(due: date, today: date, calendar: WorkCalendar) -> int:
    """Return the working days since a loan was due; 0 while it is not."""
    return calendar.between(due, today) if today > due else 0


def _of_pack(pack: Pack, asked: Circumstances, facts: Mapping[str, str]) -> list[Step]:
    wanted: dict[Form, tuple[str, ...]] = {
        Form.VIEW: ("inspect",),
        Form.COPY: ("inspect",),
        Form.ORIGINAL: ("inspect",),
        Form.PAPER: ("loan", "inspect"),
    }
    rules = next((found for action in wanted[asked.form] if (found := approvals(pack, action, facts))), ())
    more = approvals(pack, "copy", facts) if asked.form in {Form.COPY, Form.ORIGINAL} else ()
    given = approvals(pack, "disclose", facts) if asked.outsider else ()
    return [step for rule in (*rules, *more, *given) for step in _steps(rule)]


def _steps(rule: Approval) -> Iterable[Step]:
    if rule.together:
        return [Step(f"{rule.id}/{role}", (role,), apart=True, shows=rule.shows) for role in rule.by]
    return [Step(rule.id, rule.by, shows=rule.shows)]


def _guarded(step: Step) -> Step:
    """Return a step about what is above ordinary: where it names a custodian, the custodian of that level decides."""
    if not set(step.by) & set(_CUSTODIANS):
        return step
    by = dict.fromkeys(GUARDIAN if role in _CUSTODIANS else role for role in step.by)
    return replace(step, by=tuple(by), apart=True)


def _word(flag: bool) -> str:
    return "yes" if flag else "no"
