"""Pages of the pact and their twins without a browser: the same figures, and what is not somebody's is not there for them."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

import pandas as pd
import pytest
from pact_house import House
from starlette.testclient import TestClient

from orepact.pact.kinds import KINDS
from orepact.web.pact.form import ACT

DAY = "as_of=2026-05-01"
LISTS = sorted(kind.plural for kind in KINDS.values() if kind.name != "release")
WITH_TWINS = (
    "/pact", "/pact/clock", "/pact/overlap", "/pact/beside", "/pact/effect", "/pact/log", "/pact/decisions",
    "/pact/projects/demo-norrsken", "/pact/agreements/us-japan-framework", "/pact/parties/EU", "/pact/initiatives/forge",
    *(f"/pact/{each}" for each in LISTS),
)  # fmt: skip
NEVER = "x-0123456789abcdef"
SECRETS = (
    ("project", "second furnace", "kobaltika", ("", "japan", "fjordmagnet", "analyst", "admin", "reader")),
    ("commitment", "reading of the reference price", "japan", ("", "eu", "kobaltika", "analyst", "admin", "operator")),
    ("agreement", "Draft of a framework", "japan", ("", "sweden", "kobaltika", "reserve")),
)
"""Kind and words of a record that is not public, somebody who reads it, and those who do not."""


def told(text: str) -> list[str]:
    """The findings of a page."""
    found = re.findall(r'<h2 class="finding">(.*?)</h2>', text, flags=re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub("<[^>]*>", "", unescape(each))).strip() for each in found]


def frame(client: TestClient, address: str) -> pd.DataFrame:
    """The CSV twin of a page."""
    found = client.get(address)
    assert found.status_code == 200, found.text[:300]
    return pd.read_csv(io.StringIO(found.text), dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def auditor(house: House) -> TestClient:
    return house.client("auditor")


@pytest.mark.parametrize("path", WITH_TWINS)
def test_the_twins_of_a_page_say_the_same(auditor: TestClient, path: str) -> None:
    assert auditor.get(path).status_code == 200
    record = auditor.get(f"{path}.json")
    sheet = auditor.get(f"{path}.xlsx")
    for each in (record, sheet):
        assert each.status_code == 200
        assert each.headers["cache-control"] == "no-store"
    table = frame(auditor, f"{path}.csv")
    book = pd.read_excel(io.BytesIO(sheet.content), dtype=str, keep_default_na=False)
    assert list(book.columns) == list(table.columns)
    assert len(book) == len(table)
    rows = _rows_of(record.json())
    if rows is not None:
        assert len(rows) == len(table)


def _rows_of(record: Any) -> list[Any] | None:
    """The rows that the JSON twin of a page holds, where it holds one list of them."""
    if isinstance(record, list):
        return record
    return next((record[name] for name in ("commitments", "pairs", "records", "effects") if name in record), None)


@pytest.mark.parametrize("plural", LISTS)
def test_a_list_shows_the_records_of_its_twins(auditor: TestClient, plural: str) -> None:
    page = auditor.get(f"/pact/{plural}").text
    shown = re.findall(rf'<th scope="row"><a href="/pact/{plural}/([^"]+)"', page)
    ids = [each["id"] for each in auditor.get(f"/pact/{plural}.json").json()["records"]]
    assert sorted(shown) == sorted(ids)
    assert sorted(frame(auditor, f"/pact/{plural}.csv")["id"]) == sorted(ids)
    assert re.search(rf"\b{len(ids)} (project|{KINDS[_kind(plural)].name}|{plural})", told(page)[0]) or not ids


def _kind(plural: str) -> str:
    return next(name for name, kind in KINDS.items() if kind.plural == plural)


def test_the_clock_shows_what_its_twins_say(house: House) -> None:
    client = house.client()
    page = client.get(f"/pact/clock?{DAY}").text
    found = client.get(f"/pact/clock.json?{DAY}").json()
    api = client.get(f"/api/v1/pact/clock?{DAY}").json()
    assert found["commitments"] == api["commitments"]
    shown = re.findall(
        r'<th scope="row"><a href="/pact/commitments/([^"]+)">.*?<strong class="status \w+">([^<]+)<', page
    )
    assert shown == [(each["id"], each["status"]) for each in found["commitments"]]
    table = frame(client, f"/pact/clock.csv?{DAY}")
    assert list(zip(table["id"], table["status"], strict=True)) == shown
    for status, count in found["counts"].items():
        tally = "unknown, due date passed" if status == "unknown" else status
        assert (re.search(rf"<b>{count}</b> <a [^>]*>{tally}</a>", page) is not None) == (count > 0)
    assert page.count('class="block') - 4 + _not_on_strip(page) == len(shown)
    assert f"of {found['counts']['unknown']} nobody can tell" in told(page)[0]


def _not_on_strip(page: str) -> int:
    words = re.search(r"Not on the strip: ([^<]*)\.", page)
    return sum(map(int, re.findall(r"\d+", words.group(1)))) if words else 0


def test_the_calendar_and_the_feed_hold_the_due_days_of_the_page(house: House) -> None:
    from icalendar import Calendar

    client = house.client()
    page = client.get(f"/pact/clock?{DAY}&party=EU").text
    links = {
        each.rpartition(".")[2].partition("?")[0]: unescape(each)
        for each in re.findall(r'href="(/pact/clock\.[^"]+)"', page)
    }
    held = client.get(links["ics"])
    assert held.headers["content-type"].startswith("text/calendar")
    days = sorted(str(each.decoded("dtstart")) for each in Calendar.from_ical(held.content).walk("VEVENT"))
    rows = client.get(links["json"]).json()["commitments"]
    assert days == sorted(each["due"] for each in rows if each["due"])
    feed = client.get(links["xml"])
    assert feed.headers["content-type"].startswith("application/atom+xml")
    titles = re.findall("<title>([^<]*)</title>", feed.text)
    assert any("unknown: " in each for each in titles)


def test_the_pipeline_of_the_page_is_that_of_its_file(house: House) -> None:
    client = house.client()
    table = frame(client, "/pact/projects.pipeline.csv")
    late = set(table.loc[table["late"].str.lower() == "true", "name"])
    page = client.get("/pact/projects").text
    rows = re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a></th>(.*?)</tr>', page, flags=re.DOTALL)
    assert {unescape(name) for name, cells in rows if ">late<" in cells} == late
    assert "Norrsken separation plant (invented)" in late
    assert 'href="/projects"' in page


@pytest.mark.parametrize(("kind", "words", "reads", "others"), SECRETS)
def test_what_is_not_somebodys_is_not_there_for_them(
    house: House, kind: str, words: str, reads: str, others: tuple[str, ...]
) -> None:
    record, base = house.id_in(kind, words), f"/pact/{KINDS[kind].plural}"
    own = house.client(reads)
    assert words in own.get(f"{base}/{record}").text
    assert record in own.get(f"{base}.json?search={words}").text
    for who in others:
        client = house.client(who)
        for way in ("", ".json", ".csv", ".xlsx", "?as_of=2026-06-01", "/change", "/show"):
            there, never = (client.get(f"{base}/{each}{way}") for each in (record, NEVER))
            assert there.status_code == never.status_code == 404, (who, way)
            assert there.text.replace(record, NEVER) == never.text
        for search in (words, record, NEVER):
            page = client.get(f"{base}?search={search}").text
            assert told(page)[0].startswith(("0 ", "No project")), told(page)
        for path in ("/pact", "/pact/clock", "/pact/log", "/pact/decisions", base, f"/pact/log?record={record}"):
            for ending in ("", ".json", ".csv"):
                address, _, query = path.partition("?")
                text = client.get(f"{address}{ending}{f'?{query}' if query else ''}").text
                assert words not in text, (who, path, ending)
                assert query or record not in text
        sent = {"key": "a key", "evidence": "https://example.org/x"}
        there, never = (client.post(f"{base}/{each}/show", data=sent) for each in (record, NEVER))
        assert there.status_code == never.status_code == 404
        assert there.text.replace(record, NEVER) == never.text


def test_a_reader_is_offered_nothing_to_do(house: House) -> None:
    for who in ("", "reader"):
        client = house.client(who)
        for path in (
            "/pact",
            "/pact/commitments",
            "/pact/commitments/demo-jointly-report",
            "/pact/projects/demo-norrsken",
        ):
            page = client.get(path).text
            assert 'class="act"' not in page, (who, path)
            assert "/pact/import" not in page
        form = client.get("/pact/commitments/demo-jointly-report/meet").text
        assert "You may not do this" in form
        assert re.search('<button class="ask" type="submit" disabled>', form)
        sent = {"on": "2026-06-30", "evidence": "https://example.org/x"}
        assert client.post("/pact/commitments/demo-jointly-report/meet", data=sent).status_code == 403


def test_the_bar_has_what_somebody_has_to_do_with(house: House) -> None:
    bars = {
        "": {"Decisions"}, "reader": {"Tokens"}, "eu": {"Import", "Tokens"}, "auditor": {"People", "Tokens"},
        "admin": {"People", "Tokens", "Parameters", "Import"},
    }  # fmt: skip
    for who, wanted in bars.items():
        page = house.client(who).get("/pact").text
        bar = page[page.index('class="pactbar"') : page.index("</nav>", page.index('class="pactbar"'))]
        shown = {name for name in ("Import", "People", "Tokens", "Parameters") if f">{name}</a>" in bar}
        assert shown == wanted - {"Decisions"}, who


def test_an_address_that_leads_to_no_record_is_a_page_and_never_kept(house: House) -> None:
    found = house.client().get("/pact/parameters/clock.notice_dayz")
    assert found.status_code == 404
    assert found.headers["content-type"].startswith("text/html")
    assert found.headers["cache-control"] == "no-store"
    assert "clock.notice_days" in found.text


def test_people_are_seen_by_who_keeps_them_and_by_themselves(house: House) -> None:
    name = house.people["eu"].name
    assert name in house.client("admin").get("/pact/people").text
    assert name in house.client("eu").get("/pact/people").text
    assert name not in house.client("japan").get("/pact/people").text
    assert name not in house.client().get("/pact/people").text


def test_a_token_form_says_for_whom_it_is_and_no_table_brings_one_in(quiet_house: House) -> None:
    client = quiet_house.client("eu")
    form = client.get("/pact/tokens/new").text
    assert 'name="person"' not in form
    assert 'name="ended"' not in form
    before = quiet_house.pact.store.state().seq
    given = {
        "name": "mine",
        "person": quiet_house.id_of("admin"),
        "expires": str(quiet_house.pact.store.today()),
        "key": "once",
    }
    first, second = (client.post("/pact/tokens/new", data=given) for _ in range(2))
    assert re.search('value="orep_[^"]+"', first.text)
    assert "orep_" not in second.text.replace("Bearer orep_…", "")
    (token,) = quiet_house.pact.store.state().all("token")
    assert token.record.person == quiet_house.id_of("eu")  # type: ignore[attr-defined]
    table = f"name,person,expires\nmine,{quiet_house.id_of('eu')},2026-12-31\n"
    sent = client.post("/pact/import", data={"kind": "tokens", "table": table, "confirm": "yes"})
    assert sent.status_code == 422
    assert quiet_house.pact.store.state().seq == before + 1


def test_a_lapse_asks_for_what_came_in_its_place_and_a_long_history_is_folded(house: House) -> None:
    client = house.client("eu")
    assert 'name="replaced_by"' in client.get("/pact/commitments/demo-jointly-report/lapse").text
    page = client.get("/pact/projects/demo-norrsken").text
    shown, folded = page[page.index('class="history"') :].split("<details>", 1)
    assert shown.count("<li>") == 8
    assert folded.count("<li>") > 4
    assert "Kobaltika Refining (invented)" in page


def test_an_investigation_says_what_was_found_what_nobody_looked_at_and_who_sees_it_otherwise(
    auditor: TestClient,
) -> None:
    page = auditor.get("/pact/investigations/demo-ferrosilicon").text
    assert told(page)[0] == "Case: 2 leads, 2 of them independent."
    text = unescape(re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", page)))
    assert re.search(r"causation\s+cannot tell\s+energy rose at the same time", text)
    assert re.search(r"union interest\s+nobody has looked yet", text)
    assert re.search(r"not acting\s+nobody has looked yet", text)
    assert re.search(r"Sweden\s+Energy explains the idle furnace", text)
    assert "1 party sees it otherwise; dissent stops nothing." in text


def test_an_address_fills_the_boxes_of_a_form_as_text(house: House) -> None:
    page = (
        house.client("analyst")
        .get("/pact/investigations/new?mineral=silicon&name=%22%3E%3Cscript%3E&nothing=of+it")
        .text
    )
    assert re.search(r'name="mineral"[^>]*value="silicon"|value="silicon"[^>]*name="mineral"', page)
    assert "<script>" not in page.split("</head>")[1].split("</main>")[0]
    assert "&#34;&gt;&lt;script&gt;" in page
    assert "of it" not in page


def test_no_box_that_says_how_it_is_done_has_the_name_of_a_field() -> None:
    fields = {name for kind in KINDS.values() for verb in kind.verbs.values() for name in verb.asks.model_fields}
    assert not fields & set(ACT)


def test_a_round_made_on_its_page_keeps_the_auction_that_was_chosen(house: House) -> None:
    sent = {
        "name": "Auction of a page",
        "minerals": "gallium",
        "currency": "EUR",
        "rule": "uniform",
        "under": "our own rules",
    }
    done = house.client("operator").post("/pact/rounds/new", data=sent, follow_redirects=False)
    assert done.status_code == 303, done.text
    event = list(house.pact.store.events())[-1]
    assert (event.draft.kind, event.draft.data["rule"], event.draft.rule) == ("round", "uniform", "our own rules")


def test_what_a_bid_does_not_ask_for_is_no_figure_of_zero(auditor: TestClient) -> None:
    bid = auditor.get("/pact/demands.json").json()["records"][0]
    assert bid["lot"] == 0
    text = re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", auditor.get(f"/pact/demands/{bid['id']}").text))
    assert "Lot none asked" in text


def test_holders_find_what_they_owe_and_the_book_says_what_is_free(auditor: TestClient) -> None:
    listed = auditor.get("/pact/reserves").text
    assert 'href="/pact/mine"' in listed
    assert 'href="/pact/published"' in listed
    book = auditor.get(f"/pact/reserves/{auditor.get('/pact/reserves.json').json()['records'][0]['id']}").text
    assert "With rights" in book
