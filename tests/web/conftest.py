"""A workbench that really listens on loopback, and a real Chromium that looks at it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pact_house import House, Made, kept, made, served
from playwright.sync_api import Browser, sync_playwright
from starlette.testclient import TestClient

from orepact.api.answers import Answers
from orepact.web.app import create_app

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient]:
    """The app without a network."""
    with TestClient(create_app(answers=Answers(most_a_minute=100_000)), base_url="http://127.0.0.1") as found:
        yield found


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where a workbench listens on loopback, in a thread of its own."""
    with served(create_app(answers=Answers(most_a_minute=100_000))) as found:
        yield found


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A demonstration pact, made once for a whole process of tests."""
    return made(tmp_path_factory.mktemp("demonstration"))


@pytest.fixture(scope="session")
def house(demonstration: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A workbench with a demonstration pact, for tests that only read it."""
    with kept(demonstration, tmp_path_factory.mktemp("house")) as found:
        yield found


@pytest.fixture
def own_house(demonstration: Made, tmp_path: Path) -> Iterator[House]:
    """A workbench with a demonstration pact that a test may change, and that listens."""
    with kept(demonstration, tmp_path) as found:
        yield found


@pytest.fixture
def quiet_house(demonstration: Made, tmp_path: Path) -> Iterator[House]:
    """A workbench with a demonstration pact that a test may change, without a network."""
    with kept(demonstration, tmp_path, listening=False) as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Where it is missing the test fails in CI, and is left out by hand only with a reason."""
    if not CHROMIUM.exists() and not os.environ.get("CI"):
        pytest.skip("Chromium is not installed (apt-get install chromium); CI fails without it")
    assert CHROMIUM.exists(), "Chromium must be installed: apt-get install chromium"
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def unlinked() -> Callable[[str], str]:
    """What makes a page read as a person reads it: without the links of figures to their trees."""
    return lambda page: re.sub(r'<a class="why"[^>]*>(.*?)</a>', r"\1", page, flags=re.DOTALL)
