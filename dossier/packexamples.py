"""The cases a pack carries: a dossier, a day, and the verdicts, fines and answers expected of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final, get_args

from dossier.model import SIDES, Document, Event, Form, Ink, Status, Waiver
from dossier.pack import Example, Expected, ExpectedAnswer
from dossier.tomlsource import Section

_FORMS: Final = get_args(Form)
_INKS: Final = get_args(Ink)
_STATUSES: Final = tuple(status.value for status in Status)


def read_example(section: Section) -> Example:
    """Read one ``[[example]]``; problems go to the section's source."""
    # A case that only asks who approves needs no dossier and no day.
    bare = "answers" in section and "dossier" not in section
    today = section.day("today", date.max if bare else None)
    opened = section.day("opened", today)
    example = Example(
        title=section.text("title"),
        dossier=section.name("dossier", needed=not bare),
        today=today,
        opened=opened,
        line=section.line,
        facts=section.scalars("facts"),
        events=tuple(_event(sub) for sub in section.sections("events")),
        documents=_documents(section.sections("documents"), opened),
        waivers=tuple(_waiver(sub) for sub in section.sections("waivers")),
        expect=_expect(section),
        complete=section.flag("complete") if "complete" in section else None,
        penalties=_penalties(section),
        withheld=section.wholes("withheld", most=100),
        earlier_violations=section.whole("earlier_violations", 0, most=1000),
        answers=tuple(_answer(sub) for sub in section.sections("answers")),
        articles=section.wholes("articles", least=1),
    )
    if not example.expect and example.complete is None and example.penalties is None and not example.answers:
        section.complain("expect", "example_expects_nothing")
    section.done()
    return example


def _event(section: Section) -> Event:
    event = Event(
        section.name("kind"), section.day("on"), section.text("by", needed=False), section.name("role", needed=False)
    )
    section.done()
    return event


def _documents(sections: tuple[Section, ...], opened: date) -> tuple[Document, ...]:
    found: list[Document] = []
    for section in sections:
        kinds = section.names("kinds") if "kinds" in section else (section.name("kind"),)
        form = section.choice("form", (*_FORMS, "unknown"), "unknown")
        sides = section.names("sides")
        document = Document(
            id="",
            kind="",
            received=section.day("received", opened),
            issued=section.maybe_day("issued"),
            expires=section.maybe_day("expires"),
            sides=frozenset(side for side in SIDES if side in sides),
            copies=section.whole("copies", 1, least=1),
            form=next((known for known in _FORMS if known == form), None),
            signatures=_signatures(section),
            in_review=section.flag("in_review"),
            pages=section.whole("pages", 1, least=1),
            fields=section.scalars("fields"),
        )
        found += [
            replace(document, id=f"{kind}-{len(found) + place}", kind=kind) for place, kind in enumerate(kinds, 1)
        ]
        section.done()
    return tuple(found)


def _signatures(section: Section) -> Mapping[str, Ink]:
    table = section.section("signatures", needed=False)
    return MappingProxyType({} if table is None else {signer: table.choice(signer, _INKS) for signer in table.table})


def _waiver(section: Section) -> Waiver:
    waiver = Waiver(
        requirement=section.name("requirement"),
        by=section.text("by"),
        role=section.name("role"),
        on=section.day("on"),
        reason=section.text("reason"),
        occasion=section.text("occasion", needed=False),
        until=section.maybe_day("until"),
    )
    section.done()
    return waiver


def _expect(section: Section) -> Mapping[str, Expected]:
    table = section.section("expect", needed=False)
    found: dict[str, Expected] = {}
    for name, value in table.table.items() if table is not None else ():
        if table is None:
            continue
        if isinstance(value, str):
            found[name] = Expected(table.choice(name, _STATUSES), line=table.line)
        elif (inner := table.section(name)) is not None:
            found[name] = Expected(
                status=inner.choice("status", _STATUSES),
                due=inner.maybe_day("due"),
                days_late=inner.whole("days_late") if "days_late" in inner else None,
                line=inner.line,
            )
            inner.done()
    return MappingProxyType(found)


def _penalties(section: Section) -> Mapping[str, tuple[Decimal, Decimal]] | None:
    table = section.section("penalties", needed=False)
    if table is None:
        return None
    return MappingProxyType({name: table.amounts(name) for name in table.table})


def _answer(section: Section) -> ExpectedAnswer:
    amount = section.amount("amount") if "amount" in section else None
    answer = ExpectedAnswer(
        facts=section.scalars("facts"),
        action=section.name("action", needed=False),
        by=section.names("by"),
        limit=section.name("limit", needed=False),
        amount=amount,
        line=section.line,
    )
    if bool(answer.action) == bool(answer.limit):
        section.complain("action", "one_of", keys="action, limit")
    section.done()
    return answer
