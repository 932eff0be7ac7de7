"""What a report is about: the day it speaks of, and which dossiers, departments, persons and days it covers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from dossier.errors import ExitCode, JuanzongError
from dossier.folding import fold
from dossier.model import Owes, Verdict
from dossier.pack import Pack


class BadDate(JuanzongError):
    """A day was given that is none."""

    exit_code = ExitCode.USAGE
    wording = "desk.bad-date"


class BadSpan(JuanzongError):
    """A span of days was given that ends before it begins."""

    exit_code = ExitCode.USAGE
    wording = "report.bad-span"


class PackNotInForce(JuanzongError):
    """A report was asked for over a pack that the settings do not name."""

    exit_code = ExitCode.POLICY
    wording = "report.pack-not-in-force"


class SortUnknown(JuanzongError):
    """No dossier kind of the packs in force goes by this name."""

    exit_code = ExitCode.POLICY
    wording = "report.sort-unknown"


class DepartmentUnknown(JuanzongError):
    """No department of the packs in force goes by this name."""

    exit_code = ExitCode.NOT_FOUND
    wording = "report.department-unknown"


def local_today() -> date:
    """Return today where the office is."""
    return date.today()  # noqa: DTZ011  # deadlines are days where the office is


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked for; an empty text or None asks for all.

    ``as_of`` is the day judged; ``begins`` … ``ends`` narrow by the day that counts in the report (a deadline, a
    violation, a handover, an arrival). ``days`` are working days ahead. ``settled`` asks people's forms to show what
    leaves nothing to do as well.
    """

    as_of: date = field(default_factory=local_today)
    begins: date | None = None
    ends: date | None = None
    department: str = ""
    person: str = ""
    dossier: str = ""
    pack: str = ""
    kind: str = ""
    days: int = 10
    settled: bool = False

    def checked(self, packs: Mapping[str, Pack]) -> "Scope":
        """Return the scope with the department as its id.

        Raises:
            BadSpan, PackNotInForce, SortUnknown, DepartmentUnknown
        """
        if self.begins is not None and self.ends is not None and self.ends < self.begins:
            raise BadSpan(begins=self.begins, ends=self.ends)
        if self.pack and self.pack not in packs:
            raise PackNotInForce(pack=self.pack, known=", ".join(packs))
        if self.kind and not self.kinds(packs):
            known = ", ".join(f"{pack.id}/{kind}" for pack in packs.values() for kind in pack.dossiers)
            raise SortUnknown(kind=self.kind, known=known)
        return replace(self, department=_department(self.department, packs)) if self.department else self

    def kinds(self, packs: Mapping[str, Pack]) -> frozenset[tuple[str, str]]:
        """Return the pairs of pack and dossier kind that are asked for; ``kind`` may name its pack: ``PACK/KIND``."""
        of, _, kind = self.kind.rpartition("/")
        return frozenset(
            (pack.id, each)
            for pack in packs.values()
            for each in pack.dossiers
            if self.pack in {"", pack.id} and of in {"", pack.id} and kind in {"", each}
        )

    def owed(self, owes: Owes | None) -> bool:
        """Tell whether what somebody owes is asked for."""
        if not self.department and not self.person:
            return True
        if owes is None:
            return False
        if self.department and self.department != (owes.department or owes.role):
            return False
        return not self.person or fold(self.person) in {fold(owes.person), fold(owes.role)}

    def within(self, day: date | None) -> bool:
        """Tell whether a day lies in the span asked for; no day lies in no span."""
        if day is None:
            return self.begins is None and self.ends is None
        return (self.begins is None or self.begins <= day) and (self.ends is None or day <= self.ends)

    def takes(self, verdict: Verdict) -> bool:
        """Tell whether a verdict is asked for, by who owes it and when it is due."""
        return self.owed(verdict.owes) and self.within(verdict.due)


def _department(name: str, packs: Mapping[str, Pack]) -> str:
    wanted = fold(name)
    known: list[str] = []
    for pack in packs.values():
        roles = {role.id: role.title for role in pack.roles.values() if not role.department}
        for id_, titles in {**pack.departments, **roles}.items():
            if wanted in {fold(id_), *map(fold, titles.values())}:
                return id_
            known.append(id_)
    raise DepartmentUnknown(department=name, known=", ".join(dict.fromkeys(known)))
