"""A shock by months in words: page, data and note say the same day, the same order and the same dearest month."""

from __future__ import annotations

import math

import pytest
from starlette.testclient import TestClient

import orepact
from orepact.api.answers import Answers
from orepact.cases.ladder import Ladder
from orepact.report import months_text as words
from orepact.report.note.shock import command_of, shock_note
from orepact.report.numbers import percent, ratio
from orepact.web.app import create_app

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found() -> Ladder:
    from orepact.cases.ladder import ladder

    return ladder("gallium", origin="CHN", draws=10, months=3)


def test_the_sentence_tells_the_threshold_from_the_whole_loss(found: Ladder) -> None:
    row, said = words.months_of(found), words.when(found)
    assert said.startswith(f"Day {row['days_until_short']['median']:.0f} (")
    assert "more than 5\u2009% of their use, all taken together" in said
    assert f"over all 3 months together they lack {percent(row['shortage_share_of_use']['median'])} (" in said


def test_whoever_loses_most_tonnes_is_named_beside_those_hit_first(found: Ladder) -> None:
    said, first = words.hit_first(found), words.months_of(found)["hit_first"]
    days = [row["day"] for row in first]
    assert days == sorted(days)
    assert math.isfinite(days[0])
    assert said.startswith("In the order of the day")
    lost = max(found.shock.summary()["losses"], key=lambda row: row["lost_t"]["median"])
    assert orepact.facts.country_name(lost["country"]) in said
    assert "Most tonnes are lost by Japan" in said


def test_note_page_and_data_say_the_same(found: Ladder) -> None:
    note = shock_note(orepact.shock("gallium", origin="CHN", draws=10, months=3), found)
    who, month, price = words.dearest(found)
    figures = {each.name: each for each in note.figures}
    assert figures[f"Price that {who} pay in the dearest month"].value == ratio(price["median"])
    assert figures[f"Price that {who} pay in the dearest month"].unit == f"times base, in {month}"
    assert note.remarks[:3] == (words.when(found), words.hit_first(found), words.price_by_month(found))
    assert note.helps is not None
    assert command_of(found.asked.case, "ladder") in note.helps.note
    state = "mineral=gallium&origin=CHN&draws=10&months=3"
    with TestClient(create_app(answers=Answers(most_a_minute=100)), base_url="http://127.0.0.1") as client:
        part, page = (client.get(f"/shock/{name}?{state}") for name in ("months", "by-month"))
        data = client.get(f"/shock/months.json?{state}").json()
        table = client.get(f"/shock/months.csv?{state}").text
    for text in (part.text, page.text):
        assert words.when(found) in text
        assert words.hit_first(found) in text
        assert command_of(found.asked.case, "ladder") in text
    assert "<h1" in page.text
    assert len(data["months"]) == len(table.strip().splitlines()) - 1 == 3
    assert max(row["price_abroad"]["median"] for row in data["months"]) == pytest.approx(price["median"])
    assert data["rungs"][-1]["shortage_t"] == words.months_of(found)["shortage_t"]


def test_labels_of_the_pictures_in_the_note_have_three_figures() -> None:
    from orepact.report.numbers import tonnes
    from orepact.report.shock_chart import panels

    result = orepact.shock("gallium", origin="CHN", draws=20)
    gains = panels(result)[2]
    assert gains is not None
    rows = [row for row in result.summary()["replaced_by"][:6] if row["gained_t"] > 0]
    for row in rows:
        assert f">{tonnes(row['gained_t'])}<" in gains.decode()
