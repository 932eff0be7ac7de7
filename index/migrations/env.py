"""Run the steps that Alembic chose on the connection that ``index.migrating`` gives, in its transaction."""

from alembic import context

from index.schema import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True)
context.run_migrations()
