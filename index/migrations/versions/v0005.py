"""What is above ordinary is found without going through everything."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add indexes of the documents and pages above ordinary."""
    few = sa.text("level <> 'ordinary'")
    for table in ("document", "page"):
        op.create_index(f"{table}_above_ordinary", table, ["level"], sqlite_where=few, postgresql_where=few)
