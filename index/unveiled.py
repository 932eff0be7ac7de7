"""Fields of documents above ordinary, which the database cannot compare: opened once for a search, compared here."""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlmodel import Session, col, select

from index.projection import day, derived, hundredths
from index.tables import Document, DocumentField
from index.texts import comparable
from index.veil import above_ordinary, is_veiled


@dataclass(frozen=True)
class Unveiled:
    """The fields of the documents of one level."""

    session: Session
    level: str

    def named(self, names: Collection[str], forms: Collection[str]) -> list[str]:
        """Return the documents any of whose fields of these names has one of these comparable forms in it."""
        return [
            document
            for document, fields in self._fields.items()
            if any(form in comparable(fields[name]) for name in names if name in fields for form in forms)
        ]

    def dated(self, holds: Callable[[date], bool]) -> list[str]:
        """Return the documents whose own date, or else the day they were received, is such."""
        return [document for document, (dated, _) in self._told.items() if holds(dated)]

    def amounting(self, holds: Callable[[int], bool]) -> list[str]:
        """Return the documents whose amount, in hundredths, is such."""
        return [document for document, (_, amount) in self._told.items() if amount is not None and holds(amount)]

    @cached_property
    def _received(self) -> dict[str, date]:
        rows = self.session.exec(select(Document).where(above_ordinary(col(Document.level), self.level)))
        return {row.id: row.received for row in rows}

    @cached_property
    def _fields(self) -> dict[str, dict[str, str]]:
        found: defaultdict[str, dict[str, str]] = defaultdict(dict)
        of_level = select(DocumentField.document, DocumentField.name, DocumentField.value).join(
            Document, col(Document.id) == col(DocumentField.document)
        )
        for document, name, value in self.session.exec(of_level.where(above_ordinary(col(Document.level), self.level))):
            found[document][name] = value
        return dict(found)

    @cached_property
    def _told(self) -> dict[str, tuple[date, int | None]]:
        told: dict[str, tuple[date, int | None]] = {}
        for document, received in self._received.items():
            fields = self._fields.get(document, {})
            rows = [(name, {"day": day(value), "hundredths": hundredths(value)}) for name, value in fields.items()]
            says = derived(rows, received)
            told[document] = says["dated"], says["amount"]
        return told


def unveiled(session: Session, level: str) -> Unveiled | None:
    """Return the fields of a level's documents where the database cannot compare them, None where it can."""
    return Unveiled(session, level) if is_veiled(session, level) else None
