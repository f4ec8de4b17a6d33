"""The workbench as a running server: on loopback unless told otherwise, with its address said once it listens."""

from __future__ import annotations

import logging
import socket
import sys
import webbrowser
from typing import TYPE_CHECKING

from orepact.errors import BadInput, Problem
from orepact.files import data_folder

if TYPE_CHECKING:
    from orepact.api.jobs.jobs import Jobs
    from orepact.pact import Pact

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(
    *, host: str, port: int, names: tuple[str, ...] = (), browser: bool = True, database: str | None = None
) -> None:
    """Serve until interrupted. database: of jobs and of the pact; SQLite in the user's data folder when left out.

    Raises BadInput where the address cannot be listened on, or the database not be used.
    """
    import uvicorn

    from orepact.web.app import LOOPBACK as OWN
    from orepact.web.app import create_app

    listening = listen(host, port)
    port = listening.getsockname()[1]
    jobs, pact = jobs_of(database), pact_of(database)
    app = create_app(hosts=(*OWN, _in_an_address(host), *names), jobs=jobs, pact=pact, warm=True)
    address = f"http://{_in_an_address(host)}:{port}/"
    sys.stderr.write(f"Orepact workbench at {address} (stop with Ctrl+C)\n")
    if host not in LOOPBACK:
        sys.stderr.write(
            "It is open to the network: whoever reaches this address can ask; the pact shows each what is theirs.\n"
        )
    say_first_start(pact, address)
    if browser:
        webbrowser.open(address)
    config = uvicorn.Config(
        app, log_level="warning", server_header=False, date_header=True, timeout_graceful_shutdown=5
    )
    try:
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        pact.close()
        if jobs is not None:
            jobs.close()


def _in_an_address(host: str) -> str:
    """A host as an address holds it: one with colons in brackets."""
    return f"[{host}]" if ":" in host else host


def jobs_of(database: str | None) -> Jobs | None:
    """The jobs of a database, open; None, and said so, where another workbench works on them."""
    from orepact.api.jobs.jobs import Jobs
    from orepact.api.questions import QUESTIONS

    if database is not None and not database.startswith(("sqlite:///", "postgresql+psycopg://")):
        todo = "give one like postgresql+psycopg://user@host/name"
        raise BadInput(Problem("--database", "it is no address of a database", f"'{database[:80]}'", todo))
    found = Jobs.in_folder(data_folder(), QUESTIONS) if database is None else Jobs(database, QUESTIONS)
    said = logging.StreamHandler()
    said.setFormatter(logging.Formatter("%(message)s"))
    log = logging.getLogger("orepact.jobs")
    log.addHandler(said)
    log.setLevel(logging.INFO)
    if found.open():
        return found
    sys.stderr.write("Another workbench works on the jobs kept there; this one answers questions and takes no jobs.\n")
    return None


def pact_of(database: str | None) -> Pact:
    """The pact of a database, open; in a file of the user's data folder when none is given. Raises BadInput where it cannot be used."""
    from orepact.pact.home import opened

    return opened(database)


def say_first_start(pact: Pact, address: str) -> None:
    """Say where the first administrator is made, with the code for it, where there is none yet."""
    from orepact.pact.people import People

    people = People(pact)
    if people.needs_set_up():
        said = f"Nobody keeps the people of the pact yet. Make the administrator, once and within a day, at\n{address}set-up?code="
        sys.stderr.write(f"{said}{people.new_set_up_code()}\n")


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one. Raises BadInput where it cannot."""
    kind = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(kind, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except OSError as error:
        found.close()
        todo = "give another with --port, or --port 0 for a free one"
        raise BadInput(
            Problem(
                "--host, --port", f"it cannot be listened on: {error.strerror}", f"{_in_an_address(host)}:{port}", todo
            )
        ) from None
    found.listen(128)
    return found
