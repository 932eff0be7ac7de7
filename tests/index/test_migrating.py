"""An index that an older program made is brought to the tables in force, on either database, and nothing is lost."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlmodel import Session

import index
from index import postgres as on_postgres
from index import schema
from index.engine import Index, open_index
from index.errors import IndexTooNew, IndexTooOld
from index.migrating import migrate, upgrade
from index.search import search
from index.tables import AuditHead, Meta
from tests.index.conftest import KEY, put, sealers
from tests.servers.postgres import Postgres


def differences(connection: Connection) -> list[object]:
    """Return what the tables of the code have otherwise than those of the database, shelves and counts apart."""

    def ours(name: str | None, kind: str, parents: object) -> bool:
        return kind != "table" or not (name or "").startswith(("page_", "change_", "alembic_"))

    context = MigrationContext.configure(connection, opts={"include_name": ours, "compare_type": False})
    return list(compare_metadata(context, schema.METADATA))


def oldest(made: Index) -> None:
    """Make the tables of the first version in an empty database, as they were: no version noted, nothing in them."""
    with made.engine.begin() as connection:
        upgrade(connection, schema.REVISIONS[0])
        made.shelves.create(connection, made.levels)
        connection.execute(text("DROP TABLE alembic_version"))
        connection.execute(schema.METADATA.tables["meta"].insert(), {"key": "schema", "value": "1"})
        connection.execute(schema.METADATA.tables["audit_head"].insert(), {"id": 1, "size": 0, "link": bytes(32)})


def filled(made: Index) -> None:
    """Put a document into an index of the first version."""
    columns = "id, digest, name, size, format, sha256, folder, subfolder, batch, level, state, error_facts, attempts"
    values = "'c', 'd', 'scan.pdf', 1, 'PDF', 's', '', '', '', 'ordinary', 'read', '{}', 0"
    with made.engine.begin() as connection:
        connection.execute(text(f"INSERT INTO capture ({columns}, claimed) VALUES ({values}, '2026-01-01')"))
        connection.execute(
            text(
                "INSERT INTO document (id, capture, ordinal, kind, family, confidence, review, doubts, alternatives, "
                "evidence, pages, first_page, level, received, dated, sides, copies, signatures, cleared) VALUES "
                "('c-1', 'c', 1, 'letter', 'letter', 0.9, false, '[]', '[]', '[]', '[1]', 1, 'ordinary', '2026-01-01', "
                "'2026-01-01', '[]', 1, '{}', '[]')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO document_field (document, name, value, folded, confidence, page, checked, raw) VALUES "
                "('c-1', 'vin', 'LSVAM4187C2184841', '15vam4187c2184841', 0.9, 1, 'label', '')"
            )
        )


def test_the_steps_are_those_the_program_knows() -> None:
    """The chain of steps has no fork and ends at the version in force."""
    config = Config()
    config.set_main_option("script_location", str(Path(index.__path__[0]) / "migrations"))
    steps = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(steps)) == schema.REVISIONS


def _sealed(folder: Path) -> Index:
    (folder / "old.db").touch()
    return open_index(folder / "old.db", KEY, any_version=True)


def test_a_sealed_index_is_brought_up(tmp_path: Path) -> None:
    """An old sealed file is refused, migrated, and then as good as new, its rows and all."""
    made = _sealed(tmp_path)
    oldest(made)
    filled(made)
    made.close()
    with pytest.raises(IndexTooOld):
        open_index(tmp_path / "old.db", KEY)
    opened = open_index(tmp_path / "old.db", KEY, any_version=True)
    assert migrate(opened) == (schema.REVISIONS[0], schema.REVISIONS[-1])
    assert migrate(opened) == (schema.REVISIONS[-1], schema.REVISIONS[-1])
    opened.close()
    again = open_index(tmp_path / "old.db", KEY)
    with again.write() as session:
        connection = session.connection()
        assert differences(connection) == []
        kept = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'document_field'")).scalar_one()
        assert "WITHOUT ROWID" in kept
        _as_good_as_new(session)
    again.close()


def test_an_index_on_postgresql_is_brought_up(postgres: Postgres) -> None:
    """So is one on PostgreSQL."""
    url = postgres.database()
    made = on_postgres.open_empty(url, sealers())
    oldest(made)
    filled(made)
    with made.engine.begin() as connection:
        for level, sealer in sealers().items():
            row = {"key": f"probe-{level}", "value": sealer.seal(b"probe", level).hex()}
            connection.execute(schema.METADATA.tables["meta"].insert(), row)
    made.close()
    with pytest.raises(IndexTooOld):
        on_postgres.open_index(url, sealers())
    opened = on_postgres.open_index(url, sealers(), any_version=True)
    assert migrate(opened) == (schema.REVISIONS[0], schema.REVISIONS[-1])
    opened.close()
    again = on_postgres.open_index(url, sealers())
    with again.write() as session:
        assert differences(session.connection()) == []
        _as_good_as_new(session)
    again.close()


def _as_good_as_new(session: Session) -> None:
    assert session.execute(text("SELECT value FROM document_field")).scalar_one() == "LSVAM4187C2184841"
    assert session.get(AuditHead, 1) is not None
    document = put(session, ["新的一頁"], fields={"vin": "LSVAM4187C2184842"})
    assert {hit.document for hit in search(session, "vin:LSVAM4187C2184842 新的").hits} == {document}


def test_a_newer_index_is_left_alone(tmp_path: Path) -> None:
    """An index of a newer program is not migrated back."""
    made = _sealed(tmp_path)
    oldest(made)
    with made.write() as session:
        schema.note(session.connection())
        schema.stamp(session.connection(), "9999")
    with pytest.raises(IndexTooNew):
        migrate(made)
    made.close()


def test_a_step_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A migration that breaks off leaves the old index, which can be migrated again."""
    made = _sealed(tmp_path)
    oldest(made)

    class Fault(Exception):
        """A fault at the end."""

    def fail(connection: Connection, levels: object) -> None:
        raise Fault

    with monkeypatch.context() as patched:
        patched.setattr(made.shelves, "create", fail)
        with pytest.raises(Fault):
            migrate(made)
    with made.engine.begin() as connection:
        assert schema.revision(connection) == schema.REVISIONS[0]
    assert migrate(made)[1] == schema.REVISIONS[-1]
    with made.read() as session:
        assert session.get(Meta, "schema") is not None
    made.close()
