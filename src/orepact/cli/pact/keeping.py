"""``orepact pact init, verify, migrate``: making a pact, checking its log, bringing its database up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.output import print_json, progress_bar
from orepact.cli.pact.opening import DatabaseOption, JsonOption, opened
from orepact.errors import BadInput, Problem


def init(database: DatabaseOption = None, as_json: JsonOption = False) -> None:
    """Make the database of a pact and fill its register from the facts; one that is there stays as it is.

    Example: orepact pact init --database sqlite:///pact.sqlite
    """
    from orepact.pact.access import KEEPER

    with opened(database, write=True) as (pact, _):
        sight = pact.sight(KEEPER)
        counts = {kind: len(sight.all(kind)) for kind in sight.state.records}
        answer = {
            "database": _shown(pact.store.database.url),
            "events": sight.state.seq,
            "records": counts,
            "head": sight.state.head,
        }
    if as_json:
        print_json(answer)
        return
    held = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    typer.echo(
        f"The pact in {answer['database']} holds {answer['events']} events: {held}.\nHead of its log: {answer['head']}"
    )


def demo(
    database: Annotated[
        str, typer.Option("--database", help="Where it is kept; a file in this folder when left out.")
    ] = "sqlite:///demonstration.sqlite",
    as_json: JsonOption = False,
) -> None:
    """Make a demonstration pact: invented firms, people and projects beside what the facts know, each marked as invented.

    Example: orepact pact demo
    """
    from orepact.pact.demo import demonstrate
    from orepact.report.pact_text import print_people

    with opened(database, write=True) as (pact, _):
        people = demonstrate(pact)
    if as_json:
        print_json({"database": database, "people": [each.__dict__ for each in people]})
    else:
        print_people(people, database)


def verify(
    head: Annotated[
        str | None, typer.Option("--head", help="A head that was written down earlier: it must lie in the log.")
    ] = None,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check the whole log: every hash and link, every version, and the state that follows. Exits with 1 where something does not hold.

    Example: orepact pact verify --head 25a488e1886bff34da024b4492a933968eb504d01b63f61777e451be323db864
    """
    from orepact.pact.chain import verify as check

    if head is not None and (len(head) != 64 or set(head) - set("0123456789abcdef")):
        raise BadInput(
            Problem("--head", "it is no head of a log", f"'{head[:80]}'", "give the 64 digits that verify printed")
        )
    with opened(database) as (pact, _):
        verdict = check(pact.store, head)
    if as_json:
        print_json(verdict.record())
    else:
        from orepact.report.pact_text import print_verdict

        print_verdict(verdict)
    if not verdict.intact:
        raise typer.Exit(1)


def backup(
    file: Annotated[Path, typer.Argument(help="File to write (.zip); it appears whole or not at all.")],
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the whole pact, with its chain and the hashes of secrets, to a file. Others may go on writing.

    Example: orepact pact backup pact-2026-11-28.zip
    """
    from orepact.pact.backup import back_up

    with opened(database) as (pact, _), progress_bar("Backing up", pact.store.state().seq, unit="events") as progress:
        manifest = back_up(pact.store, file, progress)
    if as_json:
        print_json(manifest)
    else:
        typer.echo(f"Wrote {manifest['events']} events to {file.name}. Head: {manifest['head']}")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that orepact pact backup wrote.")],
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Restore a backup into a database that holds no pact yet, of either kind, once its chain has been checked.

    Example: orepact pact restore pact-2026-11-28.zip --database sqlite:///restored.sqlite
    """
    from orepact.pact.backup import restore as restored
    from orepact.pact.home import address, empty, file_of

    path = file_of(address(database))
    fresh = path is not None and not path.exists()
    store = empty(database)
    done = False
    try:
        with progress_bar("Restoring", 0, unit="events") as progress:
            manifest = restored(store, file, progress)
            done = True
    finally:
        store.close()
        if path is not None and fresh and not done:
            for each in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
                each.unlink(missing_ok=True)
    if as_json:
        print_json(manifest)
    else:
        typer.echo(f"Restored {manifest['events']} events. Head: {manifest['head']}")


def migrate(
    to: Annotated[str, typer.Option("--to", help="Revision; the newest when left out.")] = "head",
    database: DatabaseOption = None,
) -> None:
    """Bring the schema of a pact's database up or down to a revision. Make a backup first: down to 0001 takes passwords and tokens away.

    Example: orepact pact migrate --database sqlite:///pact.sqlite
    """
    from orepact.pact.database import Database
    from orepact.pact.home import address, file_of
    from orepact.pact.migrate import move

    url = address(database)
    path = file_of(url)
    if path is not None and not path.exists():
        raise BadInput(Problem("--database", "there is no such file", f"'{path}'", "make one with orepact pact init"))
    before = _revision(Database(url))
    move(url, before, to)
    typer.echo(f"Schema of {_shown(url)}: {before or 'none'} before, {_revision(Database(url))} now.")


def _revision(database: object) -> str | None:
    from orepact.pact.database import Database

    assert isinstance(database, Database)  # noqa: S101
    try:
        return database.revision()
    finally:
        database.close()


def _shown(url: str) -> str:
    """An address without a password."""
    from sqlalchemy.engine import make_url

    return make_url(url).render_as_string(hide_password=True)
