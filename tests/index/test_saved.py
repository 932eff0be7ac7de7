"""Saved searches are somebody's own, and only queries that can be understood are kept."""

from pathlib import Path

import pytest
from sqlmodel import Session

from index.errors import NoSuchThing
from index.parsing import FILTERS
from index.query import QueryError
from index.saved import forget, save, saved


def test_saved_searches(session: Session) -> None:
    """They are kept by person and name, replaced, and dropped."""
    save(session, "li", "late", "kind:letter")
    save(session, "li", "late", "合同")
    save(session, "wang", "mine", "發票")
    assert saved(session, "li") == {"late": "合同"}
    forget(session, "li", "late")
    assert saved(session, "li") == {}
    with pytest.raises(NoSuchThing):
        forget(session, "li", "late")
    with pytest.raises(QueryError):
        save(session, "li", "bad", "(")


def test_every_filter_is_described() -> None:
    """The page on searching names each filter."""
    described = (Path(__file__).parents[2] / "docs" / "search.md").read_text("utf-8")
    assert [name for name in FILTERS if f"`{name}:`" not in described] == []
