"""Saved searches: queries that somebody keeps under a name."""

from sqlmodel import Session, col, select

from index.errors import NoSuchThing
from index.parsing import parse
from index.tables import SavedSearch


def save(session: Session, who: str, name: str, query: str) -> None:
    """Keep a query, in place of an earlier one of that name.

    Raises:
        QueryError: it cannot be understood.
    """
    parse(query)
    session.merge(SavedSearch(who=who, name=name, query=query))
    session.flush()


def saved(session: Session, who: str) -> dict[str, str]:
    """Return somebody's queries by name."""
    rows = session.exec(select(SavedSearch).where(SavedSearch.who == who).order_by(col(SavedSearch.name)))
    return {row.name: row.query for row in rows}


def forget(session: Session, who: str, name: str) -> None:
    """Drop a query.

    Raises:
        NoSuchThing
    """
    row = session.get(SavedSearch, (who, name))
    if row is None:
        raise NoSuchThing(id=name)
    session.delete(row)
    session.flush()
