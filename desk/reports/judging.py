"""Judge dossiers as of a day: each requirement's verdict with its reason and evidence, in people's words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Protocol

from sqlmodel import Session, col, select

from desk.archive import Archive
from desk.reports.scope import Scope
from desk.rights import dossier_for, listed
from desk.sayings import kind_title, status_title
from dossier import model
from dossier.completeness import evaluate, event_of
from dossier.derive import Known, known
from dossier.explain import explain
from dossier.matching import SIDE_FIELDS
from dossier.model import Dossier, Status, Verdict, complete
from dossier.pack import OPENED, DossierKind, Each, Pack, Requirement
from dossier.rights import Deed, levels_of
from dossier.sitecalendar import SiteCalendar
from dossier.wording import Lang, say
from dossier.workdays import WorkCalendar
from index.browsing import browse
from index.tables import Document

_GAPS: Final = (Status.MISSING, Status.DUE, Status.LATE, Status.DOUBTFUL)


@dataclass(frozen=True, slots=True)
class Line:
    """One requirement of a dossier and its verdict."""

    pack: Pack
    dossier_kind: str
    verdict: Verdict

    @property
    def status(self) -> str:
        """The verdict in one word of the contract."""
        return self.verdict.status.value

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do for it."""
        return self.verdict.settled

    @property
    def days_late(self) -> int:
        """Working days since it was due."""
        return self.verdict.days_late

    @property
    def kind(self) -> DossierKind:
        """The dossier kind whose requirement it is."""
        return self.pack.dossiers[self.dossier_kind]

    @property
    def requirement(self) -> Requirement | None:
        """The requirement as the pack has it."""
        return next((each for each in self.kind.requirements if each.id == self.verdict.requirement), None)

    def title(self, lang: Lang) -> str:
        """Return what people call the requirement."""
        requirement = self.requirement
        if requirement is None:
            return self.verdict.requirement
        name = requirement.title[lang]
        return f"{name} ({self.verdict.occasion})" if self.verdict.occasion else name

    def status_title(self, lang: Lang) -> str:
        """Return the verdict's status in people's words."""
        return status_title(self.status, lang)

    def due_text(self) -> str:
        """Return the day it is due, with a mark where that day may still move."""
        if self.verdict.due is None:
            return ""
        return self.verdict.due.isoformat() + ("*" if self.verdict.provisional else "")

    def owes(self, lang: Lang) -> str:
        """Return who has to bring it: the role, and the person where one is known."""
        owes = self.verdict.owes
        if owes is None:
            return ""
        role = self.pack.roles[owes.role].title[lang] if owes.role in self.pack.roles else owes.role
        return f"{role} {owes.person}".strip()

    def reason(self, lang: Lang) -> str:
        """Return why the verdict is what it is, and what is wrong with documents that are there."""
        return explain(self.verdict, self.pack, self.kind, lang, kind_title)

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Return the line in the contract's shape."""
        verdict = self.verdict
        owes = verdict.owes
        return {
            "id": verdict.id,
            "kind": verdict.kinds[0] if verdict.kinds else None,
            "kinds": list(verdict.kinds),
            "title": self.title(lang),
            "status": verdict.status.value,
            "due": verdict.due.isoformat() if verdict.due else None,
            "provisional": verdict.provisional,
            "days_late": verdict.days_late,
            "owes": {"role": owes.role, "person": owes.person, "department": owes.department} if owes else None,
            "reason": self.reason(lang),
            "documents": list(verdict.documents),
        }


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a verdict rests on: the documents it names, and the event its deadline was counted from.

    ``read`` tells that the event was read from documents and not entered by a person.
    """

    documents: tuple[model.Document, ...] = ()
    event: str = ""
    event_title: str = ""
    on: date | None = None
    read: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return it in the contract's shape."""
        counted = {"event": self.event, "on": self.on.isoformat(), "read": self.read} if self.on else None
        return {
            "counted_from": counted,
            "documents": [
                {
                    "document": each.id,
                    "kind": each.kind,
                    "received": each.received.isoformat(),
                    "issued": each.issued.isoformat() if each.issued else None,
                }
                for each in self.documents
            ],
        }

    def say(self, lang: Lang) -> str:
        """Return it as a sentence or two; empty when there is none."""
        parts = []
        if self.on is not None:
            key = "report.counted-read" if self.read else "report.counted-entered"
            parts.append(say(key, lang, event=self.event_title, day=self.on))
        parts.extend(
            say("report.evidence-document", lang, kind=kind_title(each.kind, lang), id=each.id, day=each.received)
            for each in self.documents
        )
        return say("report.join", lang).join(parts)


