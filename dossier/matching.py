"""Whether the documents of a turn meet a requirement, and if not, what is wrong with those that are there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from dossier.conditions import Value
from dossier.model import SIDES, Document, Event, Reason, Side
from dossier.occasions import add_months
from dossier.pack import Requirement

SIDE_FIELDS: Final[Mapping[str, Mapping[Side, frozenset[str]]]] = {
    # GB 11643 cards: the portrait side carries the person, the emblem side the authority and the term.
    "id-card": {
        "front": frozenset({"id_number", "name", "birth_date", "ethnicity", "address"}),
        "back": frozenset({"expiry_date", "issuer"}),
    },
}
"""Fields that prove a side was scanned, for documents whose sides nobody has stated."""

EXPIRED: Final = "policy.flaw_expired"


@dataclass(frozen=True, slots=True)
class Found:
    """What a turn has. ``met_on`` is the day it became met; ``doubts`` keep it from being met, ``flaws`` never will.

    ``doubtful`` says that it would be met were the doubts settled well. ``lapsed`` is the last day on which a document
    that is no longer valid was.
    """

    met_on: date | None = None
    doubtful: bool = False
    documents: tuple[str, ...] = ()
    doubts: tuple[Reason, ...] = ()
    flaws: tuple[Reason, ...] = ()
    expires: date | None = None
    lapsed: date | None = None


NOTHING: Final = Found()


@dataclass(frozen=True, slots=True)
class Paper:
    """One document as a requirement sees it: what is doubtful about it, what is wrong, when it lapses."""

    document: Document
    doubts: tuple[Reason, ...] = ()
    flaws: tuple[Reason, ...] = ()
    expires: date | None = None


def seen_sides(document: Document) -> frozenset[Side]:
    """Return the sides a document shows: those stated, else those its fields prove; empty when nothing tells.

    Fields of one side prove the other one missing only where a single page was scanned.
    """
    if document.sides:
        return document.sides
    proofs = SIDE_FIELDS.get(document.kind)
    if proofs is None or document.in_review:
        return frozenset()
    shown = frozenset(side for side in SIDES if proofs[side] & document.fields.keys())
    return shown if document.pages == 1 or len(shown) == len(SIDES) else frozenset()


def match_documents(requirement: Requirement, documents: Sequence[Document], today: date) -> Found:
    """Judge the documents of one turn (of the requirement's kinds, received by ``today``) together."""
    if not documents:
        return NOTHING
    judged = [judge(requirement, document, today) for document in documents]
    kept = [each for each in judged if each is not None]
    if requirement.any_of and requirement.sides == 1:
        return _pool(requirement, kept)
    parts = [_pool(requirement, [each for each in kept if each.document.kind == kind]) for kind in requirement.kinds]
    return _all(parts) if requirement.all_of else _best(parts)


def match_step(requirement: Requirement, documents: Sequence[Document], step: int, today: date) -> Found:
    """Judge the ``step``-th turn of a series: the documents meet its steps one after another, earliest first."""
    judged = [judge(requirement, document, today) for document in sorted(documents, key=lambda each: each.dated)]
    kept = [each for each in judged if each is not None and not each.flaws]
    sure = [each for each in kept if not each.doubts]
    if len(sure) >= step:
        document = sure[step - 1].document
        return Found(met_on=document.received, documents=(document.id,))
    if len(kept) >= step:
        open_ones = [each for each in kept if each.doubts][: step - len(sure)]
        return Found(
            doubtful=True,
            documents=tuple(each.document.id for each in open_ones),
            doubts=_distinct(reason for each in open_ones for reason in each.doubts),
        )
    return NOTHING


def match_events(requirement: Requirement, events: Sequence[Event], step: int = 0) -> Found:
    """Judge a requirement that an event meets; ``step`` as for a series of documents."""
    wanted = requirement.event_role
    sure = [event for event in events if not wanted or event.role == wanted]
    needed = step or requirement.count
    if len(sure) >= needed:
        return Found(met_on=sorted(event.on for event in sure)[needed - 1])
    unsaid = [event for event in events if wanted and not event.role]
    if len(sure) + len(unsaid) >= needed:
        return Found(doubtful=True, doubts=(Reason("policy.doubt_event_role", {"role": wanted}),))
    others = [event for event in events if wanted and event.role not in {"", wanted}]
    return Found(flaws=tuple(Reason("policy.flaw_event_role", {"role": wanted}) for _ in others[:1]))


def judge(requirement: Requirement, document: Document, today: date) -> Paper | None:
    """Judge one document by itself; None when the requirement does not speak of it."""
    doubts: list[Reason] = []
    flaws: list[Reason] = []
    if requirement.where is not None:
        fits = requirement.where.test(_values(document))
        if fits is False:
            return None
        if fits is None:
            doubts.append(Reason("policy.doubt_field", {"fields": tuple(sorted(requirement.where.names))}))
    if document.in_review:
        doubts.append(Reason("policy.doubt_review", {"kind": document.kind}))
    _look(requirement, document, doubts, flaws)
    expires = _expiry(requirement, document)
    if expires is not None and expires < today:
        flaws.append(Reason(EXPIRED, {"kind": document.kind, "day": expires}))
    elif expires is None and requirement.unexpired and requirement.unchecked == "ask":
        doubts.append(Reason("policy.doubt_expiry", {"kind": document.kind}))
    return Paper(document, tuple(doubts), tuple(flaws), expires)


def _look(requirement: Requirement, document: Document, doubts: list[Reason], flaws: list[Reason]) -> None:
    """Add what is doubtful or wrong with the paper itself: original or copy, sides, signatures."""
    ask = requirement.unchecked == "ask"
    if requirement.form == "original" and document.form != "original":
        if document.form == "copy":
            flaws.append(Reason("policy.flaw_copy", {"kind": document.kind}))
        elif ask:
            doubts.append(Reason("policy.doubt_form", {"kind": document.kind}))
    if requirement.sides > 1 and ask and not seen_sides(document):
        doubts.append(Reason("policy.doubt_sides", {"kind": document.kind}))
    for signer in requirement.signed_by:
        ink = document.signatures.get(signer)
        if ink == "unsigned":
            flaws.append(Reason("policy.flaw_unsigned", {"kind": document.kind, "signer": signer}))
        elif ink == "unclear" or (ink is None and ask):
            doubts.append(Reason("policy.doubt_signature", {"kind": document.kind, "signer": signer}))


def _values(document: Document) -> Mapping[str, Value]:
    return document.fields


def _expiry(requirement: Requirement, document: Document) -> date | None:
    if requirement.valid_months:
        return add_months(document.dated, requirement.valid_months)
    return document.expires if requirement.unexpired else None


def _pool(requirement: Requirement, judged: Sequence[Paper]) -> Found:
    """Judge documents that count together, in the order they came in."""
    if not judged:
        return NOTHING
    first = judged[0]
    # By far the most common case: one document, nothing wrong with it.
    alone = len(judged) == 1 and requirement.sides == 1 and not first.flaws and not first.doubts
    if alone and first.document.copies >= requirement.count:
        return Found(first.document.received, documents=(first.document.id,), expires=first.expires)
    fit = sorted((each for each in judged if not each.flaws), key=lambda each: each.document.received)
    sure = [each for each in fit if not each.doubts]
    met_on, copies, sides = _reached(requirement, sure)
    if met_on is not None:
        expiries = [each.expires for each in sure]
        return Found(
            met_on=met_on,
            documents=tuple(each.document.id for each in sure),
            expires=None if None in expiries else max(day for day in expiries if day is not None),
        )
    doubts = _distinct(reason for each in fit for reason in each.doubts)
    reached, copies, sides = _reached(requirement, fit)
    if reached is not None:
        return Found(doubtful=True, documents=tuple(each.document.id for each in fit), doubts=doubts)
    flaws = [reason for each in judged for reason in each.flaws]
    if fit and copies < requirement.count:
        flaws.append(Reason("policy.flaw_count", {"have": copies, "count": requirement.count}))
    elif fit:
        missing = next((side for side in SIDES if side not in sides), SIDES[-1])
        flaws.append(Reason(f"policy.flaw_side_{missing}", {}))
    return Found(
        documents=tuple(each.document.id for each in judged),
        doubts=doubts,
        flaws=_distinct(flaws),
        lapsed=_lapsed(requirement, judged),
    )


def _lapsed(requirement: Requirement, judged: Sequence[Paper]) -> date | None:
    """Return the last day on which documents that have run out since were enough; None when they never were."""
    once = [each for each in judged if not each.doubts and all(flaw.wording == EXPIRED for flaw in each.flaws)]
    for day in sorted({each.expires for each in once if each.expires is not None}, reverse=True):
        valid = [each for each in once if each.expires is None or each.expires >= day >= each.document.received]
        if _reached(requirement, valid)[0] is not None:
            return day
    return None


def _reached(requirement: Requirement, judged: Sequence[Paper]) -> tuple[date | None, int, frozenset[Side]]:
    """Return the day on which copies and sides were enough (None: not yet), with what there is of both."""
    copies, sides, untold = 0, frozenset[Side](), False
    for each in judged:
        copies += each.document.copies
        if requirement.sides > 1:
            shown = seen_sides(each.document)
            untold = untold or not shown
            sides |= shown
        if copies >= requirement.count and (requirement.sides == 1 or untold or len(sides) == len(SIDES)):
            return each.document.received, copies, sides
    return None, copies, sides


def _all(parts: Sequence[Found]) -> Found:
    """Join the findings of kinds that are all needed."""
    documents = tuple(name for part in parts for name in part.documents)
    flaws = _distinct(reason for part in parts for reason in part.flaws)
    doubts = _distinct(reason for part in parts for reason in part.doubts)
    days = [part.met_on for part in parts if part.met_on is not None]
    if len(days) == len(parts):
        expiries = [part.expires for part in parts if part.expires is not None]
        return Found(met_on=max(days), documents=documents, expires=min(expiries, default=None))
    doubtful = all(part.met_on is not None or part.doubtful for part in parts)
    once = all(part.met_on is not None or part.lapsed is not None for part in parts)
    lapsed = min((part.lapsed for part in parts if part.lapsed is not None), default=None) if once else None
    return Found(doubtful=doubtful, documents=documents, doubts=doubts, flaws=flaws, lapsed=lapsed)


def _best(parts: Sequence[Found]) -> Found:
    """Choose among kinds of which one is enough: met first, then doubtful, then whatever is there."""
    met = [part for part in parts if part.met_on is not None]
    if met:
        return min(met, key=lambda part: part.met_on or date.max)
    ranked = sorted(parts, key=lambda part: (part.doubtful, bool(part.documents)), reverse=True)
    return ranked[0]


def _distinct(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    found: list[Reason] = []
    for reason in reasons:
        if reason not in found:
            found.append(reason)
    return tuple(found)
