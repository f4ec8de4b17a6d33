"""The workbench as a running server: on loopback unless told otherwise, with its address said once it listens."""

from __future__ import annotations

import socket
import sys
import webbrowser
from pathlib import Path

from orepact.errors import BadInput, Problem

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(*, host: str, port: int, names: tuple[str, ...] = (), browser: bool = True) -> None:
    """Serve until interrupted. Raises BadInput where the address cannot be listened on."""
    import uvicorn

    from orepact.web.app import LOOPBACK as OWN
    from orepact.web.app import create_app

    listening = listen(host, port)
    port = listening.getsockname()[1]
    app = create_app(hosts=(*OWN, host, *names), warm=True)
    address = f"http://{host}:{port}/"
    sys.stderr.write(f"Orepact workbench at {address} (stop with Ctrl+C)\n")
    if host not in LOOPBACK:
        sys.stderr.write("It is open to the network: whoever reaches this address can ask, and nobody signs in.\n")
    if browser:
        webbrowser.open(address)
    config = uvicorn.Config(
        app, log_level="warning", server_header=False, date_header=True, timeout_graceful_shutdown=5
    )
    uvicorn.Server(config).run(sockets=[listening])


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
            Problem("--host, --port", f"it cannot be listened on: {error.strerror}", f"{host}:{port}", todo)
        ) from None
    found.listen(128)
    return found


def data_folder() -> Path:
    """Where the workbench keeps what it remembers: the user's own data folder."""
    import os

    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "orepact"
