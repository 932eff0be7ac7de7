"""A dossier on paper: its contents list in the pack's order, running numbers, and the note of a handover."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from string import Formatter

from dossier.model import Document, Dossier, Status, Verdict
from dossier.pack import DossierKind, Numbering


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a contents list; ``number`` counts from 1; ``apart``: the paper lies elsewhere, in the safe."""

    number: int
    document: Document
    apart: bool


def contents(dossier: Dossier, kind: DossierKind) -> tuple[Entry, ...]:
    """Return the contents list: newest first or by issue date as the pack orders it; papers kept apart come last."""
    documents = sorted(dossier.documents, key=lambda each: (each.dated, each.received, each.id))
    if kind.contents == "newest-first":
        documents.reverse()
    documents.sort(key=lambda each: each.kind in kind.apart)
    return tuple(Entry(number, each, each.kind in kind.apart) for number, each in enumerate(documents, start=1))


def number_shape(numbering: Numbering) -> str:
    """Return the expression that a running number matches, with the number as its one group."""
    pieces = Formatter().parse(numbering.pattern)
    return "".join(re.escape(text) + (r"(\d+)" if name else "") for text, name, _, _ in pieces)


def next_number(numbering: Numbering, taken: Iterable[str]) -> str:
    """Return the running number after the highest one taken: 鴻借字第002號 after 鴻借字第001號."""
    shape = re.compile(number_shape(numbering))
    numbers = [int(match[1]) for text in taken if (match := shape.fullmatch(text.strip()))]
    return numbering.pattern.format(number=max(numbers, default=0) + 1)


@dataclass(frozen=True, slots=True)
class Handover:
    """One line of the sign-in register: who gave what to whom on which day, and what was missing then.

    ``missing`` are ids of requirements, ``doubtful`` those a person has to look at.
    """

    dossier: str
    label: str
    gave: str
    took: str
    on: date
    documents: tuple[str, ...]
    missing: tuple[str, ...]
    doubtful: tuple[str, ...]


def handover(
    dossier: Dossier, verdicts: Sequence[Verdict], documents: Iterable[str], *, gave: str, took: str, on: date
) -> Handover:
    """Note a handover of ``documents`` (ids); ``verdicts`` are the dossier's as of that day, after they came in."""
    lacks = [verdict for verdict in verdicts if not verdict.settled and not verdict.awaited]
    doubtful = tuple(verdict.id for verdict in lacks if verdict.status is Status.DOUBTFUL)
    missing = tuple(verdict.id for verdict in lacks if verdict.status is not Status.DOUBTFUL)
    return Handover(dossier.key, dossier.label, gave, took, on, tuple(documents), missing, doubtful)
