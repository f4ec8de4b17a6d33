"""What people do with the pact in a real Chromium, from signing in to taking a project through its permit clock."""

from __future__ import annotations

import re

import pytest
from pact_house import House, watched
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.slow

REPORT = "/pact/commitments/demo-jointly-report"
WAIT = 15_000
"""Milliseconds that a page may take on a machine with other things to do."""

NORRSKEN = "/pact/projects/demo-norrsken"


def page_of(browser: Browser, house: House, who: str = "", **more: object) -> Page:
    page = house.browser_of(browser, who, **more).new_page()
    page.set_default_timeout(WAIT)
    return page


def events(house: House, kind: str, record: str) -> list[str]:
    return [each.draft.verb for each in house.pact.store.events(kind=kind, record=record)]


def test_somebody_signs_in_comes_back_to_the_page_and_signs_out(browser: Browser, own_house: House) -> None:
    page = page_of(browser, own_house)
    faults = watched(page, own_house.address)
    page.goto(f"{own_house.address}/pact/clock?as_of=2026-05-01")
    assert "You read what is public" in page.locator(".pactbar").inner_text()
    page.get_by_role("link", name="Sign in").click()
    somebody = own_house.people["eu"]
    page.get_by_label("Name").fill("eu")
    page.get_by_label("Password").fill(somebody.password)
    page.get_by_label("Password").press("Enter")
    page.wait_for_url(re.compile(r"/pact/clock\?as_of=2026-05-01$"))
    assert somebody.name in page.locator(".pactbar").inner_text()
    assert page.get_by_role("link", name="Import").count() == 1
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile("/sign-in$"))
    page.goto(f"{own_house.address}/pact")
    assert "You read what is public" in page.locator(".pactbar").inner_text()
    assert faults == []
    page.context.close()


def test_a_commitment_is_added_met_and_seen_on_the_clock(browser: Browser, own_house: House) -> None:
    page = page_of(browser, own_house, "eu")
    faults = watched(page, own_house.address)
    page.goto(f"{own_house.address}/pact/commitments/new")
    page.get_by_label("Clause").fill("transparency")
    page.get_by_label("Text").fill("the Union publishes a list (a test)")
    page.locator("#f-owner").fill("EU")
    page.locator("#f-parties").fill("EU|Narnia")
    page.locator("#f-made").fill("2026-01-05")
    page.locator("[id='f-due.on']").fill("2026-02-01")
    expect(page.locator("#fault-parties")).to_contain_text("Narnia")
    expect(page.locator("#f-parties")).to_have_attribute("aria-invalid", "true")
    assert not [
        each for each in own_house.pact.store.state().all("commitment") if "a list (a test)" in each.record.title()
    ]
    page.locator("#f-parties").fill("EU")
    expect(page.locator("#fault-parties")).to_have_text("")
    expect(page.locator("#f-parties")).not_to_have_attribute("aria-invalid", "true")
    page.locator("[id='f-due.every_months']").fill("3")
    expect(page.locator("[id='fault-due.on']")).to_contain_text("exactly one way")
    page.locator("[id='f-due.every_months']").fill("")
    expect(page.locator("[id='fault-due.on']")).to_have_text("")
    page.locator("#f-effective").fill("2026-01-05")
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(re.compile("/pact/commitments/[a-z0-9-]+$"))
    record = page.url.rpartition("/")[2]
    expect(page.locator(".finding")).to_contain_text("unknown")

    page.get_by_role("link", name="Meet", exact=True).click()
    page.get_by_label("On", exact=True).fill("2026-02-03")
    page.get_by_label("Holds from").fill("2026-02-03")
    page.get_by_role("button", name="Meet").click()
    expect(page.locator("#fault-evidence")).to_contain_text("nothing shows it")
    assert page.get_by_label("On", exact=True).input_value() == "2026-02-03"
    page.get_by_label("Evidence").fill("B:https://example.org/list")
    page.get_by_role("button", name="Meet").click()
    page.wait_for_url(re.compile(f"/pact/commitments/{record}$"))
    expect(page.locator(".finding")).to_contain_text("met late; met on 2026-02-03, 2 days late")
    assert "example.org" in page.locator("main").inner_text()
    _stands_on_the_clock(page, own_house)
    assert [each for each in faults if "422" not in each] == []
    assert events(own_house, "commitment", record) == ["add", "meet"]
    page.context.close()


