"""Imports from a partner before and after a signature, against the trade tables themselves."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact import facts
from orepact.errors import BadInput
from orepact.facts import trade
from orepact.pact import ANYBODY, Pact, Sight
from orepact.pact.kinds.agreements import Agreement
from orepact.pact.partner_effect import effect_answer, partner_effect, windows

MAY = date(2026, 5, 1)


@pytest.fixture(name="sight", scope="module")
def _sight() -> Iterator[Sight]:
    pact = Pact.at("sqlite://")
    yield pact.sight(ANYBODY)
    pact.close()


def _signed(signed: str | None, *parties: str) -> Agreement:
    return Agreement.model_validate({"id": "a", "name": "Partnership", "parties": parties, "signed": signed})


def test_worked_windows() -> None:
    covered = range(2010, 2025)
    assert windows(2022, covered) == (range(2019, 2022), range(2023, 2025), "")
    assert windows(2011, covered) == (range(2010, 2011), range(2012, 2015), "")
    assert windows(2024, covered)[2] == "trade of a full year after 2024"
    assert windows(2010, covered)[2] == "trade of a full year before 2010"
    assert windows(None, covered)[2] == "the day of signature"


def _by_hand(code: str, years: tuple[int, ...]) -> tuple[float, float]:
    """Mean tonnes of content from Canada to the Union in some years, and its share of all that comes from outside; row by row."""
    members = facts.resolve_place("EU27")
    content = float(facts.load("trade_codes").set_index("hs6").loc[code, "content"])
    world = facts.load("trade_world").set_index(["hs6", "period"])["unit_value"]
    ours = everybody = 0.0
    for year in years:
        for row in trade.flows((code,), str(year)).to_dict("records"):
            if row["importer"] not in members or row["exporter"] in members:
                continue
            by_value = row["value_usd_k"] * 1000 / world[code, str(year)]
            tonnes = content * (by_value if row["suspect"] or math.isnan(row["value"]) else row["value"])
            everybody += tonnes
            ours += tonnes if row["exporter"] == "CAN" else 0.0
    return ours / len(years), ours / everybody


@pytest.mark.parametrize(("mineral", "code"), [("niobium", "720293"), ("nickel", "260400")])
def test_means_and_shares_are_those_of_the_rows_of_the_table(sight: Sight, mineral: str, code: str) -> None:
    """One code each, with tonnages that are missing or that their value does not bear out."""
    found = partner_effect(sight, _signed("2021-06-15", "CAN", "EU"), MAY, mineral=mineral)
    (effect,) = found.effects
    (before, share_before), (after, share_after) = (
        _by_hand(code, years) for years in ((2018, 2019, 2020), (2022, 2023, 2024))
    )
    assert effect.test is not None
    assert effect.test.windows == ((2018, 2020), (2022, 2024))
    assert [effect.test.before, effect.test.after] == pytest.approx([before, after])
    assert [effect.test.share_before, effect.test.share_after] == pytest.approx([share_before, share_after])
    assert effect.verdict == ("rose" if after > before else "fell")


def test_without_a_full_year_after_or_a_day_nobody_can_tell(sight: Sight) -> None:
    for signed, missing in (("2026-04-24", "after 2026"), (None, "day of signature")):
        found = partner_effect(sight, _signed(signed, "CAN", "EU"), MAY, mineral="niobium")
        assert [each.verdict for each in found.effects] == ["cannot tell"]
        assert missing in found.effects[0].missing


def test_years_that_were_not_over_on_the_day_do_not_count(sight: Sight) -> None:
    said = _signed("2021-06-15", "CAN", "EU")
    (early,) = partner_effect(sight, said, date(2023, 12, 31), mineral="niobium").effects
    assert early.test is not None
    assert early.test.windows[1] == (2022, 2022)
    (before,) = partner_effect(sight, said, date(2022, 6, 1), mineral="niobium").effects
    assert before.verdict == "cannot tell"


def test_small_numbers_are_marked_and_none_in_either_window_is_counted(sight: Sight) -> None:
    found = partner_effect(sight, _signed("2021-06-15", "CAN", "EU"), MAY)
    said = {(each.mineral, each.stage): each for each in found.effects}
    assert said["bauxite", "mine"].small
    assert not said["niobium", "refined"].small
    assert len(found.effects) + found.none == len(facts.load("trade_codes").groupby(["mineral", "stage"]))


def test_the_answer_says_which_years_the_tables_hold_and_never_why(sight: Sight) -> None:
    answer = effect_answer(partner_effect(sight, _signed("2021-06-15", "CAN", "EU"), MAY, mineral="niobium"))
    assert answer["trade_years"] == [2010, 2024]
    assert answer["effects"][0]["grade"] in "BCDE"
    assert "because" not in str(answer)


def test_who_buys_has_to_be_clear(sight: Sight) -> None:
    both = _signed("2021-06-15", "USA", "JPN")
    with pytest.raises(BadInput, match="who buys is not clear"):
        partner_effect(sight, both, MAY)
    assert partner_effect(sight, both, MAY, buyer="USA", mineral="niobium").partners == ("JPN",)
    with pytest.raises(BadInput, match="no other party is a country"):
        partner_effect(sight, _signed("2021", "DEU", "EU"), MAY)
    with pytest.raises(BadInput, match="no trade of dysprosium"):
        partner_effect(sight, both, MAY, buyer="USA", mineral="dysprosium")


@given(st.integers(1990, 2040), st.sets(st.integers(2005, 2030)))
def test_windows_touch_the_year_of_signature_and_hold_only_covered_years(signed: int, covered: set[int]) -> None:
    before, after, missing = windows(signed, covered)
    assert set(before) | set(after) <= covered
    assert len(before) <= 3 >= len(after)
    assert signed not in {*before, *after}
    assert bool(missing) == (not len(before) or not len(after))
    if len(before):
        assert before[-1] == signed - 1
    if len(after):
        assert after[0] == signed + 1
