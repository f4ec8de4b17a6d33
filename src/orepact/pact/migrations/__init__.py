"""Revisions of the schema, run by Alembic."""
