"""All tables of the index, in whatever module they are defined; a new module of tables is named here."""

from typing import Final

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from index import custody, lending, people, tables

MODULES: Final = (tables, people, custody, lending)
METADATA: Final[MetaData] = SQLModel.metadata
