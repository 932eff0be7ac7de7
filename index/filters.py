"""What a query's filters mean: each becomes a selection of documents."""

import operator
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from typing import Any, Final

from sqlalchemy import ColumnElement, CompoundSelect, Select, SQLColumnExpression, and_, or_, union_all
from sqlmodel import Session, col, select

from dossier.catalogue import catalogue
from dossier.folding import fold
from index import spoken
from index.amounts import amount
from index.days import span
from index.query import Filter, QueryError
from index.shelves import folds_to, holds
from index.tables import Document, DocumentField, Dossier, DossierIdentifier, Page
from index.texts import comparable
from index.unveiled import Unveiled, unveiled

PEOPLE: Final = (
    "name", "buyer_name", "seller_name", "drawer", "legal_representative", "insured", "parties", "issuer",
)  # fmt: skip
CLIENTS: Final = ("buyer_name", "insured", "parties", "name")
FIELDS: Final = {
    "vin": ("vin",),
    "plate": ("plate",),
    "id": ("id_number", "credit_code", "buyer_tax_id", "seller_tax_id", "certificate_number"),
    "invoice": ("invoice_number", "invoice_code"),
    "policy": ("policy_number",),
    "contract": ("contract_number",),
    "phone": ("phone",),
    "person": PEOPLE,
}
"""Which fields a filter looks at; identifiers may be given in part."""
_OF_DOSSIERS: Final = frozenset({"vin", "plate", "id"})
"""Filters that a dossier known by such an identifier answers as well, with all it holds."""
NARROW: Final = frozenset({"dossier"})
"""Filters that are looked up at once, and leave few documents."""
NAMING: Final = frozenset({*FIELDS, "dossier", "client"})
"""Filters that name what is looked for: they leave few documents, but it may take going through all values."""

_ALSO_CALLED: Final = {"待核": "review", "审核": "review", "缺": "missing", "完整": "complete"}

Standing = Callable[[str], Collection[str]]
"""Which dossiers (ids) stand so: ``missing``, ``late``, ``complete`` …, or ``missing:KIND``."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What filters are read against: the session, today, and who knows how dossiers stand.

    ``joined``: the statement has the row of each page at hand. ``each``: conditions are asked of one page after the
    other, so what they look up should be found from its document. ``hidden`` has the fields of documents whose level's
    fields the database cannot compare.
    """

    session: Session
    today: date
    standing: Standing | None = None
    joined: bool = False
    each: bool = False
    hidden: Unveiled | None = None

    def at(self, level: str) -> "Scope":
        """Return the scope for documents of one level."""
        return replace(self, hidden=unveiled(self.session, level))

    def documents(self, wanted: Filter) -> ColumnElement[bool]:
        """Return the condition on ``Document`` that a filter states.

        Raises:
            QueryError: its value is not of its kind.
        """
        if wanted.name in NAMING:
            return or_(*self.ways(wanted)) if self.each else col(Document.id).in_(self.named(wanted))
        ways: dict[str, Callable[[Filter], ColumnElement[bool]]] = {
            "level": _of_level,
            "department": self._of_department,
            "status": lambda wanted: or_(*[self._status(value, wanted.at) for value in wanted.values]),
            "missing": self._missing,
        }
        return ways[wanted.name](wanted)

    def named(self, wanted: Filter) -> Select[Any] | CompoundSelect[Any]:
        """Return the selection of documents that one of ``NAMING`` means; some may be in it more than once."""
        # Each way by itself: with both in one condition a database goes through all documents.
        return union_all(*[select(Document.id).where(way) for way in replace(self, each=False).ways(wanted)])

    def ways(self, wanted: Filter) -> list[ColumnElement[bool]]:
        """Return the conditions on ``Document`` any of which answers one of ``NAMING``."""
        if wanted.name == "dossier":
            return [self._in_dossiers(wanted.values)]
        if wanted.name == "client":
            return [self._in_dossiers(wanted.values, called_too=True), self._named(CLIENTS, wanted.values)]
        by_field = self._named(FIELDS[wanted.name], wanted.values)
        return [by_field, self._identified(wanted)] if wanted.name in _OF_DOSSIERS else [by_field]

    def pages(self, wanted: Filter) -> ColumnElement[bool] | None:
        """Return the condition on ``Page`` that a filter states, None for one that asks more than a page's row knows.

        Raises:
            QueryError: its value is not of its kind.
        """
        match wanted.name:
            case "kind":
                return col(Page.kind).in_([kind for value in wanted.values for kind in kinds(value, wanted.at)])
            case "family":
                return _of_family(wanted)
            case "from":
                first, _ = self._day(wanted)
                return self._dated(operator.ge, first)
            case "to":
                _, last = self._day(wanted)
                return self._dated(operator.le, last)
            case "amount":
                return self._amounts(wanted)
            case _:
                return None

    def _dated(self, compare: Callable[[Any, date], Any], limit: date) -> ColumnElement[bool]:
        if self.hidden is not None:
            return col(Page.document).in_(self.hidden.dated(lambda dated: compare(dated, limit)))
        found: ColumnElement[bool] = compare(col(Page.dated), limit)
        return found

    def _amounts(self, wanted: Filter) -> ColumnElement[bool]:
        limits = _limits(wanted)
        if self.hidden is not None:
            fit = self.hidden.amounting(lambda amount: all(compare(amount, limit) for compare, limit in limits))
            return col(Page.document).in_(fit)
        return and_(*[compare(col(Page.amount), limit) for compare, limit in limits])

    def _day(self, wanted: Filter) -> tuple[date, date]:
        found = span(wanted.values[0], self.today) if len(wanted.values) == 1 else None
        if found is None:
            raise QueryError("query-date", at=wanted.at + 1, value=wanted.values[0])
        return found

    def _in_dossiers(self, values: Collection[str], *, called_too: bool = False) -> ColumnElement[bool]:
        """Return the condition that the document lies in a dossier known as one of the values.

        What dossiers are called is looked through where nothing is known as that, or (``called_too``) in any case.
        """
        known = {value: self._known_as(value) for value in values}
        parts = [value for value, found in known.items() if called_too or not found]
        called = [folds_to(col(Dossier.label), value) for value in parts]
        keyed = [folds_to(col(Dossier.key), value, whole=True) for value in parts]
        meant = [col(Dossier.id).in_([id_ for found in known.values() for id_ in found]), or_(False, *called, *keyed)]
        return col(Document.dossier).in_(union_all(*[select(Dossier.id).where(each) for each in meant]))

    def _known_as(self, value: str) -> Sequence[str]:
        identified = select(DossierIdentifier.dossier).where(DossierIdentifier.folded == comparable(value))
        itself = select(Dossier.id).where(Dossier.id == value)
        return self.session.execute(union_all(identified, itself)).scalars().all()

    def _identified(self, wanted: Filter) -> ColumnElement[bool]:
        """Return the condition that the document lies in a dossier known by the identifier."""
        types = [*FIELDS[wanted.name], "key"]
        meant = select(DossierIdentifier.dossier).where(
            col(DossierIdentifier.type).in_(types), _contains(col(DossierIdentifier.folded), wanted.values)
        )
        return col(Document.dossier).in_(meant)

    def _missing(self, wanted: Filter) -> ColumnElement[bool]:
        missing = [kind for value in wanted.values for kind in kinds(value, wanted.at)]
        return or_(*[self._standing(f"missing:{kind}", wanted.at) for kind in missing])

    def _of_department(self, wanted: Filter) -> ColumnElement[bool]:
        values = wanted.values
        rows = self.session.exec(select(Dossier.department).distinct()).all()
        meant = [department for department in rows if department and any(v in fold(department) for v in values)]
        return col(Document.dossier).in_(select(Dossier.id).where(col(Dossier.department).in_(meant)))

    def _status(self, value: str, at: int) -> ColumnElement[bool]:
        status = spoken.meant(spoken.STATUSES, _ALSO_CALLED.get(value, value))
        if status is None:
            raise QueryError("query-status", at=at + 1, value=value, names=spoken.STATUSES)
        return col(Document.review).is_(True) if status == "review" else self._standing(status, at)

    def _standing(self, status: str, at: int) -> ColumnElement[bool]:
        if self.standing is None:
            raise QueryError("query-standing", at=at + 1, value=status)
        return col(Document.dossier).in_(list(self.standing(status)))

    def _named(self, names: Collection[str], values: Collection[str]) -> ColumnElement[bool]:
        if self.hidden is not None:
            return col(Document.id).in_(self.hidden.named(names, [*filter(None, map(comparable, values))]))
        return self._in_fields(names, _contains(col(DocumentField.folded), values))

    def _in_fields(self, names: Collection[str], condition: ColumnElement[bool]) -> ColumnElement[bool]:
        holders = select(DocumentField.document).where(col(DocumentField.name).in_(list(names)), condition)
        if self.each:
            return holders.where(col(DocumentField.document) == col(Document.id)).correlate(Document).exists()
        return col(Document.id).in_(holders)


