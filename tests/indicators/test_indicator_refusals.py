"""What cannot be is refused, all of it at once; what is missing is named."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from orepact.errors import BadInput, MissingData, OrepactError
from orepact.indicators import (
    days_of_stock,
    economic_importance,
    geopolrisk,
    geopolrisk_all,
    governance_score,
    hhi,
    hhi_bounds,
    look_through,
    n_minus_1,
    net_import_reliance,
    partner_test,
    supply_risk,
    supply_risk_from_terms,
    through_stages,
    top_share,
    weighted_hhi,
)

GOVERNANCE = {"A": 6.0, "B": 2.0}
TRADE = pd.DataFrame({"mineral": ["x"], "exporter": ["A"], "importer": ["B"], "value": [1.0]})
OUTPUT = pd.DataFrame({"mineral": ["x"], "country": ["A"], "value": [1.0]})

WRONG: list[tuple[Callable[[], object], type[OrepactError], str]] = [
    (lambda: hhi([1.0, -1.0]), BadInput, "not negative"),
    (lambda: hhi(["much"]), BadInput, "not numbers"),  # type: ignore[list-item]
    (lambda: hhi([math.inf, 1.0]), BadInput, "inf"),
    (lambda: hhi([]), MissingData, "nothing is supplied"),
    (lambda: hhi([0.0, 0.0]), MissingData, "nothing is supplied"),
    (lambda: hhi(pd.Series([1.0, 2.0], index=["A", "A"])), BadInput, "there twice; found A"),
    (lambda: hhi_bounds([1.0], other=math.nan), MissingData, "other"),
    (lambda: hhi_bounds([1.0], other=1.0, largest_other=0.0), BadInput, "size above zero"),
    (lambda: top_share([1.0], 0), BadInput, "below one"),
    (lambda: n_minus_1([1.0], demand=0.0), MissingData, "no demand"),
    (lambda: net_import_reliance(-1.0, 1.0, 0.0, 0.0), BadInput, "net import reliance, production"),
    (
        lambda: net_import_reliance(pd.Series({"A": 1.0}), pd.Series({"B": 1.0}), 0.0, 0.0),
        BadInput,
        "the places differ; found A, B",
    ),
    (lambda: days_of_stock(1.0), BadInput, "exactly one"),
    (lambda: days_of_stock(1.0, net_imports=1.0, consumption=1.0), BadInput, "exactly one"),
    (lambda: weighted_hhi({"A": 60.0, "B": 40.0}, GOVERNANCE), BadInput, "not percent"),
    (lambda: weighted_hhi({"A": 0.6, "C": 0.4}, GOVERNANCE), MissingData, "found C"),
    (lambda: supply_risk(None, None, GOVERNANCE, None, 0.5, 0.1, 0.9), MissingData, "neither world nor EU"),
    (lambda: supply_risk({"A": 1.0}, {"A": 1.0}, GOVERNANCE, None, None, 0.1, 0.9), MissingData, "import_reliance"),
    (lambda: supply_risk({"A": 1.0}, {"A": 1.0}, GOVERNANCE, None, 64.0, 0.1, 0.9), BadInput, "not percent"),
    (lambda: supply_risk({"A": 1.0}, None, GOVERNANCE, {"A": 8.0}, None, 0.1, 0.9), BadInput, "trade_parameter"),
    (lambda: supply_risk({"A": math.nan}, None, GOVERNANCE, None, None, 0.1, 0.9), MissingData, "global_shares"),
    (lambda: supply_risk_from_terms(1.0, 1.0, 0.5, None, 0.9), MissingData, "eol_rir"),
    (lambda: supply_risk_from_terms(70.0, 1.0, 0.5, 0.1, 0.9), BadInput, "hhi_gs"),
    (lambda: governance_score(pd.DataFrame({"VA": [1.0]})), BadInput, "no column PV"),
    (lambda: economic_importance({"C1": 0.95}, {"C2": 1.0}, 0.9), MissingData, "found C1"),
    (lambda: economic_importance({"C1": 0.5}, {"C1": 1.0}, 0.9), MissingData, "too much use"),
    (lambda: economic_importance({"C1": 95.0}, {"C1": 1.0}, 0.9), BadInput, "not percent"),
    (lambda: geopolrisk({"A": 1.0}, {"A": 1.0, "Z": 2.0}, 0.0, {"A": 0.1}), MissingData, "no risk; found Z"),
    (lambda: geopolrisk({"A": 1.0}, {"A": math.nan}, 0.0, {"A": 0.1}), MissingData, "imports"),
    (lambda: geopolrisk({"A": 1.0}, {"A": 0.0}, 0.0, {"A": 0.1}), MissingData, "nothing is imported"),
    (lambda: geopolrisk({"A": 1.0}, {"A": 1.0}, 0.0, {"A": 3.0}), BadInput, "risk"),
    (lambda: geopolrisk_all(OUTPUT, TRADE.drop(columns="exporter"), {}), BadInput, "no column exporter"),
    (lambda: geopolrisk_all(pd.concat([OUTPUT, OUTPUT]), TRADE, {}), BadInput, "there twice; found x A"),
    (lambda: look_through(pd.DataFrame([[1.0]], ["A"], ["A"]), {"A": 0.0}), BadInput, "without a beginning"),
    (lambda: look_through(pd.DataFrame([[0.5]], ["A"], ["A"]), {"A": 0.9}), BadInput, "more than 1"),
    (lambda: look_through(pd.DataFrame([[0.5]], ["A"], ["A"]), {"B": 0.5}), BadInput, "places differ"),
    (lambda: through_stages([]), MissingData, "no stage"),
    (lambda: partner_test({"two": 1.0}, 2020), BadInput, "a year is not one"),
    (lambda: partner_test({2019: 1.0}, 2020, before=0), BadInput, "window is empty"),
]


@pytest.mark.parametrize(("call", "kind", "words"), WRONG)
def test_what_is_wrong_or_missing_is_named(call: Callable[[], object], kind: type[OrepactError], words: str) -> None:
    with pytest.raises(kind) as caught:
        call()
    assert words in str(caught.value)
    assert all(str(problem).startswith("(") for problem in caught.value.problems)


def test_all_problems_come_at_once() -> None:
    with pytest.raises(BadInput) as caught:
        supply_risk({"A": 60.0}, {"Z": 1.0}, GOVERNANCE, None, 64.0, None, 2.0)
    assert len(caught.value.problems) >= 5


def test_a_partner_that_ships_nothing_needs_no_risk() -> None:
    assert geopolrisk({"A": 1.0}, {"A": 1.0, "Z": 0.0}, 0.0, {"A": 0.1}).score == pytest.approx(0.1)


def test_cells_that_cannot_be_told_say_why() -> None:
    output = pd.DataFrame({"mineral": ["x", "x", "y"], "country": ["A", "B", "A"], "value": [1.0, 1.0, np.nan]})
    trade = pd.DataFrame(
        {"mineral": ["x", "x", "y"], "exporter": ["A", "Z", "A"], "importer": ["B", "C", "B"], "value": [1.0, 1.0, 1.0]}
    )
    table = geopolrisk_all(output, trade, {"A": 0.2}, importers=["B", "C", "D"]).set_index(["mineral", "importer"])
    assert table.loc[("x", "B"), "score"] == pytest.approx(0.5 * 0.1)
    assert table.loc[("x", "C"), "missing"] == "risk of Z"
    assert table.loc[("x", "D"), "missing"] == "nothing is imported or made"
    assert table.loc[("y", "B"), "missing"] == "production of A"
    nothing = geopolrisk_all(output, trade[trade["mineral"] == "x"], {"A": 0.2}, importers=["B"])
    assert nothing.loc[nothing["mineral"] == "y", "missing"].tolist() == ["production of A; no trade figures"]
    assert nothing.loc[nothing["mineral"] == "y", "score"].isna().all()


def test_other_countries_and_world_totals_are_no_countries() -> None:
    from orepact.indicators import geopolrisk, hhi, top_share

    with pytest.raises(BadInput, match="other countries are no country"):
        hhi({"AUS": 0.5, "OTH": 0.5})
    with pytest.raises(BadInput, match="as other="):
        top_share({"AUS": 0.4, "OTH": 0.6}, 1)
    with pytest.raises(BadInput, match="a total stands among the countries"):
        geopolrisk({"AUS": 5.0, "WLD": 5.0}, {"AUS": 1.0}, 0.0, {"AUS": 0.2})
