"""Revisions of the pact's schema, up and down, with Alembic; the scripts lie beside, in ``migrations``."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from orepact.errors import unknown

if TYPE_CHECKING:
    from alembic.config import Config

ALEMBIC = threading.Lock()
"""Alembic keeps what it works on in modules: one thread at a time."""

SCRIPTS = Path(__file__).parent / "migrations"


def configuration(url: str) -> Config:
    """What Alembic needs to know of a database."""
    from alembic.config import Config

    found = Config()
    found.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    found.attributes["url"] = url
    return found


def upgrade(url: str, to: str = "head") -> None:
    """Bring the schema to a revision, in one transaction on PostgreSQL and on SQLite."""
    from alembic import command

    with ALEMBIC:
        command.upgrade(configuration(url), to)


def revisions(url: str) -> tuple[str, ...]:
    """Every revision, the oldest first."""
    from alembic.script import ScriptDirectory

    found = ScriptDirectory.from_config(configuration(url))
    return tuple(each.revision for each in reversed(list(found.walk_revisions())))


def move(url: str, before: str | None, to: str) -> None:
    """Bring the schema up or down to a revision. Raises UnknownName for one that is none.

    Down to before the first is refused: it would drop the log.
    """
    known = revisions(url)
    wanted = known[-1] if to == "head" else to
    if wanted not in known:
        raise unknown("--to", "revision", to, ("head", *known))
    if before in known and known.index(before) > known.index(wanted):
        downgrade(url, wanted)
    else:
        upgrade(url, wanted)


def downgrade(url: str, to: str) -> None:
    """Take the schema back to a revision; events are kept by every one of them but the empty one."""
    from alembic import command

    with ALEMBIC:
        command.downgrade(configuration(url), to)
