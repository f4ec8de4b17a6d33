"""docs/rare-earths-2010.md says what happened and what Orepact says; both are worked out again here, line by line."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from orepact import facts
from orepact.cases.request import ShockRequest
from orepact.cases.shocks import case_for, run
from orepact.network import Network, network

PAGE = Path(__file__).parents[2] / "docs" / "rare-earths-2010.md"
CODES = ("284610", "284690", "280530")
FROM_CHINA = 0.97
"""Share of everybody's purchases from China in the table that is as dependent as the world was in 2010."""

HAPPENED = r"20\d\d \| [\d ]+ \| "
ANSWERED = r"[^|]+ \| \d\d % \| "

if not PAGE.is_file():  # pragma: no cover
    pytest.skip("only in a checkout", allow_module_level=True)


def rows(first: str) -> list[list[str]]:
    """Cells of the lines of a table that begin with ``first``."""
    lines = re.findall(rf"^\| ({first}.*)\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [[cell.strip() for cell in line.split("|")] for line in lines]


def number(cell: str) -> float:
    value = float(cell.replace(" ", "").rstrip("%"))
    return value / 100 if cell.endswith("%") else value


def as_dependent(found: Network) -> Network:
    """The refined table with ``FROM_CHINA`` of all purchases abroad from China, and the others' sales to China ended."""
    table = found.stages[-1]
    china = np.array(table.producers) == "CHN"
    home = np.array(table.buyers) == "CHN"
    bought = table.purchases
    others = np.where(china[:, None], 0.0, table.flows)
    flows = (1 - FROM_CHINA) * bought * others / others.sum(axis=0)
    flows[:, home] = 0.01 * others[:, home]
    flows[china] = bought - flows.sum(axis=0)
    refined = replace(table, flows=flows, secondary=np.zeros(len(flows)))
    return replace(found, stages=(refined,), recovery=np.ones(len(flows)))


@cache
def tables() -> dict[str, Network]:
    found = network("rare_earths")
    return {"2023": found, "as dependent as in 2010": as_dependent(found)}


@pytest.mark.parametrize("row", rows(HAPPENED), ids=lambda row: row[0])
def test_what_happened_is_in_the_trade_table(row: list[str]) -> None:
    def shipped(year: str) -> tuple[float, float]:
        trade = facts.load("trade")
        flows = trade[trade["hs6"].isin(CODES) & (trade["exporter"] == "CHN") & (trade["period"] == year)]
        return float(flows["value"].sum()), 1000 * float(flows["value_usd_k"].sum()) / float(flows["value"].sum())

    tonnes, price = shipped(row[0])
    first_tonnes, first_price = shipped("2010")
    assert number(row[1]) == pytest.approx(tonnes, abs=1)
    assert number(row[2]) == pytest.approx(tonnes / first_tonnes, abs=0.005)
    assert number(row[3]) == pytest.approx(price, rel=1e-3)
    assert number(row[4]) == pytest.approx(price / first_price, abs=0.005)


def test_there_are_four_years_and_four_answers() -> None:
    assert len(rows(HAPPENED)) == 4
    assert len(rows(ANSWERED)) == 4


@pytest.mark.parametrize("row", rows(ANSWERED), ids=lambda row: f"{row[0]}, {row[1]}")
def test_what_orepact_says_is_what_it_says(row: list[str]) -> None:
    found = tables()[row[0]]
    request = ShockRequest.read(
        mineral="rare_earths", origin="CHN", stage="refined", cut=row[1], against=None, months=12, draws=500, seed=1
    )
    answer = run(found, case_for(request, found)).summary()
    price = answer["price_abroad"]
    assert [number(cell) for cell in row[2:5]] == pytest.approx(
        [price[key] for key in ("median", "low", "high")], rel=5e-3
    )
    japan = next(each for each in answer["losses"] if each["country"] == "JPN")
    shares = [japan["lost_t"][key] / japan["use_t"] for key in ("median", "low", "high")]
    assert [number(cell) for cell in row[5:8]] == pytest.approx(shares, abs=5.1e-3)