NO_EVIDENCE: Final = Evidence()


@dataclass(frozen=True, slots=True)
class Judged:
    """One dossier and its verdicts on ``day``; ``whole`` tells whether all requirements that apply are settled.

    ``lines`` may be only those that were asked for, ``whole`` is of all. ``hidden`` are documents above the levels that
    whoever asks may see: they count, and no evidence names them.
    """

    dossier: Dossier
    lines: tuple[Line, ...]
    day: date | None = None
    whole: bool | None = None
    hidden: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """The identifier the dossier was opened under."""
        return self.dossier.key

    @property
    def label(self) -> str:
        """What people call it."""
        return self.dossier.label

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdicts alone."""
        return tuple(line.verdict for line in self.lines)

    @property
    def complete(self) -> bool:
        """Whether every requirement that applies is met or waived."""
        return complete(line.verdict for line in self.lines) if self.whole is None else self.whole

    def count(self, *statuses: Status) -> int:
        """Return how many verdicts say one of these."""
        return sum(line.verdict.status in statuses for line in self.lines)

    @property
    def gaps(self) -> int:
        """How many requirements are open."""
        return self.count(*_GAPS)

    def evidence(self, lang: Lang) -> tuple[Evidence, ...]:
        """Return what each line's verdict rests on, in the order of the lines."""
        if not self.lines:
            return ()
        day = self.day or date.max
        seen = [each for each in self.dossier.documents if each.received <= day]
        facts = known(self.dossier, self.lines[0].kind, seen)
        by_id = {each.id: each for each in seen if each.id not in self.hidden}
        return tuple(_evidence(line, facts, by_id, lang) for line in self.lines)

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Return the dossier in the contract's shape."""
        pairs = zip(self.lines, self.evidence(lang), strict=True)
        return {
            "key": self.key,
            "kind": self.dossier.kind,
            "pack": self.dossier.pack,
            "label": self.label,
            "complete": self.complete,
            "requirements": [
                {
                    **line.as_json(lang),
                    "documents": [name for name in line.verdict.documents if name not in self.hidden],
                    "evidence": proof.as_json(),
                }
                for line, proof in pairs
            ],
        }


def _evidence(line: Line, facts: Known, documents: Mapping[str, model.Document], lang: Lang) -> Evidence:
    verdict = line.verdict
    found = tuple(documents[name] for name in verdict.documents if name in documents)
    requirement = line.requirement
    event = "" if requirement is None else event_of(requirement)
    if requirement is None or not event or verdict.due is None:
        return Evidence(found) if found else NO_EVIDENCE
    on = facts.first(event)
    if isinstance(requirement.turn, Each):
        # A turn that comes at each occurrence of its event is named by that day.
        on = date.fromisoformat(verdict.occasion) if verdict.occasion else None
    title = say("report.opened", lang) if event == OPENED else line.kind.events[event][lang]
    return Evidence(found, event, title, on, event in facts.derived)


def judge(archive: Archive, dossiers: Sequence[Dossier], day: date) -> tuple[Judged, ...]:
    """Return the verdicts on dossiers as of a day, by the packs in force."""
    judging = Judging(archive)
    return tuple(
        judging.judged(one, day)
        for one in dossiers
        if one.pack in archive.packs and one.kind in archive.packs[one.pack].dossiers
    )


