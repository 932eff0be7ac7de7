"""What is missing, since when, and who owes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from desk.archive import Archive
from desk.sayings import kind_title, status_title
from dossier.completeness import evaluate
from dossier.errors import ExitCode, JuanzongError
from dossier.explain import explain
from dossier.model import Dossier, Status, Verdict, complete
from dossier.pack import Pack
from dossier.wording import Lang, say
from dossier.workdays import work_calendar
from index import filing


class BadDate(JuanzongError):
    """A day was given that is none."""

    exit_code = ExitCode.USAGE
    wording = "desk.bad-date"


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

    def title(self, lang: Lang) -> str:
        """Return what people call the requirement."""
        for requirement in self.pack.dossiers[self.dossier_kind].requirements:
            if requirement.id == self.verdict.requirement:
                name = requirement.title[lang]
                return f"{name} ({self.verdict.occasion})" if self.verdict.occasion else name
        return self.verdict.requirement

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
        return explain(self.verdict, self.pack, self.pack.dossiers[self.dossier_kind], lang, kind_title)

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Return the line in the contract's shape."""
        verdict = self.verdict
        return {
            "id": verdict.id,
            "kind": verdict.kinds[0] if verdict.kinds else None,
            "kinds": list(verdict.kinds),
            "title": self.title(lang),
            "status": verdict.status.value,
            "due": verdict.due.isoformat() if verdict.due else None,
            "provisional": verdict.provisional,
            "days_late": verdict.days_late,
            "owes": {"role": verdict.owes.role, "person": verdict.owes.person} if verdict.owes else None,
            "reason": self.reason(lang),
            "documents": list(verdict.documents),
        }


@dataclass(frozen=True, slots=True)
class Judged:
    """One dossier and all its verdicts on a day."""

    dossier: Dossier
    lines: tuple[Line, ...]

    @property
    def key(self) -> str:
        """The identifier the dossier was opened under."""
        return self.dossier.key

    @property
    def label(self) -> str:
        """What people call it."""
        return self.dossier.label

    @property
    def complete(self) -> bool:
        """Whether every requirement that applies is met or waived."""
        return complete(line.verdict for line in self.lines)

    def count(self, *statuses: Status) -> int:
        """Return how many verdicts say one of these."""
        return sum(line.verdict.status in statuses for line in self.lines)

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Return the dossier in the contract's shape."""
        return {
            "key": self.key,
            "kind": self.dossier.kind,
            "pack": self.dossier.pack,
            "label": self.label,
            "complete": self.complete,
            "requirements": [line.as_json(lang) for line in self.lines],
        }


@dataclass(frozen=True, slots=True)
class Completeness:
    """The completeness report."""

    as_of: date
    dossiers: tuple[Judged, ...]

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Return the report in the contract's shape."""
        return {"as_of": self.as_of.isoformat(), "dossiers": [one.as_json(lang) for one in self.dossiers]}

    def as_rows(self, lang: Lang) -> list[list[str]]:
        """Return the report as rows under a row of column names."""
        names = ("dossier", "label", "requirement", "status", "due", "late", "owes", "reason")
        rows = [[say(f"cli.column-{name}", lang) for name in names]]
        for one in self.dossiers:
            rows.extend(
                [
                    one.key,
                    one.label,
                    line.title(lang),
                    status_title(line.status, lang),
                    line.due_text(),
                    str(line.days_late),
                    line.owes(lang),
                    line.reason(lang),
                ]
                for line in one.lines
            )
        return rows


def completeness(archive: Archive, *, as_of: date | None = None, dossier: str | None = None) -> Completeness:
    """Judge every open dossier, or the one that ``dossier`` names, as of a day (today when None).

    Raises:
        index.NoSuchThing: no dossier, or more than one, goes by that name.
    """
    day = as_of or date.today()  # noqa: DTZ011  # deadlines are days where the office is
    with archive.index.read() as session:
        ids = [filing.dossier_by(session, dossier).id] if dossier else None
        found = filing.dossiers(session, ids=ids, packs=list(archive.packs), open_only=dossier is None)
    return Completeness(day, judge(archive, [one for _, one in found], day))


def judge(archive: Archive, dossiers: Sequence[Dossier], day: date) -> tuple[Judged, ...]:
    """Return the verdicts on dossiers as of a day, by the packs in force."""
    calendars = {name: work_calendar(pack.region) for name, pack in archive.packs.items()}
    return tuple(
        Judged(
            one,
            tuple(
                Line(archive.packs[one.pack], one.kind, verdict)
                for verdict in evaluate(one, archive.packs[one.pack], day, calendars[one.pack])
            ),
        )
        for one in dossiers
        if one.pack in archive.packs and one.kind in archive.packs[one.pack].dossiers
    )
