"""``orepact serve``: the workbench in a browser, on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

HOST = "127.0.0.1"


def command(
    port: Annotated[
        int, typer.Option("--port", help="Port to listen on; 0 takes a free one.", min=0, max=65535)
    ] = 8000,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; others than this machine only if you say so.")
    ] = HOST,
    name: Annotated[
        list[str] | None,
        typer.Option("--name", help="Name it is reached under, where it is not this machine's own; may be repeated."),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            "--database",
            help="Where the pact and jobs are kept, like postgresql+psycopg://user@host/name; files in your data folder when left out.",
        ),
    ] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser.")] = True,
) -> None:
    """Open the workbench: every question on a page, on the shipped data, in a browser of this machine.

    Example: orepact serve --port 8000 --no-browser
    """
    from orepact.web.server import serve

    serve(host=host, port=port, names=tuple(name or ()), browser=browser, database=database)
