"""A dossier's facts and events on a day: entered by hand first, else read from its documents, else the default."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from dossier.conditions import Facts, Value, value_of
from dossier.identifiers import PERSONAL, normal
from dossier.model import Document, Dossier, Event
from dossier.pack import OPENED, Derive, DossierKind

RECEIVED = "received"
"""The field name that stands for the day a document came in."""


@dataclass(frozen=True, slots=True)
class Known:
    """Facts as typed values; events by kind, earliest first; ``derived`` are the names no hand entered."""

    facts: Facts
    events: Mapping[str, tuple[Event, ...]]
    derived: frozenset[str] = frozenset()

    def first(self, event: str) -> date | None:
        """Return the day an event first happened."""
        found = self.events.get(event)
        return found[0].on if found else None


def known(dossier: Dossier, kind: DossierKind, documents: Sequence[Document]) -> Known:
    """Work out facts and events from what was entered and from ``documents``, those that count on the day asked for."""
    facts: dict[str, Value] = {}
    for name, text in dossier.facts.items():
        rule = kind.facts.get(name)
        value = None if rule is None else value_of(text, rule.type)
        if value is not None:
            facts[name] = value
    events: dict[str, list[Event]] = {}
    for event in dossier.events:
        events.setdefault(event.kind, []).append(event)
    entered = facts.keys() | events.keys()
    if kind.derive:
        # Conditions may rest on defaults, but a default must not stand in the way of a rule for the same fact.
        defaults = _defaults(kind)
        for derivation in kind.derive:
            name = derivation.fact or derivation.event
            if name in facts or name in events:
                continue
            if derivation.when is not None and derivation.when.test({**defaults, **facts}) is not True:
                continue
            if derivation.fact:
                value = _fact(derivation, kind, speaking_for(dossier, kind, documents))
                if value is not None:
                    facts[name] = value
            elif found := _events(derivation, documents):
                events[name] = found
    derived = frozenset((facts.keys() | events.keys()) - entered)
    for name, value in _defaults(kind).items():
        facts.setdefault(name, value)
    events[OPENED] = [Event(OPENED, dossier.opened)]
    ordered = {name: tuple(sorted(found, key=lambda event: event.on)) for name, found in events.items()}
    return Known(facts, ordered, derived)


def speaking_for(dossier: Dossier, kind: DossierKind, documents: Sequence[Document]) -> list[Document]:
    """Return the documents that speak for the one whose dossier this is.

    A dossier kept under a person's or company's number may hold papers of another: the ID card of a company's agent.
    Those carry a number of that sort, but not the dossier's, and say nothing of who the client is.
    """
    if not any(dossier.key in dossier.identifiers.get(name, ()) for name in PERSONAL.intersection(kind.key)):
        return list(documents)
    names = {field for key in PERSONAL.intersection(kind.key) for field in kind.identify.get(key, (key,))}
    carried = [{normal(document.fields[name]) for name in names if document.fields.get(name)} for document in documents]
    return [document for document, own in zip(documents, carried, strict=True) if not own or dossier.key in own]


def _defaults(kind: DossierKind) -> dict[str, Value]:
    found = {rule.id: value_of(rule.default, rule.type) for rule in kind.facts.values() if rule.default is not None}
    return {name: value for name, value in found.items() if value is not None}


def _readable(rule: Derive, documents: Sequence[Document]) -> list[Document]:
    """The documents a rule may read, kinds in the order written, earliest first within a kind; newest first of all."""
    sure = [document for document in documents if not document.in_review]
    if rule.latest:
        there = [document for document in sure if document.kind in rule.of]
        return sorted(there, key=lambda each: (each.dated, each.id), reverse=True)
    return [
        document
        for kind in rule.of
        for document in sorted((each for each in sure if each.kind == kind), key=lambda each: (each.dated, each.id))
    ]


def _text(document: Document, field: str) -> str:
    if field == RECEIVED:
        return document.received.isoformat()
    if field == "issue_date" and document.issued is not None:
        return document.issued.isoformat()
    return document.fields.get(field, "")


def _fact(rule: Derive, kind: DossierKind, documents: Sequence[Document]) -> Value | None:
    fact = kind.facts[rule.fact]
    for document in _readable(rule, documents):
        text = rule.value or _text(document, rule.field)
        value = value_of(text, fact.type) if text else None
        if value is not None and (fact.type != "choice" or value in fact.values):
            return value
    return None


def _events(rule: Derive, documents: Sequence[Document]) -> list[Event]:
    days: list[date] = []
    for document in _readable(rule, documents):
        day = value_of(_text(document, rule.field), "date")
        if isinstance(day, date) and day not in days:
            days.append(day)
    days.sort()
    if rule.every:
        near = timedelta(days=rule.together_days)
        # The last day of each run of days that lie near each other.
        kept = [day for day, following in pairwise([*days, date.max]) if following - day > near]
    else:
        kept = days[:1]
    return [Event(rule.event, day) for day in kept]