def kinds(value: str, at: int = 0) -> list[str]:
    """Return the ids of the kinds that a folded value means: an id, a title in any language, or part of a title.

    Raises:
        QueryError: there is no such kind.
    """
    known = catalogue()
    if value in known:
        return [value]
    titles = [(kind.id, fold(title)) for kind in known for title in kind.titles.values()]
    exact = [kind for kind, title in titles if title == value]
    found = exact or [kind for kind, title in titles if value in title or kind.startswith(value)]
    if not found:
        near = get_close_matches(value, [*known.kinds, *(title for _, title in titles)], n=1)
        raise QueryError("query-kind-near" if near else "query-kind", at=at + 1, value=value, near="".join(near))
    return sorted(set(found))


def documents_where(condition: ColumnElement[bool]) -> Select[Any]:
    """Return the selection of document ids under a condition."""
    return select(Document.id).where(condition)


def _of_family(wanted: Filter) -> ColumnElement[bool]:
    return col(Page.family).in_(_meant(spoken.FAMILIES, wanted, "query-family"))


def _limits(wanted: Filter) -> list[tuple[Callable[[Any, int], Any], int]]:
    """Return what an amount in hundredths must be: comparisons, each with its limit."""
    limits: list[int] = []
    for value in wanted.values:
        found = amount(value)
        if found is None:
            raise QueryError("query-amount", at=wanted.at + 1, value=value)
        limits.append(int((found * 100).to_integral_value()))
    if wanted.comparison == "range":
        return [(operator.ge, limits[0]), (operator.le, limits[1])]
    compare = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "=": operator.eq}
    return [(compare[wanted.comparison], limits[0])]


def _of_level(wanted: Filter) -> ColumnElement[bool]:
    return col(Document.level).in_(_meant(spoken.LEVELS, wanted, "query-level"))


def _meant(names: spoken.Names, wanted: Filter, wording: str) -> list[str]:
    found = [(value, spoken.meant(names, value)) for value in wanted.values]
    unknown = next((value for value, id_ in found if id_ is None), None)
    if unknown is not None:
        raise QueryError(wording, at=wanted.at + 1, value=unknown, names=names)
    return [id_ for _, id_ in found if id_ is not None]


def _contains(column: SQLColumnExpression[str], values: Collection[str]) -> ColumnElement[bool]:
    forms = filter(None, map(comparable, values))
    return or_(False, *[holds(column, form) for form in forms])
