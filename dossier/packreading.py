"""A pack's tables turned into its frozen values: shape and types only; what must agree with what is checked after."""

from collections.abc import Callable, Mapping
from string import Formatter
from types import MappingProxyType
from typing import Final, TypeVar

from dossier.conditions import FACT_TYPES, value_of
from dossier.pack import (
    IDENTIFIERS,
    Derive,
    DossierKind,
    FactRule,
    Identifier,
    Numbering,
    Pack,
    Role,
    Titles,
)
from dossier.packexamples import read_example
from dossier.packrules import (
    Types,
    read_approval,
    read_articles,
    read_condition,
    read_escalation,
    read_limit,
    read_offset,
    read_penalty,
    read_requirement,
    read_retention,
    read_right,
)
from dossier.tomlsource import Section, Source
from dossier.workdays import REGIONS

FORMAT: Final = 1
"""The version of the pack format this product reads."""

Item = TypeVar("Item")


def read_pack(section: Section, source: str) -> Pack:
    """Read a whole pack; problems go to the section's source."""
    if section.whole("format", most=1000) != FORMAT:
        section.complain("format", "format_unknown", known=FORMAT)
    request_facts = _facts(section, "request_fact")
    types = {fact.id: fact.type for fact in request_facts.values()}
    for sub in section.named("dossier").values():
        # Approvals and limits may speak of any dossier kind's facts as well.
        types |= {name: fact.type for name, fact in _facts(Section(sub.table, sub.path, _mute(sub)), "fact").items()}
    repetition = section.section("repetition", needed=False)
    pack = Pack(
        id=section.name("id"),
        title=section.titles(),
        region=section.choice("region", REGIONS),
        currency=section.text("currency"),
        source=source,
        roles=_each(section, "role", _role),
        departments=_each(section, "department", _only_title),
        dossiers=_each(section, "dossier", _dossier, needed=True),
        escalations=tuple(read_escalation(sub) for sub in section.sections("escalation")),
        repetition=None if repetition is None else read_offset(repetition, least=1),
        approvals=tuple(read_approval(sub, types) for sub in section.sections("approval")),
        limits=tuple(read_limit(sub, types) for sub in section.sections("limit")),
        rights=tuple(read_right(sub) for sub in section.sections("right")),
        retention=tuple(read_retention(sub) for sub in section.sections("retention")),
        request_facts=request_facts,
        examples=tuple(read_example(sub) for sub in section.sections("example")),
        articles=read_articles(section),
    )
    section.done()
    return pack


def _mute(section: Section) -> Source:
    return Source(section.source.name, section.source.lines)


def _each(
    section: Section, key: str, read: Callable[[str, Section], Item], *, needed: bool = False
) -> Mapping[str, Item]:
    found = {name: read(name, sub) for name, sub in section.named(key, needed=needed).items()}
    if needed and key in section and not found:
        section.complain(key, "empty_list")
    return MappingProxyType(found)


def _only_title(_name: str, section: Section) -> Titles:
    titles = section.titles()
    section.done()
    return titles


def _role(name: str, section: Section) -> Role:
    role = Role(
        name,
        section.titles(),
        department=section.name("department", needed=False),
        person=section.name("person", needed=False),
    )
    section.done()
    return role


def _facts(section: Section, key: str) -> Mapping[str, FactRule]:
    return _each(section, key, _fact)


def _fact(name: str, section: Section) -> FactRule:
    kind = section.choice("type", FACT_TYPES)
    choices = section.texts("values")
    if (kind == "choice") != bool(choices):
        section.complain("values", "choice_and_values")
    default = section.scalar("default")
    if default is not None and (value_of(default, kind) is None or (kind == "choice" and default not in choices)):
        section.complain("default", "default_wrong", value=default, type=kind)
    named = section.section("named", needed=False)
    titles: dict[str, Titles] = {} if named is None else {value: named.titles(value) for value in named.table}
    for value in sorted(titles.keys() - set(choices)):
        section.complain("named", "not_among", value=value, among=", ".join(choices))
    headings = section.texts("headings")
    rule = FactRule(name, section.titles(), kind, choices, default, MappingProxyType(titles), headings)
    section.done()
    return rule


def _dossier(name: str, section: Section) -> DossierKind:
    facts = _facts(section, "fact")
    types: Types = {fact.id: fact.type for fact in facts.values()}
    numbering = section.section("numbering", needed=False)
    kind = DossierKind(
        id=name,
        title=section.titles(),
        key=_identifiers(section, "key", needed=True),
        opened_by=section.names("opened_by"),
        attached_by=_identifiers(section, "attached_by"),
        identify=_identify(section),
        label=section.names("label"),
        facts=facts,
        events=_each(section, "event", _only_title),
        derive=tuple(_derive(sub, types) for sub in section.sections("derive")),
        requirements=tuple(read_requirement(sub, types) for sub in section.sections("requirement", needed=True)),
        penalties=tuple(read_penalty(sub) for sub in section.sections("penalty")),
        contents=section.choice("contents", ("newest-first", "by-issue-date"), "newest-first"),
        holds=section.names("holds"),
        apart=section.names("apart"),
        numbering=None if numbering is None else _numbering(numbering),
        articles=read_articles(section),
    )
    section.done()
    return kind


def _identifiers(section: Section, key: str, *, needed: bool = False) -> tuple[Identifier, ...]:
    found: list[Identifier] = []
    for name in section.names(key, needed=needed):
        known = [identifier for identifier in IDENTIFIERS if identifier == name]
        if not known:
            section.complain(key, "not_among", value=name, among=", ".join(IDENTIFIERS))
        found += known
    return tuple(found)


def _identify(section: Section) -> Mapping[str, tuple[str, ...]]:
    table = section.section("identify", needed=False)
    if table is None:
        return MappingProxyType({})
    found: dict[str, tuple[str, ...]] = {name: table.names(name) for name in IDENTIFIERS if name in table}
    table.done()
    return MappingProxyType(found)


def _numbering(section: Section) -> Numbering:
    pattern = section.text("pattern")
    try:
        names = [name for _, name, _, _ in Formatter().parse(pattern) if name is not None]
        right = names == ["number"] and pattern.format(number=1) != pattern.format(number=2)
    except (IndexError, KeyError, ValueError):
        right = False
    if pattern and not right:
        section.complain("pattern", "pattern_wrong")
    numbering = Numbering(pattern, section.names("shared_by"))
    section.done()
    return numbering


def _derive(section: Section, types: Types) -> Derive:
    rule = Derive(
        of=section.names("of", needed=True),
        fact=section.name("fact", needed=False),
        event=section.name("event", needed=False),
        field=section.name("field", needed=False),
        value=section.text("value", needed=False),
        every=section.flag("every"),
        together_days=section.whole("together_days", 0, most=366),
        latest=section.flag("latest"),
        when=read_condition(section, "when", types),
    )
    if bool(rule.fact) == bool(rule.event):
        section.complain("fact", "one_of", keys="fact, event")
    if bool(rule.field) == bool(rule.value) or (rule.event and not rule.field):
        section.complain("field", "one_of", keys="field, value")
    if rule.fact and rule.every:
        section.complain("every", "every_fact")
    if rule.event and rule.latest:
        section.complain("latest", "latest_event")
    if rule.together_days and not rule.every:
        section.complain("together_days", "together_without_every")
    section.done()
    return rule
