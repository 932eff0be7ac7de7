"""A pack's rules read from their tables: requirements and their turns, fines, approvals, limits."""

from collections.abc import Mapping
from datetime import date
from typing import Final, get_args

from dossier.conditions import Condition, ConditionWrong, FactType, parse_condition, value_of
from dossier.model import Form
from dossier.pack import (
    FAULTS,
    OPENED,
    PERIODS,
    TAKES,
    UNITS,
    Approval,
    Each,
    Escalation,
    Every,
    Limit,
    Offset,
    Once,
    Penalty,
    Requirement,
    Retention,
    Right,
    Series,
    Turn,
)
from dossier.rights import LEVELS, Deed, Reach, Role
from dossier.tomlsource import Section

_ARTICLES: Final = 10_000
_FORMS: Final[tuple[Form, ...]] = get_args(Form)
Types = Mapping[str, FactType]


def read_articles(section: Section) -> tuple[int, ...]:
    """Read the numbers of the articles a rule carries out."""
    return section.wholes("articles", least=1, most=_ARTICLES)


def read_condition(section: Section, key: str, types: Types | None) -> Condition | None:
    """Read a condition over facts of the types given (None: of any)."""
    text = section.text(key, needed=False)
    if not text:
        return None
    try:
        return parse_condition(text, types)
    except ConditionWrong as wrong:
        section.complain(key, f"condition_{wrong.facts['why']}", condition=text, found=wrong.facts["found"])
        return None


def read_offset(section: Section, after: str = "", *, least: int = 0) -> Offset:
    """Read a span after an event; ``after`` is given where the place implies it."""
    offset = Offset(
        within=section.whole("within", least=least, most=10_000),
        unit=section.choice("unit", UNITS),
        after=after or section.name("after"),
    )
    section.done()
    return offset


def _month_day(section: Section, key: str) -> tuple[int, int] | None:
    text = section.text(key, needed=False)
    if not text:
        return None
    day = value_of(f"2001-{text}", "date")
    if not isinstance(day, date):
        section.complain(key, "not_month_day")
        return None
    return (day.month, day.day)


def _turn(section: Section) -> Turn:
    ways = [key for key in ("each", "every", "series") if key in section]
    if len(ways) > 1 or (ways not in ([], ["each"]) and "due" in section):
        section.complain(ways[0], "one_of", keys="due, each, every, series")
    each = section.name("each", needed=False)
    due = section.section("due", needed=False)
    every = section.section("every", needed=False)
    series = section.section("series", needed=False)
    if every is not None:
        return _every(every)
    if series is not None:
        found = Series(series.wholes("steps", needed=True, least=1), series.choice("unit", UNITS), series.name("after"))
        if tuple(sorted(set(found.steps))) != found.steps:
            series.complain("steps", "steps_not_rising")
        series.done()
        return found
    if each:
        takes = section.choice("takes", TAKES, "after")
        return Each(each, None if due is None else read_offset(due, after=each), takes)
    return Once(None if due is None else read_offset(due))


def _every(section: Section) -> Every:
    every = Every(
        period=section.choice("period", PERIODS),
        since=section.name("since", needed=False) or OPENED,
        aligned=section.choice("aligned", ("calendar", "event"), "calendar"),
        opens=_month_day(section, "opens"),
        closes=_month_day(section, "closes"),
    )
    if (every.opens or every.closes) and (every.period != "year" or every.aligned != "calendar"):
        section.complain("opens" if every.opens else "closes", "days_without_year")
    if every.opens and every.closes and every.opens > every.closes:
        section.complain("closes", "closes_before_opens")
    section.done()
    return every


