"""The address that is said when a workbench starts can be opened."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn

from orepact.web import server


@pytest.mark.parametrize(("host", "said"), [("::1", "[::1]"), ("127.0.0.1", "127.0.0.1"), ("localhost", "localhost")])
def test_the_address_said_is_one(
    host: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Quiet:
        def __init__(self, config: Any) -> None:
            del config

        def run(self, sockets: list[Any]) -> None:
            for each in sockets:
                each.close()

    monkeypatch.setattr(uvicorn, "Server", Quiet)
    monkeypatch.setattr(server, "jobs_of", lambda _: None)
    try:
        server.serve(host=host, port=0, browser=False)
    except OSError:
        pytest.skip("this machine has no such address")
    address = next(word for word in capsys.readouterr().err.split() if word.startswith("http://"))
    assert address.startswith(f"http://{said}:")
    assert urlsplit(address).port
