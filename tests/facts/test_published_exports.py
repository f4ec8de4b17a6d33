"""Published exports: every figure worked out of dated ones, its arithmetic told, and a row that cannot be stops the build."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest

from orepact import facts
from orepact.errors import BadInput
from orepact.network.uses import used_in_network

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "data"))

from build_steps import exports
from build_steps.inputs import Inputs

FIGURE = {
    "form": "tin",
    "measure": "exports",
    "scope": "China",
    "unit": "t",
    "basis": "press",
    "source": "x",
    "grade": "B",
}
BUILT = {
    "episodes": pd.DataFrame(
        [
            FIGURE | {"period": "2024", "value": 200.0, "note": "-20%"},
            FIGURE | {"period": "2025-01", "value": 10.0, "note": None},
            FIGURE | {"period": "2025-02", "value": 30.0, "note": None},
            FIGURE | {"period": "2023", "value": 7.0, "unit": "kt", "note": None},
        ]
    ),
    "coefficients": pd.DataFrame({"scope": ["tin oxide", "tin sulfide"], "value": [0.8, 0.5]}),
    "trade_codes": pd.DataFrame({"hs6": ["260900"], "content": [0.6], "content_low": [0.3], "content_high": [0.74]}),
}
ROW = {"mineral": "tin", "stage": "refined", "country": "CHN", "period": "2024", "figures": "period=2024", "grade": "C",
       "content": "coefficients:scope=tin oxide", "note": "made up"}  # fmt: skip


def _built(folder: Path, *changes: dict[str, str]) -> pd.DataFrame:
    pd.DataFrame([ROW | change for change in changes]).to_csv(folder / "exports.csv", index=False)
    return exports.tables(Inputs(folder, folder), BUILT)["exports"]


def _ends(table: pd.DataFrame) -> list[float]:
    return [float(table[end].iloc[0]) for end in ("low", "value", "high")]


def test_gross_weight_is_turned_into_content_with_its_range(tmp_path: Path) -> None:
    assert _ends(_built(tmp_path, {})) == [160.0, 160.0, 160.0]
    ends = {"content_low": "coefficients:scope=tin sulfide", "content_high": "1"}
    assert _ends(_built(tmp_path, ends)) == [100.0, 160.0, 200.0]
    ore = "trade_codes:hs6=260900"
    assert _ends(_built(tmp_path, {"content": ore, "content_low": ore, "content_high": ore})) == [60.0, 120.0, 148.0]


def test_the_year_before_follows_from_the_change_that_the_publisher_prints(tmp_path: Path) -> None:
    table = _built(tmp_path, {"period": "2023", "stated": "-20%"})
    assert _ends(table) == [200.0, 200.0, 200.0]
    assert table["basis"].iloc[0] == (
        "exports, China, tin, 2024: 200 t; over 0.8 ('-20%' as its note says) for 2023: 250 t; times a content of 0.8 (0.8 to 0.8)"
    )


def test_two_months_are_a_year_between_the_poorer_and_the_better_one(tmp_path: Path) -> None:
    table = _built(tmp_path, {"period": "2025", "figures": "period=2025-01|2025-02", "months": "2", "content": "1"})
    assert _ends(table) == [120.0, 240.0, 360.0]
    assert table["basis"].iloc[0] == "exports, China, tin, 2025-01 and 2025-02: 40 t; times 12/2: 240 t"


def test_a_row_is_graded_no_better_than_its_figure(tmp_path: Path) -> None:
    assert _built(tmp_path, {"grade": "A"})["grade"].iloc[0] == "B"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"figures": "period=2019"}, "no row is as it says; found period=2019"),
        ({"figures": "period=2023"}, "exports are needed in tonnes; found kt"),
        ({"figures": "period=2025-01|2025-02"}, "figures of a year are one row; found 2 rows"),
        ({"stated": "-30%"}, "the publisher does not say '-30%'"),
        ({"content": "0.8"}, "a content is in no table; found '0.8'"),
        ({"content": "coefficients:scope=tin oxide|tin sulfide"}, "more than one content is named; found 2 rows"),
        ({"content_high": "coefficients:scope=tin sulfide"}, "low, value and high of the content are not in order"),
    ],
)
def test_what_cannot_be_worked_out_stops_the_build(tmp_path: Path, change: dict[str, str], words: str) -> None:
    with pytest.raises(BadInput) as caught:
        _built(tmp_path, change)
    assert words in str(caught.value)
    assert str(caught.value).startswith("(own/exports.csv, row 2)")


def test_antimony_is_what_customs_say_in_content() -> None:
    table = facts.load("exports")
    found = table[table["mineral"] == "antimony"].set_index("period")
    assert found.loc["2023", "value"] == pytest.approx(38_632 / (1 - 0.241) * 0.83535, abs=0.1)
    assert found.loc["2024", "value"] == pytest.approx(38_632 * 0.83535, abs=0.1)
    assert set(found["grade"]) == {"C"}


def test_ranges_are_in_order_and_two_months_of_magnesium_are_graded_down() -> None:
    table = facts.load("exports")
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()
    assert set(table["unit"]) == {"t"}
    magnesium = table[table["mineral"] == "magnesium"].iloc[0]
    assert magnesium["grade"] == "D"
    assert magnesium["high"] / magnesium["low"] > 1.4


@pytest.mark.parametrize(
    ("address", "used"),
    [
        ("exports/antimony/CHN/2023", "published exports of antimony, base year 2023"),
        ("exports/magnesium/CHN/2021", "published exports of magnesium, with --base-year 2021"),
        ("exports/nickel/mine/PHL/2013", None),
        ("exports/rare_earths/CHN/2010", None),
    ],
)
def test_what_uses_a_figure_is_told(address: str, used: str | None) -> None:
    (thing,) = facts.why(address, used_in_network).things
    assert [claim.used for claim in thing.claims] == [used]
