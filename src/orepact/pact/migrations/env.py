"""How Alembic reaches the pact's database."""

from __future__ import annotations

from alembic import context

from orepact.pact.database import Database
from orepact.pact.tables import metadata

database = Database(context.config.attributes["url"])
try:
    with database.writing() as connection:
        context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, transactional_ddl=True)
        context.run_migrations()
finally:
    database.close()
