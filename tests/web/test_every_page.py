"""Every page in a real Chromium, at both widths, in light and dark: a clean console, an accessible page, no sideways scroll."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from orepact.web.pages import PAGES

pytestmark = pytest.mark.slow

WIDTHS = (390, 1360)
HEIGHT = 1600
"""Of a screenshot that is kept, pixels."""

PROFILES = (
    "/facts",
    "/facts/prices?mineral=cobalt",
    "/mineral",
    "/mineral/cobalt",
    "/country",
    "/country/EU27",
    "/country/CHL",
)
WHY = ("/why?address=prices/gallium/2024", "/shock/why?figure=price_abroad")
MORE: tuple[str, ...] = (
    "/shock?mineral=cobalt&origin=COD&stage=mine&cut=57%25",
    "/shock?mineral=galium",
    "/no-such-page",
)
ADDRESSES = (*(page.address for page in PAGES), *PROFILES, *WHY, *MORE)
FAILS = {"/shock?mineral=galium", "/no-such-page"}
"""Addresses that answer with an error, which Chromium also writes on its console."""

PICTURES = Path(__file__).parents[2] / "docs" / "pictures" / "pages"


def opened(browser: Browser, address: str, path: str, width: int, scheme: str = "light") -> tuple[Page, list[str]]:
    """A page that has settled, with what went wrong on the way; requests to anywhere else count as faults."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request",
        lambda asked: faults.append(asked.url) if not asked.url.startswith((address, "data:", "blob:")) else None,
    )
    page.goto(address + path)
    page.wait_for_load_state("networkidle", timeout=120_000)
    page.wait_for_function(
        "() => [...document.querySelectorAll('.drawing[data-chart]')].every(box => box.classList.contains('drawn'))"
    )
    return page, faults


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_stands(browser: Browser, address: str, path: str, width: int) -> None:
    page, faults = opened(browser, address, path, width)
    try:
        if path in FAILS:
            faults = [each for each in faults if "Failed to load resource" not in each]
        assert faults == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("h1").count() == 1
        assert page.locator("main").inner_text().strip()
    finally:
        page.close()


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_screen_reader_meets_no_fault(browser: Browser, address: str, path: str, scheme: str) -> None:
    page, _ = opened(browser, address, path, 1360 if scheme == "light" else 390, scheme)
    try:
        found = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []
    finally:
        page.close()


def test_a_page_reads_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/shock")
    assert "times the base price" in page.locator(".finding").first.inner_text()
    page.locator("#figure-losses details summary").click()
    assert page.locator("#figure-losses tbody tr").count() > 3
    context.close()


def test_the_form_answers_in_place_and_its_state_is_the_address(browser: Browser, address: str) -> None:
    page, faults = opened(browser, address, "/shock", 1360)
    before = page.locator(".finding").first.inner_text()
    with page.expect_response(lambda found: "mineral=tungsten" in found.url and "/months" not in found.url):
        page.locator("select[name=mineral]").select_option("tungsten")
    page.wait_for_function("old => document.querySelector('.finding').innerText !== old", arg=before)
    assert "mineral=tungsten" in page.url
    after = page.locator(".finding").first.inner_text()
    page.reload()
    assert page.locator(".finding").first.inner_text() == after
    assert faults == []
    page.close()


def test_numbers_of_the_page_are_those_of_its_twin_and_of_the_function(browser: Browser, address: str) -> None:
    from orepact.cases import shock
    from orepact.report.numbers import ratio

    page, _ = opened(browser, address, "/shock?mineral=germanium&origin=CHN&draws=100", 1360)
    shown = page.locator(".finding").first.inner_text()
    twin = json.loads(page.request.get(f"{address}/shock.json?mineral=germanium&origin=CHN&draws=100").text())
    api = json.loads(page.request.get(f"{address}/api/v1/shock?mineral=germanium&origin=CHN&draws=100").text())
    own = shock("germanium", origin="CHN", draws=100).summary()
    assert twin == api
    assert twin["price_abroad"] == own["price_abroad"]
    assert f"{ratio(own['price_abroad']['median'])} times" in shown
    page.close()


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
@pytest.mark.parametrize("width", WIDTHS)
def test_screenshots_are_made(browser: Browser, address: str, page: object, width: int, tmp_path: Path) -> None:
    """``OREPACT_SCREENSHOTS=1 ./run pytest -k screenshots`` writes them to docs/pictures/pages."""
    folder = PICTURES if os.environ.get("OREPACT_SCREENSHOTS") else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    opened_page, _ = opened(browser, address, page.address, width)  # type: ignore[attr-defined]
    path = folder / f"{page.name}-{width}.png"  # type: ignore[attr-defined]
    opened_page.screenshot(path=path, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": HEIGHT})
    opened_page.close()
    assert path.stat().st_size > 10_000


def test_another_mineral_brings_its_own_stages_and_title(browser: Browser, address: str) -> None:
    page, _ = opened(browser, address, "/shock", 1360)
    page.locator("select[name=mineral]").select_option("cobalt")
    page.wait_for_function("() => document.title.includes('cobalt')")
    page.wait_for_function("() => document.querySelectorAll('select[name=stage] option').length === 2")
    assert page.locator("select[name=stage]").input_value() == "refined"
    page.locator("select[name=stage]").select_option("mine")
    page.wait_for_function("() => document.title.includes('mined cobalt')")
    page.close()


def test_a_wrong_name_is_told_beside_its_box(browser: Browser, address: str) -> None:
    page, _ = opened(browser, address, "/shock", 1360)
    page.locator("input[name=origin]").fill("Narnia")
    page.locator("input[name=origin]").press("Enter")
    page.wait_for_selector("input[name=origin][aria-invalid=true]")
    assert "there is no country or region of that name" in page.locator("#fault-origin").inner_text()
    assert page.locator("select[name=mineral]").input_value() == "gallium"
    page.locator("input[name=origin]").fill("China")
    page.locator("input[name=origin]").press("Enter")
    page.wait_for_selector(".finding")
    page.wait_for_selector("input[name=origin]:not([aria-invalid])")
    page.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """A workbench in a process of its own, with jobs in a folder of its own."""
    command = [sys.executable, "-m", "orepact", "serve", "--port", "0", "--no-browser"]
    with subprocess.Popen(  # noqa: S603
        command, stderr=subprocess.PIPE, text=True, env={**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    ) as server:
        assert server.stderr is not None
        line = next(line for line in server.stderr if "http://" in line)
        yield "http://" + line.split("http://")[1].split("/")[0]
        server.terminate()


def test_a_long_question_is_a_job_whose_progress_the_page_shows(browser: Browser, served: str) -> None:
    page, faults = opened(browser, served, "/shock?mineral=gallium&origin=CHN&draws=20&months=3", 1360)
    page.locator("[data-job=ladder]").click()
    page.wait_for_selector(".told progress, .told a", timeout=20_000)
    page.wait_for_selector(".told a", timeout=120_000)
    answer = json.loads(page.request.get(served + str(page.locator(".told a").get_attribute("href"))).text())
    assert answer["case"]["months"] == 3
    assert answer["case"]["draws"] == 100
    assert faults == []
    page.close()
