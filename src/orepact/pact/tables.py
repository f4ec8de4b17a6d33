"""The tables of the pact's database, as they are at the newest revision of its schema.

``event`` and ``request`` are only ever added to: triggers refuse whatever would change or take away a row. What must be able to end,
secrets and sessions, stands apart and holds hashes alone.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

REVISION = "0002"
"""Newest revision of the schema."""

LONG = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData()

event = Table(
    "event", metadata,
    Column("seq", LONG, primary_key=True, autoincrement=False),
    Column("kind", String(40), nullable=False),
    Column("record", String(120), nullable=False),
    Column("version", Integer, nullable=False),
    Column("effective", String(10), nullable=False),
    Column("recorded", String(27), nullable=False),
    Column("body", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    UniqueConstraint("kind", "record", "version", name="one_event_a_version"),
)  # fmt: skip
"""The log. body: canonical JSON; the other columns repeat what is looked for."""

request = Table(
    "request", metadata,
    Column("actor", String(120), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("first", LONG, nullable=False),
    Column("last", LONG, nullable=False),
)  # fmt: skip
"""Idempotency keys, each with the events that it led to."""

secret = Table(
    "secret", metadata,
    Column("id", String(120), primary_key=True),
    Column("person", String(120), nullable=False),
    Column("use", String(20), nullable=False),
    Column("hash", String(300), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("expires", String(27)),
    Index("secret_of_person", "person"),
)  # fmt: skip
"""Passwords (argon2), tokens and set-up codes (SHA-256): hashes only."""

session = Table(
    "session", metadata,
    Column("hash", String(64), primary_key=True),
    Column("person", String(120), nullable=False),
    Column("expires", String(27), nullable=False),
)  # fmt: skip
"""Who is signed in, by the SHA-256 of what the browser holds."""

APPEND_ONLY = ("event", "request")