def read_requirement(section: Section, types: Types) -> Requirement:
    """Read one ``[[requirement]]``."""
    forms: tuple[str, ...] = ("original", "copy", "any")
    form = section.choice("form", forms, "any")
    requirement = Requirement(
        id=section.name("id"),
        title=section.titles(),
        turn=_turn(section),
        any_of=section.names("any_of"),
        all_of=section.names("all_of"),
        event=section.name("event", needed=False),
        event_role=section.name("event_role", needed=False),
        count=section.whole("count", 1, least=1, most=1000),
        sides=section.whole("sides", 1, least=1, most=2),
        form=next((known for known in _FORMS if known == form), None),
        signed_by=section.names("signed_by"),
        unchecked=section.choice("unchecked", ("accept", "ask"), "accept"),
        when=read_condition(section, "when", types),
        where=read_condition(section, "where", None),
        unexpired=section.flag("unexpired"),
        valid_months=section.whole("valid_months", 0, most=1200),
        owes=section.name("owes", needed=False),
        waivable_by=section.names("waivable_by"),
        articles=read_articles(section),
    )
    if sum(map(bool, (requirement.any_of, requirement.all_of, requirement.event))) != 1:
        section.complain("any_of", "one_of", keys="any_of, all_of, event")
    section.done()
    return requirement


def read_penalty(section: Section) -> Penalty:
    """Read one ``[[penalty]]``."""
    ranged = "least" in section or "most" in section
    if ranged and "amount" in section:
        section.complain("amount", "one_of", keys="amount, least + most")
    least, most = (section.amount("least" if ranged else "amount"), section.amount("most" if ranged else "amount"))
    if most < least:
        section.complain("most", "most_below_least")
    penalty = Penalty(
        id=section.name("id"),
        title=section.titles(),
        fault=section.choice("fault", FAULTS),
        least=least,
        most=most,
        per=section.choice("per", ("dossier", "item")),
        role=section.name("role"),
        requirements=section.names("requirements"),
        signer=section.name("signer", needed=False),
        event=section.name("event", needed=False),
        articles=read_articles(section),
    )
    if bool(penalty.event) != (penalty.fault == "event"):
        section.complain("event", "fault_and_event")
    if bool(penalty.signer) != (penalty.fault == "unsigned"):
        section.complain("signer", "fault_and_signer")
    section.done()
    return penalty


def read_escalation(section: Section) -> Escalation:
    """Read one ``[[escalation]]``."""
    share = section.wholes("withhold_percent", most=100)
    if "withhold_percent" in section and (len(share) != len(("least", "most")) or share[0] > share[1]):
        section.complain("withhold_percent", "not_a_range")
        share = ()
    escalation = Escalation(
        role=section.name("role"),
        start=section.whole("start", least=2, most=100),
        factor=section.whole("factor", least=2, most=100),
        withhold_percent=(share[0], share[1]) if share else None,
        articles=read_articles(section),
    )
    section.done()
    return escalation


def read_approval(section: Section, types: Types) -> Approval:
    """Read one ``[[approval]]``."""
    approval = Approval(
        id=section.name("id"),
        title=section.titles(),
        action=section.name("action"),
        by=section.names("by", needed=True),
        together=section.flag("together"),
        shows=section.names("shows"),
        when=read_condition(section, "when", types),
        articles=read_articles(section),
    )
    section.done()
    return approval


def read_limit(section: Section, types: Types) -> Limit:
    """Read one ``[[limit]]``."""
    limit = Limit(
        id=section.name("id"),
        title=section.titles(),
        amount=section.amount("amount"),
        unit=section.name("unit"),
        when=read_condition(section, "when", types),
        articles=read_articles(section),
    )
    section.done()
    return limit


def read_right(section: Section) -> Right:
    """Read one ``[[right]]``."""
    levels = section.names("levels")
    if not set(levels) <= set(LEVELS):
        section.complain("levels", "not_among", value=", ".join(levels), among=", ".join(LEVELS))
    right = Right(
        role=section.choice("role", tuple(role.value for role in Role)),
        deed=section.choice("deed", tuple(deed.value for deed in Deed)),
        reach=section.choice("reach", tuple(reach.value for reach in Reach)),
        dossiers=section.names("dossiers"),
        levels=levels,
        articles=read_articles(section),
    )
    section.done()
    return right


def read_retention(section: Section) -> Retention:
    """Read one ``[[retention]]``."""
    retention = Retention(
        years=section.whole("years", least=1, most=200),
        dossiers=section.names("dossiers"),
        articles=read_articles(section),
    )
    section.done()
    return retention
