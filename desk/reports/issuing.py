"""Give out a report in a form, and put on record which one it was: by its name, scope, form and digest.

The record answers later what a report said on a day: the file given out then is the one with the digest on record.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from desk.archive import Archive
from desk.reports.completeness import Completeness, completeness
from desk.reports.fining import penalties
from desk.reports.forms.render import as_json, rendered
from desk.reports.naming import Names
from desk.reports.owing import ageing, due
from desk.reports.partners import partners
from desk.reports.rating import ontime, rates
from desk.reports.register import register
from desk.reports.scope import Scope
from desk.reports.sheet import Form, Sheet
from desk.reports.statistics import stats
from desk.rights import needs
from dossier.rights import Duty
from dossier.wording import Lang

Maker = Callable[[Archive, Scope, Names, Form], Sheet]


@dataclass(frozen=True, slots=True)
class Issued:
    """A report as it was given out; ``sheet`` is what it was made of, ``report`` the verdicts where it has any."""

    sheet: Sheet
    form: Form
    content: bytes
    report: Completeness | None = None


def _completeness(archive: Archive, scope: Scope, names: Names, form: Form) -> Sheet:
    return completeness(archive, scope=scope).sheet(names, scope, form)


REPORTS: Final[Mapping[str, Maker]] = MappingProxyType(
    {
        "completeness": _completeness,
        "ontime": ontime,
        "rates": rates,
        "penalties": penalties,
        "ageing": ageing,
        "due": due,
        "partners": partners,
        "register": register,
        "stats": stats,
    }
)
"""Every report by its name; a part of the product that keeps registers of its own adds its maker here."""


@needs(Duty.REPORT)
def draw_up(archive: Archive, name: str, scope: Scope, lang: Lang, form: Form = Form.TABLE) -> Sheet:
    """Return a report as tables and charts.

    Raises:
        BadSpan, PackNotInForce, SortUnknown, DepartmentUnknown: the scope names what is not there.
        index.NoSuchThing: no dossier, or more than one, goes by the name in the scope.
    """
    asked = scope.checked(archive.packs)
    return REPORTS[name](archive, asked, Names(archive.packs, lang), form)


@needs(Duty.REPORT)
def issue(archive: Archive, name: str, scope: Scope, form: Form, lang: Lang) -> Issued:
    """Draw up a report, give it a form and put it on record.

    Raises:
        PrintFontMissing: a PDF was asked for and no Chinese font is installed.
        BadSpan, PackNotInForce, SortUnknown, DepartmentUnknown, index.NoSuchThing: as `draw_up`.
    """
    asked = scope.checked(archive.packs)
    names = Names(archive.packs, lang)
    report = completeness(archive, scope=asked) if name == "completeness" else None
    sheet = REPORTS[name](archive, asked, names, form) if report is None else report.sheet(names, asked, form)
    # The JSON of completeness is part of the contract: requirements nest under their dossiers.
    nested = report if form is Form.JSON else None
    content = rendered(sheet, form, lang) if nested is None else as_json(nested.as_json(lang))
    with archive.index.write() as session:
        facts = {"as_of": scope.as_of.isoformat(), "form": form.value, "sha256": sha256(content).hexdigest()}
        archive.note(session, "report", name, {**facts, **_said(scope)})
    return Issued(sheet, form, content, report)


def _said(scope: Scope) -> dict[str, str]:
    """Return what narrowed a report, as the record keeps it."""
    said = {
        "from": scope.begins.isoformat() if scope.begins else "",
        "to": scope.ends.isoformat() if scope.ends else "",
        "department": scope.department,
        "person": scope.person,
        "dossier": scope.dossier,
        "pack": scope.pack,
        "kind": scope.kind,
    }
    return {name: value for name, value in said.items() if value}
