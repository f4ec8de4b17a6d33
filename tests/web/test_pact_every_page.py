"""Every page of the pact in a real Chromium, at both widths, in light and dark, for people with different rights."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from pact_house import House, watched
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow

LOOKS = ((1360, "light"), (390, "dark"))
NORRSKEN = "/pact/projects/demo-norrsken"
REPORT = "/pact/commitments/demo-jointly-report"

READ: tuple[tuple[str, str], ...] = tuple(
    ("", path)
    for path in (
        "/pact",
        "/pact?as_of=2026-05-01",
        "/pact/clock",
        "/pact/clock?as_of=2026-05-01&status=late,unknown",
        "/pact/overlap?mineral=cobalt&country=COD",
        "/pact/beside",
        "/pact/effect",
        "/pact/projects",
        NORRSKEN,
        "/pact/agreements",
        "/pact/agreements/us-japan-framework",
        "/pact/initiatives",
        "/pact/initiatives/msp",
        "/pact/parties",
        "/pact/parties/EU",
        "/pact/parties/JPN",
        "/pact/parties/demo-fjordmagnet",
        "/pact/memberships",
        "/pact/commitments",
        REPORT,
        "/pact/parameters",
        "/pact/parameters/clock.notice_days",
        "/pact/log?kind=project",
        "/pact/decisions",
        "/sign-in",
    )
)
SIGNED_IN = (
    ("admin", "/pact"),
    ("admin", "/pact/people"),
    ("admin", "/pact/people/new"),
    ("admin", "/pact/people/{self}"),
    ("admin", "/pact/tokens"),
    ("admin", "/pact/tokens/new"),
    ("admin", "/pact/parameters/clock.notice_days/set"),
    ("admin", "/sign-in"),
    ("auditor", "/pact/log"),
    ("auditor", "/pact/people"),
    ("eu", "/pact"),
    ("eu", "/pact/import"),
    ("eu", "/pact/commitments/new"),
    ("eu", f"{REPORT}/meet"),
    ("sweden", f"{NORRSKEN}/stop_clock"),
    ("sweden", f"{NORRSKEN}/move"),
    ("kobaltika", "/pact/projects"),
    ("reader", "/pact/people/{self}"),
)
ADDRESSES = (*READ, *SIGNED_IN)


def opened(browser: Browser, house: House, who: str, path: str, width: int, scheme: str) -> tuple[Page, list[str]]:
    """A page that has settled, with what went wrong on the way."""
    context = house.browser_of(browser, who, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    faults = watched(page, house.address)
    page.goto(house.address + (path.format(self=house.id_of(who)) if who else path))
    page.wait_for_load_state("networkidle", timeout=120_000)
    return page, faults


@pytest.mark.parametrize(("who", "path"), ADDRESSES)
@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_a_page_of_the_pact_stands_and_a_screen_reader_meets_no_fault(
    browser: Browser, house: House, who: str, path: str, width: int, scheme: str
) -> None:
    page, faults = opened(browser, house, who, path, width, scheme)
    try:
        assert faults == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("h1").count() == 1
        assert "Orepact" in page.title()
        assert len(page.locator("main").inner_text().strip()) > 60
        found = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []
    finally:
        page.context.close()


@pytest.mark.parametrize(("who", "path"), ADDRESSES)
def test_a_page_of_the_pact_reads_without_scripts(browser: Browser, house: House, who: str, path: str) -> None:
    context = house.browser_of(browser, who, java_script_enabled=False)
    page = context.new_page()
    found = page.goto(house.address + (path.format(self=house.id_of(who)) if who else path))
    assert found is not None
    assert found.status == 200
    assert found.headers["cache-control"] == "no-store"
    assert page.locator("main h1").inner_text().strip()
    assert len(page.locator("main").inner_text().strip()) > 60
    context.close()