def _stands_on_the_clock(page: Page, house: House) -> None:
    """How the promise of the test stands on days before, at and after its being met; a day before it was made it is not there."""
    words = "publishes a list (a test)"
    for day, status in (("2026-02-02", "unknown"), ("2026-02-03", "met late"), ("2026-01-15", "due")):
        page.goto(f"{house.address}/pact/clock?as_of={day}&party=EU")
        expect(page.locator(".promises tbody tr").filter(has_text=words).locator(".status")).to_have_text(status)
    page.goto(f"{house.address}/pact/clock?as_of=2026-01-04&party=EU")
    assert page.locator(".promises tbody tr").filter(has_text=words).count() == 0


def test_a_form_sent_twice_writes_one_event(browser: Browser, own_house: House) -> None:
    page = page_of(browser, own_house, "eu")
    page.goto(f"{own_house.address}{REPORT}/meet")
    page.get_by_label("On", exact=True).fill("2026-07-01")
    page.get_by_label("Evidence").fill("B:https://example.org/report")
    answers = page.evaluate(
        """async () => {
            const form = document.getElementById("question"), sent = new URLSearchParams(new FormData(form));
            const one = () => fetch(form.action, {method: "POST", body: sent, redirect: "manual"}).then(found => found.type);
            return Promise.all([one(), one(), one()]);
        }"""
    )
    assert answers == ["opaqueredirect"] * 3
    assert events(own_house, "commitment", "demo-jointly-report").count("meet") == 1
    page.context.close()


def test_whoever_is_slower_is_told_so_and_nothing_is_lost(browser: Browser, own_house: House) -> None:
    slow, fast = (page_of(browser, own_house, "eu") for _ in range(2))
    for page in (slow, fast):
        page.goto(f"{own_house.address}{REPORT}/change")
    fast.get_by_label("Deliverable").fill("a report of twenty pages")
    fast.get_by_role("button", name="Change").click()
    fast.wait_for_url(re.compile(f"{REPORT}$"))
    slow.get_by_label("Deliverable").fill("a report of two pages")
    slow.get_by_role("button", name="Change").click()
    expect(slow.locator(".refused")).to_contain_text("Somebody was faster")
    assert slow.get_by_label("Deliverable").input_value() == "a report of two pages"
    kept = own_house.pact.store.state().get("commitment", "demo-jointly-report")
    assert kept is not None
    assert kept.record.deliverable == "a report of twenty pages"  # type: ignore[attr-defined]
    for page in (slow, fast):
        page.context.close()


TABLE = """id,clause,text,parties,owner,due.on,effective
test-good,transparency,a good row (a test),EU,EU,2026-12-01,2026-05-01
test-party,transparency,a party that is not there (a test),EU|Narnia,EU,2026-12-01,2026-05-01
test-day,transparency,a day that is none (a test),EU,EU,2026-13-01,2026-05-01
test-whose,transparency,of somebody else (a test),JPN,JPN,2026-12-01,2026-05-01
"""


def test_a_table_with_bad_rows_is_told_row_by_row_and_written_once_mended(browser: Browser, own_house: House) -> None:
    page = page_of(browser, own_house, "eu")
    before = own_house.pact.store.state().seq
    page.goto(f"{own_house.address}/pact/import")
    page.get_by_label("What they are").select_option("commitments")
    page.get_by_label("or its rows").fill(TABLE)
    page.get_by_role("button", name="Look at it first").click()
    expect(page.locator(".finding")).to_contain_text("4 rows: 1 new, 0 changed, 0 as they are, 3 refused.")
    rows = page.locator("table tbody tr").filter(has_text="refused")
    told = {row.locator("th").inner_text(): row.inner_text() for row in rows.all()}
    assert set(told) == {"3", "4", "5"}
    assert "Narnia" in told["3"]
    assert "2026-13-01" in told["4"]
    assert "only its owner changes it" in told["5"]
    assert page.get_by_role("button", name="Write").count() == 0
    assert own_house.pact.store.state().seq == before
    mended = TABLE.replace("EU|Narnia", "EU").replace("2026-13-01", "2026-11-01").replace("JPN,JPN", "EU,EU")
    page.get_by_label("or its rows").fill(mended)
    page.get_by_role("button", name="Look at it first").click()
    expect(page.locator(".finding")).to_contain_text("4 rows: 4 new, 0 changed, 0 as they are, 0 refused.")
    assert own_house.pact.store.state().seq == before
    page.get_by_role("button", name="Write these 4 rows").click()
    page.wait_for_url(re.compile("/pact/commitments$"))
    assert own_house.pact.store.state().seq == before + 4
    assert page.get_by_role("link", name="a good row (a test)").count() == 1
    page.context.close()


