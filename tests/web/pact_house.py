"""A workbench that keeps the demonstration pact, and those who can sign in to it."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page
from starlette.testclient import TestClient

from orepact.api.answers import Answers
from orepact.api.pact.viewer import COOKIE
from orepact.pact import Pact, Viewer
from orepact.pact.demo import Somebody, demonstrate
from orepact.pact.people import People
from orepact.pact.prefill import prefill
from orepact.web.app import create_app
from orepact.web.server import listen

URL = "http://127.0.0.1"


@dataclass(frozen=True)
class Made:
    """The file of a demonstration pact that nobody has open, and who can sign in to it by name."""

    file: Path
    people: Mapping[str, Somebody]


def made(folder: Path) -> Made:
    """Make a demonstration pact, prefilled from the facts."""
    file = folder / "made.sqlite"
    pact = Pact.at(f"sqlite:///{file}")
    prefill(pact)
    people = demonstrate(pact)
    pact.close()
    return Made(file, {each.sign_in: each for each in people})


@dataclass(frozen=True)
class House:
    """A workbench with a demonstration pact of its own. address: empty where it does not listen."""

    pact: Pact
    app: Any
    people: Mapping[str, Somebody]
    address: str = ""

    def id_of(self, who: str) -> str:
        """Id of a person by the name that signs in."""
        name = self.people[who].name
        return next(each.id for each in self.pact.store.state().all("person") if each.record.title() == name)

    def viewer(self, who: str) -> Viewer:
        """Somebody, with the rights of this moment."""
        found = People(self.pact).viewer_of_person(self.id_of(who))
        assert found is not None
        return found

    def session(self, who: str) -> str:
        """What the browser of somebody who signed in holds."""
        return People(self.pact).open_session(self.id_of(who))

    def client(self, who: str = "") -> TestClient:
        """The workbench without a network, for somebody who is signed in, or for anybody."""
        found = TestClient(self.app, base_url=URL, follow_redirects=False)
        if who:
            found.cookies.set(COOKIE, self.session(who))
        return found

    def browser_of(self, browser: Browser, who: str = "", **more: Any) -> BrowserContext:
        """A browser of its own for somebody who is signed in, or for anybody."""
        context = browser.new_context(**more)
        if who:
            context.add_cookies([{"name": COOKIE, "value": self.session(who), "url": self.address}])
        return context

    def id_in(self, kind: str, words: str) -> str:
        """Id of the record whose title holds some words."""
        return next(each.id for each in self.pact.store.state().all(kind) if words in each.record.title())


@contextmanager
def kept(source: Made, folder: Path, *, listening: bool = True) -> Iterator[House]:
    """A workbench with a copy of a demonstration pact."""
    file = folder / "pact.sqlite"
    shutil.copy(source.file, file)
    pact = Pact.at(f"sqlite:///{file}")
    app = create_app(answers=Answers(most_a_minute=100_000), pact=pact)
    try:
        if listening:
            with served(app) as address:
                yield House(pact, app, source.people, address)
        else:
            yield House(pact, app, source.people)
    finally:
        pact.close()


@contextmanager
def served(app: Any) -> Iterator[str]:
    """Where an app listens on loopback, in a thread of its own."""
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)
    listening.close()


def watched(page: Page, address: str) -> list[str]:
    """What goes wrong on a page from now on; requests to anywhere else count as faults."""
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request",
        lambda asked: faults.append(asked.url) if not asked.url.startswith((address, "data:", "blob:")) else None,
    )
    return faults
