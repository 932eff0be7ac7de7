"""Values of addresses as browsers send them."""

from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import BeforeValidator


def _filled(value: object) -> object:
    """Return a value of a field, None for one that was left empty: a form sends those as well."""
    return None if value == "" else value


Day = Annotated[date | None, BeforeValidator(_filled), Query()]
"""A day to narrow by, or none."""