def each_judged(archive: Archive, session: Session, scope: Scope, *, closed: bool = False) -> Iterator[Judged]:
    """Yield the dossiers that a scope asks for and the person may know of, with their verdicts as of its day.

    Things are judged as they stood on that day by what is known now: documents that came in later, dossiers opened
    later and waivers given later do not count; what was entered or corrected since about that time does. With
    ``closed`` dossiers closed by then come too, judged as of the day they were closed.

    Raises:
        index.NoSuchThing: no dossier, or more than one, goes by the name in the scope, or none they may know of.
    """
    judging = Judging(archive)
    seen = listed(archive, session)
    ids = seen if not scope.dossier else [dossier_for(archive, session, Deed.LIST, scope.dossier).id]
    found = browse(
        session,
        ids=ids,
        kinds=scope.kinds(archive.packs),
        opened_by=scope.as_of,
        # A dossier asked for by name is shown even when it is closed.
        open_on=None if closed or scope.dossier else scope.as_of,
        fields=wanted_fields(archive.packs),
    )
    hidden = _above(archive, session)
    for _, dossier in found:
        over = dossier.closed
        judged = judging.judged(dossier, min(scope.as_of, over) if over and closed else scope.as_of)
        yield replace(judged, hidden=hidden) if hidden else judged


def _above(archive: Archive, session: Session) -> frozenset[str]:
    """Return the documents of levels that whoever asks has no standing right to."""
    levels = sorted(levels_of(archive.asker, Deed.LIST))
    if archive.asker.owner:
        return frozenset()
    return frozenset(session.exec(select(Document.id).where(col(Document.level).not_in(levels))))


class Rules(Protocol):
    """What dossiers are judged by; an ``Archive`` has it."""

    @property
    def packs(self) -> Mapping[str, Pack]:
        """The packs in force."""

    @property
    def calendar(self) -> SiteCalendar:
        """The working days of the site."""


class Judging:
    """Judges dossiers one after another; keeps the calendars."""

    def __init__(self, rules: Rules) -> None:
        self._packs = rules.packs
        self._calendars = {name: calendar_of(rules, pack) for name, pack in rules.packs.items()}

    def calendar(self, pack: str) -> WorkCalendar:
        """Return the working days a pack counts by."""
        return self._calendars[pack]

    def judged(self, dossier: Dossier, day: date) -> Judged:
        """Return one dossier's verdicts as of a day."""
        pack = self._packs[dossier.pack]
        verdicts = evaluate(dossier, pack, day, self._calendars[pack.id])
        lines = tuple(Line(pack, dossier.kind, verdict) for verdict in verdicts)
        return Judged(dossier, lines, day)


def calendar_of(rules: Rules, pack: Pack) -> WorkCalendar:
    """Return the working days of the archive's site that a pack counts by."""
    return rules.calendar.calendar(pack.region)


def narrowed(judged: Judged, scope: Scope) -> Judged:
    """Return a dossier with only the lines a scope asks for; its completeness stays that of the whole."""
    lines = tuple(line for line in judged.lines if scope.takes(line.verdict))
    return replace(judged, lines=lines, whole=judged.complete)


def wanted_fields(packs: Mapping[str, Pack]) -> frozenset[str]:
    """Return the names of fields that judging by these packs can look at."""
    return frozenset().union(*(_fields(pack) for pack in packs.values()), _SIDES)


_SIDES: Final = frozenset(name for sides in SIDE_FIELDS.values() for names in sides.values() for name in names)


def _fields(pack: Pack) -> frozenset[str]:
    return frozenset(
        name
        for kind in pack.dossiers.values()
        for name in (
            *(rule.field for rule in kind.derive),
            *(name for each in kind.requirements if each.where is not None for name in each.where.names),
        )
    )