def test_a_project_goes_through_its_permit_clock_with_a_stop(browser: Browser, own_house: House) -> None:
    page = page_of(browser, own_house, "sweden")

    def do(verb: str, day: str, **boxes: str) -> None:
        page.goto(f"{own_house.address}{NORRSKEN}/{verb}")
        for label, text in boxes.items():
            box = page.locator(f"[name='{label}']")
            box.select_option(text) if box.evaluate("each => each.tagName") == "SELECT" else box.fill(text)
        page.get_by_label("Holds from").fill(day)
        page.get_by_label("Evidence").fill("A:https://example.org/permit")
        page.locator("button.ask").click()

    page.goto(f"{own_house.address}{NORRSKEN}?as_of=2026-07-01")
    assert "due on 2026-10-17" in page.locator("main").inner_text()
    do("stop_clock", "2026-07-01", reason="a court looks at it (a test)")
    page.wait_for_url(re.compile(f"{NORRSKEN}$"))
    assert "stands still" in page.locator("main").inner_text()
    do("stop_clock", "2026-07-02", reason="again")
    expect(page.locator(".refused")).to_contain_text("clock")
    do("resume_clock", "2026-08-10")
    page.wait_for_url(re.compile(f"{NORRSKEN}$"))
    log = page.locator("table").filter(has_text="application complete").inner_text()
    assert "clock runs again after 40 days" in log
    assert "due on 2026-11-26" in page.locator("main").inner_text()
    do("decide", "2026-11-20", granted="yes", authority="the county board (invented)")
    page.wait_for_url(re.compile(f"{NORRSKEN}$"))
    do("move", "2026-11-21", to="permitted")
    page.wait_for_url(re.compile(f"{NORRSKEN}$"))
    expect(page.locator(".finding")).to_contain_text("Permitted since 2026-11-21")
    page.goto(f"{own_house.address}/pact/projects")
    row = page.locator("tbody tr").filter(has_text="Norrsken")
    assert "permitted" in row.inner_text()
    page.context.close()


def test_a_token_is_shown_once_works_and_is_taken_back(browser: Browser, own_house: House) -> None:
    page = page_of(browser, own_house, "eu")
    page.goto(f"{own_house.address}/pact/tokens")
    page.get_by_role("link", name="Add a token").click()
    page.get_by_label("Name").fill("a program (a test)")
    today = own_house.pact.store.today()
    page.get_by_label("Expires").fill(str(today.replace(year=today.year + 3)))
    expect(page.locator("#fault-expires")).to_contain_text("within a year")
    page.get_by_label("Expires").fill(str(today))
    expect(page.locator("#fault-expires")).to_have_text("")
    page.get_by_role("button", name="Add").click()
    secret = page.locator("#secret").input_value()
    assert secret.startswith("orep_")
    assert "only time it is shown" in page.locator("main").inner_text()
    page.reload()
    assert secret not in page.content()
    assert "was shown once" in page.locator("main").inner_text()
    ask = {"authorization": f"Bearer {secret}"}
    fresh = browser.new_context().request
    assert fresh.get(f"{own_house.address}/api/v1/pact/me", headers=ask).json()["signed_in"] is True
    token = own_house.pact.store.state().all("token")[-1].id
    assert all(secret not in each.body for each in own_house.pact.store.events(kind="token"))
    page.goto(f"{own_house.address}/pact/people/{own_house.id_of('eu')}")
    page.get_by_role("link", name="a program (a test)").click()
    page.get_by_role("link", name="End").click()
    page.get_by_label("Reason").fill("a test ends")
    page.get_by_role("button", name="End").click()
    page.wait_for_url(re.compile(f"/pact/tokens/{token}$"))
    expect(page.locator(".finding")).to_contain_text("was taken back")
    assert fresh.get(f"{own_house.address}/api/v1/pact/me", headers=ask).status == 401
    page.context.close()


def test_a_form_is_sent_with_the_keyboard_alone_and_without_scripts(browser: Browser, own_house: House) -> None:
    page = page_of(browser, own_house, "eu", java_script_enabled=False)
    page.goto(f"{own_house.address}{REPORT}/show")
    page.get_by_label("Holds from").focus()
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.locator("#f-evidence:focus").count():
            break
    page.keyboard.type("C:https://example.org/keyboard")
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.locator("button.ask:focus").count():
            break
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"{REPORT}$"))
    assert events(own_house, "commitment", "demo-jointly-report")[-1] == "show"
    page.context.close()
