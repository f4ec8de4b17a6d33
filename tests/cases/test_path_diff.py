"""Two cases side by side: what differs in words, what follows draw by draw, and what cannot be compared."""

from __future__ import annotations

from datetime import date
from io import StringIO
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

import orepact
from orepact.cases.case_file import read_case
from orepact.cases.changes import changes
from orepact.errors import BadInput
from orepact.report import diff_text
from orepact.report.diff_chart import picture

Row = dict[str, Any]
CUT: Row = {"kind": "export_cut", "origins": ["China"], "stage": "refined", "cut": 0.5, "from": "2027-02-01"}
RELEASE: Row = {"kind": "reserve_release", "countries": ["Japan"], "stage": "refined", "tonnes": 40.0, "trigger": 1.05}
NEVER: Row = {**RELEASE, "trigger": 100.0}


def case(*rows: Row, **fields: Any) -> Row:
    given = {"name": "A case", "mineral": "gallium", "start": date(2027, 1, 1), "months": 4, "draws": 20}
    return {**given, "instruments": list(rows), **fields}


def changed(one: Row, other: Row) -> list[tuple[str, str, str, str]]:
    found = changes(read_case(one), read_case(other))
    return [(each.place, each.field, each.first, each.second) for each in found]


def test_what_differs_is_said_field_by_field_in_words() -> None:
    assert changed(case(CUT), case(CUT)) == []
    assert changed(case(CUT), case({**CUT, "cut": 0.25, "from": "2027-03-01"})) == [
        ("exports of China, refined", "cut", "50 %", "25 %"),
        ("exports of China, refined", "from", "2027-02-01", "2027-03-01"),
    ]
    assert changed(case(CUT), case({**CUT, "active": False, "source": "assumed"})) == [
        ("exports of China, refined", "source", "none", "assumed"),
        ("exports of China, refined", "active", "yes", "no"),
    ]


def test_an_instrument_of_one_case_only_is_said_whole() -> None:
    ((place, field, first, second),) = changed(case(CUT), case(CUT, RELEASE))
    assert (place, field, first) == ("reserve of Japan releases, refined", "", "not there")
    assert second == "tonnes 40 t a year, trigger 1.05 times base"


def test_the_only_two_of_a_kind_are_one_that_was_changed() -> None:
    wider = {**CUT, "origins": ["China", "Russia"]}
    assert changed(case(CUT), case(wider)) == [("exports of China, refined", "origins", "China", "China and Russia")]


def test_regions_are_said_by_name() -> None:
    cap: Row = {"kind": "diversity_cap", "importers": ["EU27"], "stage": "refined"}
    ((place, *_),) = changed(case(cap), case({**cap, "share": 0.5}))
    assert place == "diversity cap of the EU, refined"


def test_a_difference_is_taken_draw_by_draw() -> None:
    found = orepact.diff(case(CUT), case(CUT, RELEASE))
    one, other = orepact.run(case(CUT)), orepact.run(case(CUT, RELEASE))
    unserved = (other.data["unserved"] - one.data["unserved"]).to_numpy().sum(axis=(1, 2))
    answer = found.summary()
    assert answer["whole"]["unserved_t"]["median"] == float(np.quantile(unserved, 0.5))
    price = other.price(("CHN",), outside=True) - one.price(("CHN",), outside=True)
    assert answer["periods"][3]["price_abroad"]["difference"]["low"] == float(np.quantile(price[:, 3], 0.1))
    assert not found.same
    assert answer["whole"]["use_t"]["median"] > 0
    assert found.users_frame()["country"][0] == "JPN"


def test_money_is_gained_by_whom_it_is_paid_to() -> None:
    parties = orepact.diff(case(CUT), case(CUT, RELEASE)).parties_frame().set_index("party")["usd_median"]
    assert parties["treasury JPN"] > 0
    assert parties["buyers JPN"] < 0
    assert parties["holders CHN"] < 0


def test_what_does_not_bind_makes_no_difference_to_the_byte() -> None:
    found = orepact.diff(case(CUT), case(CUT, NEVER))
    assert found.same
    assert len(found.changes) == 1
    text = printed(found)
    assert "No difference: every figure of every draw is the same, to the byte." in text
    assert orepact.diff(case(CUT), case(CUT)).same
    assert not orepact.diff(case(CUT), case({**CUT, "cut": 0.5000001})).same


def printed(found: Any) -> str:
    class Console:
        def __init__(self, **kwargs: Any) -> None:
            from rich.console import Console as Real

            self.print = Real(file=out, **kwargs).print

    out = StringIO()
    with patch.object(diff_text, "Console", Console):
        diff_text.print_diff(found)
    return out.getvalue().replace("\u2009", " ")


def test_the_page_says_what_differs_then_what_follows_without_codes() -> None:
    text = printed(orepact.diff(case(CUT), case(CUT, RELEASE, name="With a reserve")))
    parts = ["What differs in the files", "In short", "By period", "Where it is felt most", "Who gains and who loses"]
    at = [text.index(part) for part in parts]
    assert at == sorted(at)
    assert "reserve of Japan releases" in text
    assert "buyers abroad pay less" in text
    for code in ("JPN", "CHN", "USA"):
        assert code not in text


def test_a_picture_names_both_cases() -> None:
    found = orepact.diff(case(CUT), case(CUT, RELEASE, name="With a reserve"))
    drawn = picture(found, ".svg").decode()
    assert "A: A case" in drawn
    assert "B: With a reserve" in drawn
    assert picture(found, ".png").startswith(b"\x89PNG")


def test_those_cut_off_are_told_where_every_restriction_names_them() -> None:
    against = {**CUT, "against": ["USA"]}
    assert "price_cut_off" in orepact.diff(case(against), case(against, RELEASE)).prices()
    assert "price_cut_off" not in orepact.diff(case(against), case(CUT)).prices()
    assert "price_cut_off" in orepact.run(case(against)).summary()["periods"][0]


def test_what_cannot_be_compared_is_refused_with_every_reason_at_once() -> None:
    with pytest.raises(BadInput) as caught:
        orepact.diff(case(CUT), case(CUT, mineral="germanium", months=6, draws=30, seed=2))
    said = str(caught.value)
    assert len(caught.value.problems) == 4
    for part in ("mineral)", "months)", "draws)", "seed)", "chance would pass for a difference", "--seed"):
        assert part in said
    with pytest.raises(BadInput, match="base_year"):
        orepact.diff(case(CUT), case(CUT, base_year=2022))


def test_draws_and_seed_can_be_given_for_both() -> None:
    found = orepact.diff(case(CUT), case(CUT, draws=30, seed=2), draws=10, seed=5)
    assert (found.first.case.draws, found.second.case.seed) == (10, 5)
    assert found.same


def test_faults_of_both_files_are_said_at_once() -> None:
    with pytest.raises(BadInput) as caught:
        orepact.diff("none.yaml", "neither.yaml")
    assert len(caught.value.problems) == 2
