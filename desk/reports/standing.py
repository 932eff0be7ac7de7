"""How one dossier stands on a day: small, so that ten thousand are kept in memory, or sent to another process."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from desk.reports.judging import Judged
from dossier.model import Owes, Status
from dossier.pack import DossierKind, Pack

GAPS: Final = frozenset({Status.MISSING, Status.LATE, Status.DUE, Status.DOUBTFUL})


@dataclass(frozen=True, slots=True)
class Gap:
    """One requirement that is open: how, by when, who owes it, and which kinds of document would meet it."""

    requirement: str
    status: Status
    due: date | None
    owes: Owes | None
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """One dossier on a day: what it is, how many documents it holds, what verdicts there are, and what is open."""

    id: str
    key: str
    label: str
    kind: DossierKind
    pack: str
    opened: date
    documents: int
    complete: bool
    statuses: frozenset[Status]
    gaps: tuple[Gap, ...]

    def stands(self, asked: str) -> bool:
        """Tell whether it stands as a search asks: a status, ``complete``, or ``missing:KIND``.

        Raises:
            ValueError: there is no such status.
        """
        if asked == "complete":
            return self.complete
        word, _, kind = asked.partition(":")
        return any(kind in gap.kinds for gap in self.gaps) if kind else Status(word) in self.statuses

    @property
    def late(self) -> int:
        """How many requirements are late."""
        return sum(gap.status is Status.LATE for gap in self.gaps)

    def as_row(self) -> list[Any]:
        """Return it as plain JSON values in a list."""
        return [
            *(self.id, self.key, self.label, self.kind.id, self.pack),
            *(self.opened.isoformat(), self.documents, self.complete, sorted(self.statuses)),
            [_gap_row(gap) for gap in self.gaps],
        ]

    @staticmethod
    def from_row(row: Sequence[Any], packs: Mapping[str, Pack]) -> "Standing":
        """Return what ``as_row`` told.

        Raises:
            ValueError, LookupError: it is no such row, or of a kind that these packs do not have.
        """
        id_, key, label, kind, pack, opened, documents, complete, statuses, gaps = row
        return Standing(
            id_,
            key,
            label,
            packs[pack].dossiers[kind],
            pack,
            date.fromisoformat(opened),
            documents,
            complete,
            frozenset(map(Status, statuses)),
            tuple(map(_gap_of, gaps)),
        )


@dataclass(frozen=True, slots=True)
class AllJudged:
    """How all open dossiers stand after the record's entry ``seq``, by id, and in which of them each document lies."""

    seq: int
    standings: dict[str, Standing]
    holders: dict[str, str]


def standing_of(packs: Mapping[str, Pack], id_: str, judged: Judged) -> Standing:
    """Return how a judged dossier, by its id, stands."""
    one = judged.dossier
    return Standing(
        id_,
        one.key,
        one.label,
        packs[one.pack].dossiers[one.kind],
        one.pack,
        one.opened,
        len(one.documents),
        judged.complete,
        frozenset(line.verdict.status for line in judged.lines),
        tuple(_gaps(judged)),
    )


def _gaps(judged: Judged) -> Iterator[Gap]:
    for line in judged.lines:
        verdict = line.verdict
        if verdict.status in GAPS:
            yield Gap(verdict.requirement, verdict.status, verdict.due, verdict.owes, verdict.kinds)


def _gap_row(gap: Gap) -> list[Any]:
    owes = [gap.owes.role, gap.owes.department, gap.owes.person] if gap.owes else None
    return [gap.requirement, gap.status.value, gap.due.isoformat() if gap.due else None, owes, list(gap.kinds)]


def _gap_of(row: Sequence[Any]) -> Gap:
    requirement, status, due, owes, kinds = row
    day = date.fromisoformat(due) if due else None
    return Gap(requirement, Status(status), day, Owes(*owes) if owes else None, tuple(kinds))
