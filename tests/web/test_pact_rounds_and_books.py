"""A demand round and the book of a reserve in a real Chromium, from the first bid to the report, from a lot to its bill."""

from __future__ import annotations

import re
from datetime import date

import pytest
from pact_house import House, watched
from playwright.sync_api import Browser, BrowserContext, Page, expect

from orepact.pact import Command, Viewer

pytestmark = pytest.mark.slow

METAL = "cobalt metal 99.8 %"
LOT = {"form": METAL, "purity": "998000", "place": "Rotterdam", "custody": "a keeper (a test)"}
SIZES = (1360, 390)
BID = {"mineral": "gallium", "stage": "refined"}


class Desk:
    """Somebody at a browser."""

    def __init__(self, browser: Browser, house: House, who: str) -> None:
        self.house = house
        self.context: BrowserContext = house.browser_of(browser, who, viewport={"width": 1360, "height": 900})
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.faults = watched(self.page, house.address)

    def do(self, path: str, **boxes: str) -> str:
        """Fill in a form and send it; the id of the record that is shown then."""
        self.page.goto(f"{self.house.address}{path}")
        for name, text in boxes.items():
            box = self.page.locator(f"[name='{name}']").first
            box.select_option(text) if box.evaluate("each => each.tagName") == "SELECT" else box.fill(text)
        self.page.locator("button.ask").click()
        self.page.wait_for_load_state()
        return self.page.url.rpartition("/")[2]

    def see(self, path: str) -> str:
        """What a page says; it does not reach over the side of a wide or a narrow window."""
        for width in SIZES:
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.goto(f"{self.house.address}{path}")
            over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert self.page.evaluate(over) <= 0, f"{path} at {width}"
        return self.page.locator("main").inner_text().replace("\u00a0", " ")


def months(house: House) -> dict[str, str]:
    """A window of delivery that lies far enough ahead."""
    year = house.pact.store.today().year + 1
    return {"first": f"{year}-03", "last": f"{year}-09"}


def bids(house: House, kind: str, name: str, **said: object) -> None:
    """A bid of a firm that nobody sits at a browser for."""
    viewer = Viewer(f"person of {name}", name, frozenset({"firm"}), frozenset({name}))
    house.pact.do(viewer, Command(kind, "add", {**BID, **months(house), "grade": 0.9999, "owner": name, **said}))


def test_a_round_is_opened_filled_matched_and_reported(browser: Browser, own_house: House) -> None:
    operator, buyer, supplier = (Desk(browser, own_house, who) for who in ("operator", "fjordmagnet", "kobaltika"))
    name = operator.do("/pact/rounds/new", name="Gallium (a test)", minerals="gallium", currency="EUR", rule="cost")
    held = own_house.pact.store.state().get("round", name)
    assert held is not None
    assert next(own_house.pact.store.events(kind="round", record=name)).draft.rule == "D1"
    here = f"/pact/rounds/{name}"
    for state in ("registration", "demand open"):
        operator.do(f"{here}/move", to=state)
    buyer.page.goto(f"{own_house.address}{here}")
    buyer.page.get_by_role("link", name="Make a demand").click()
    assert buyer.page.locator("[name='round']").input_value() == name
    said = BID | months(own_house) | {"round": name}
    early = buyer.do("/pact/demands/new", **said | {"first": "2020-01"}, kg="4000", limit="620000", places="Hamburg")
    assert early == "new"
    expect(buyer.page.locator("#fault-first")).to_contain_text("two months ahead")
    mine = buyer.do("/pact/demands/new", **said, kg="4000", limit="620000", places="Hamburg", grade="0.9999")
    for each, kg, limit in (("rheinchip", 6000, 7e5), ("lumen", 3000, 6.4e5), ("elbe", 2500, 6.9e5)):
        bids(own_house, "demand", f"demo-{each}", round=name, kg=kg, limit=limit, places=["Hamburg"])
    assert mine in buyer.page.url
    assert "15.5" not in buyer.see(here)
    operator.do(f"{here}/aggregate")
    assert "15.5" in buyer.see(here)
    for state in ("withdrawal window", "supply open"):
        operator.do(f"{here}/move", to=state)
    offer = supplier.do(f"/pact/offers/new?round={name}", **said, kg="3500", reserve="560000", grade="0.99999", refined_in="FIN",
                        delivered="Hamburg: 3000\nRotterdam: 4000")  # fmt: skip
    kept = own_house.pact.store.state().get("offer", offer)
    assert kept is not None
    assert [(each.place, each.cost) for each in kept.record.delivered] == [("Hamburg", 3000), ("Rotterdam", 4000)]  # type: ignore[attr-defined]
    for each, kg, price, country in (("pearl", 20000, 4.1e5, "CHN"), ("katanga-works", 3000, 5e5, "COD")):
        bids(own_house, "offer", f"demo-{each}", round=name, kg=kg, reserve=price, refined_in=country,
             delivered=[{"place": "Hamburg", "cost": 3000.0}])  # fmt: skip
    operator.do(f"{here}/match")
    told = operator.see(here)
    assert "The diversity cap of 65" in told
    assert "checked again in whole numbers" in told
    operator.do(f"{here}/disclose")
    operator.do(f"{here}/move", to="negotiating")
    match = next(
        each.id
        for each in own_house.pact.store.state().all("match")
        if (each.record.round, each.record.buyer) == (name, "demo-fjordmagnet")  # type: ignore[attr-defined]
    )
    assert "kg to Hamburg" in buyer.see(f"/pact/matches/{match}")
    buyer.do(f"/pact/matches/{match}/report", status="concluded", reason="contract signed", kg="1000")
    assert "contract signed" in buyer.see(f"/pact/matches/{match}")
    assert match not in supplier.see("/pact/demands")
    for each in (operator, buyer, supplier):
        assert [fault for fault in each.faults if "422" not in fault] == []
        each.context.close()


