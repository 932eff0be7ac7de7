"""Write a step of the index's migrations: what the tables in force have that those of the step before do not.

    python scripts/make_migration.py REVISION "What it does"

The step before is run on an empty database, compared with the tables of the code, and the difference is written to
``index/migrations/versions``. A step that is not released yet may be made again; one that is released never is. Read
what was written: a column that may not be empty gets a value for the rows that are there, by its type.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations import ops

from index.migrating import upgrade
from index.schema import METADATA, REVISIONS

VERSIONS = Path(__file__).parents[1] / "index" / "migrations" / "versions"
_VALUES = ((sa.Boolean, "false"), (sa.Integer, "0"), (sa.Float, "0"), (sa.JSON, "[]"), (sa.LargeBinary, "''"))
_HEAD = '''"""{message}"""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {before}
branch_labels = None
depends_on = None


def upgrade() -> None:  # noqa: PLR0915 (one statement for each change)
    """Bring the tables from the version before to this one."""
'''


def main() -> None:
    """Write the step."""
    revision, message = sys.argv[1:3]
    place = REVISIONS.index(revision)
    before = REVISIONS[place - 1] if place else None
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        if before:
            upgrade(connection, before)
        options = {"render_as_batch": True, "compare_type": False, "render_item": _item, "include_name": _ours}
        context = MigrationContext.configure(connection, opts={**options, "target_metadata": METADATA})
        script = produce_migrations(context, METADATA)
        steps = script.upgrade_ops
        if steps is None:
            raise SystemExit("nothing to do")
        _fill(steps)
        body = render_python_code(steps, render_as_batch=True, render_item=_item, migration_context=context)
    head = _HEAD.format(message=message, revision=revision, before=repr(before).replace("'", '"'))
    file = VERSIONS / f"v{revision}.py"
    code = "\n".join(line for line in body.strip().splitlines() if not line.strip().startswith("#"))
    file.write_text(head + "    " + code.strip() + "\n", encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", str(file)], check=True)
    sys.stdout.write(f"{file}\n")


def _ours(name: str | None, kind: str, parents: Any) -> bool:  # noqa: ARG001
    return name != "alembic_version"


def _item(kind: str, item: Any, context: Any) -> str | bool:  # noqa: ARG001
    """Write types of ours as the types they are kept as."""
    if kind == "type" and type(item).__module__.startswith("index."):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and type(item).__name__ in {"AutoString", "String"}:
        return "sa.String()"
    return False


def _fill(steps: Any) -> None:
    for step in steps.ops:
        if isinstance(step, ops.ModifyTableOps):
            for one in step.ops:
                if isinstance(one, ops.CreateForeignKeyOp) and one.constraint_name is None:
                    one.constraint_name = f"{one.source_table}_{'_'.join(one.local_cols)}_fkey"
                if isinstance(one, ops.AddColumnOp) and not one.column.nullable:
                    values = [value for kind, value in _VALUES if isinstance(one.column.type, kind)]
                    value = values[0] if values else ""
                    if isinstance(one.column.type, sa.JSON) and getattr(one.column.default, "arg", None) is not None:
                        value = "{}" if "no_entries" in repr(one.column.default.arg) else "[]"
                    one.column.server_default = sa.DefaultClause(sa.text(repr(value) if value != "false" else value))


if __name__ == "__main__":
    main()