def test_a_lot_is_taken_in_drawn_brought_back_late_and_billed_and_a_release_overridden(
    browser: Browser, own_house: House
) -> None:
    desk = Desk(browser, own_house, "reserve")
    name = own_house.id_in("reserve", "Northern")
    here = f"/pact/reserves/{name}"
    desk.do(f"{here}/receive", **LOT, grams="5000000", cost="15000000", effective="2026-06-01")
    draw = {"holder": "demo-fjordmagnet", "form": METAL, "grams": "2000000"}
    assert desk.do(f"{here}/draw", **draw, effective="2026-06-02") == "draw"
    expect(desk.page.locator("#fault-holder")).to_contain_text("late")
    desk.do(f"{here}/replenish", **LOT, holder="demo-fjordmagnet", grams="1000000", effective="2026-06-03")
    assert desk.do(f"{here}/draw", **draw, effective="2026-06-04") == name
    desk.do(f"{here}/replenish", **LOT, holder="demo-fjordmagnet", grams="1500000", effective="2026-08-20")
    desk.do(f"{here}/invoice", payer="demo-fjordmagnet", effective="2026-09-01")
    told = desk.see(f"{here}?as_of=2026-09-01")
    for words in (
        "1 500 kg\t47 days late",
        "500 kg\tlate by 59 days",
        "6 169.32 EUR",
        "Debits equal credits",
        "Fjordmagnet (invented)",
    ):
        assert words in told
    desk.do(f"{here}/observe", trigger="halt", met="yes", evidence="A:https://example.org/halt", effective="2026-09-02")
    release = {"to": "demo-kobaltika", "form": METAL, "grams": "100000", "purpose": "market-making", "price": "3100000"}
    assert desk.do(f"{here}/release", **release, effective="2026-09-03") == "release"
    expect(desk.page.locator("#fault-purpose")).to_contain_text("serves emergency")
    assert (
        desk.do(f"{here}/release", **release, effective="2026-09-03", override="agreed by the board (a test)") == name
    )
    auditor = Desk(browser, own_house, "auditor")
    assert "agreed by the board (a test)" in auditor.see("/pact/decisions")
    holder = Desk(browser, own_house, "fjordmagnet")
    assert "To give back: 500 kg" in holder.see("/pact/mine")
    for each in (desk, auditor, holder):
        assert [fault for fault in each.faults if "422" not in fault] == []
        each.context.close()


def test_a_table_is_looked_at_and_booked_without_scripts(browser: Browser, own_house: House) -> None:
    name = own_house.id_in("reserve", "Northern")
    page = own_house.browser_of(browser, "reserve", java_script_enabled=False).new_page()
    before = own_house.pact.store.state().seq
    page.goto(f"{own_house.address}/pact/reserves/{name}")
    page.get_by_role("link", name="Take a table in").click()
    bad = f"form,grams,purity,place,custody,cost\n{METAL},4000,998000,Antwerp,Steinweg,900\n{METAL},x,998000,Antwerp,Steinweg,900\n"
    page.locator("textarea[name='table']").fill(bad)
    page.get_by_role("button", name="Look at it first").click()
    expect(page.locator(".finding")).to_contain_text("2 steps, 1 refused")
    expect(page.locator(".refused")).to_contain_text("row 3")
    assert page.get_by_role("button", name="Book").count() == 0
    page.locator("input[name='file']").set_input_files(
        {"name": "lots.csv", "mimeType": "text/csv", "buffer": bad.replace(",x,", ",6000,").encode()}
    )
    page.get_by_role("button", name="Look at it first").click()
    assert own_house.pact.store.state().seq == before
    page.get_by_role("button", name="Book these 2 steps").click()
    page.wait_for_url(re.compile(f"/pact/reserves/{name}$"))
    assert own_house.pact.store.state().seq == before + 2
    kept = own_house.pact.store.state().get("reserve", name)
    assert kept is not None
    assert [each.since for each in kept.record.lots if each.place == "Antwerp"] == [own_house.pact.store.today()] * 2  # type: ignore[attr-defined]
    assert isinstance(kept.effective, date)
    page.context.close()


def test_only_whoever_keeps_a_book_finds_its_import(own_house: House) -> None:
    name = own_house.id_in("reserve", "Northern")
    assert own_house.client("fjordmagnet").get(f"/pact/reserves/{name}/import").status_code == 404
    shown = own_house.client("auditor").get(f"/pact/reserves/{name}/import")
    assert "You may not book in these books" in shown.text
    table = f"form,grams,purity,place,custody,cost\n{METAL},5,998000,A,B,1\n"
    csv = {"content-type": "text/csv", "origin": "http://127.0.0.1"}
    answer = own_house.client("reserve").post(f"/api/v1/pact/reserves/{name}/import", content=table, headers=csv)
    assert answer.status_code == 200, answer.text
    assert answer.json()["stocks"][0]["lots"][1] - answer.json()["stocks"][0]["lots"][0] == 5
    assert answer.json()["written"] == 0
