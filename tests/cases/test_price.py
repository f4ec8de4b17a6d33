"""From a reference price to who pays: known arithmetic, directions that must hold, identities, and what cannot be told."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import orepact
from orepact.cases.price_chain import PriceAnswer
from orepact.errors import BadInput, UnknownName

MINERAL, DRAWS = "tungsten", 20


def answer(over: float, **fields: Any) -> PriceAnswer:
    base = float(orepact.price(MINERAL, reference=1.0, zone="MSP", draws=10).summary()["base_price"]["median"])
    return orepact.price(MINERAL, reference=over * base, zone="MSP", draws=DRAWS, **fields)


@pytest.fixture(scope="module")
def lifted() -> PriceAnswer:
    return answer(1.2)


def test_the_duty_is_the_gap_to_the_reference_price(lifted: PriceAnswer) -> None:
    for row in lifted.duties():
        assert row["duty_at_base_price"]["median"] == pytest.approx(lifted.duty.reference * (1 - 1 / 1.2))
        at = lifted.base.labels.producers[lifted.at].index(row["origin"])
        gap = lifted.duty.reference - lifted.solution.stages[lifted.at].price[:, at]
        assert row["duty"]["median"] == pytest.approx(float(np.median(gap)), rel=1e-3)


def test_prices_rise_inside_and_not_outside_and_more_is_made_in_the_zone(lifted: PriceAnswer) -> None:
    prices, output = lifted.prices(), lifted.output()
    assert prices["zone"]["low"] > 1.0
    assert prices["outside_producers"]["high"] <= 1.0
    assert output["refined_zone_t"]["low"] > 0
    assert output["use_zone_t"]["high"] < 0


def test_gains_losses_and_revenue_close(lifted: PriceAnswer) -> None:
    assert lifted.closes < 1e-6
    total = sum(lifted.payers.values())
    revenue = sum(amount for who, amount in lifted.payers.items() if who.startswith("treasury"))
    assert np.all(revenue > 0)
    # All together lose: the duty costs more than it brings.
    assert np.all(total < 0)
    users = sum(
        amount for who, amount in lifted.payers.items() if who in {"users of USA", "users of DEU", "users of JPN"}
    )
    assert np.all(users < 0)


def test_a_higher_reference_price_never_costs_users_of_the_zone_less(lifted: PriceAnswer) -> None:
    higher = answer(1.4)
    for who in ("users of USA", "users of JPN", "users of DEU"):
        assert np.all(higher.payers[who] <= lifted.payers[who] * (1 - 1e-9))
    sold = [sum(row["imports_after_t"]["median"] for row in each.duties()) for each in (lifted, higher)]
    assert sold[1] < sold[0]


def test_a_reference_price_that_is_met_changes_nothing_to_the_byte() -> None:
    low = answer(0.9)
    for after, before in zip(low.solution.stages, low.before.stages, strict=True):
        assert after.price.tobytes() == before.price.tobytes()
        assert after.flows.tobytes() == before.flows.tobytes()
    assert all(np.abs(amount).max() < 1e-3 for amount in low.payers.values())
    assert low.closes == 0.0


def test_a_bound_rate_caps_the_duty() -> None:
    capped = answer(1.5, cap_rate=0.1)
    for row in capped.duties():
        assert row["duty_at_base_price"]["median"] == pytest.approx(0.1 * capped.duty.reference / 1.5)


def test_what_the_facts_lack_is_said(lifted: PriceAnswer) -> None:
    told = " ".join(lifted.cannot_tell)
    assert "tariffs already in force in the EU" in told
    assert "tariffs already in force in Japan" in told
    sectors = lifted.summary()["sectors"]
    assert sectors
    assert all(0 < row["share_of_use"] <= 1 and row["amount"]["median"] < 0 for row in sectors)


def test_bad_input_is_said() -> None:
    with pytest.raises(UnknownName):
        orepact.price("tungsten", reference=1.0, zone="Atlantis")
    with pytest.raises(BadInput, match="above zero"):
        orepact.price("tungsten", reference=-5.0, zone="MSP")
    with pytest.raises(BadInput) as caught:
        orepact.price("tungsten", reference=1e300, zone="MSP", cap_rate=float("nan"))
    assert len(caught.value.problems) == 2
    with pytest.raises(BadInput, match="--volatility"):
        orepact.compare("tungsten", tonnes=1.0, zone="MSP", volatility=-3.0)
    with pytest.raises(BadInput, match="no such stage"):
        orepact.price("tungsten", reference=1.0, zone="MSP", stage="component")


def test_compared_instruments_make_the_same_tonnes_and_say_who_pays() -> None:
    found = orepact.compare(MINERAL, tonnes=200.0, zone="MSP", fund=2e8, volatility=0.3, draws=DRAWS)
    rows = {each["name"].split(" ")[0]: each for each in found.summary()["instruments"]}
    assert set(rows) == {"adjustable", "contract", "offtake", "production", "purchase"}
    for each in rows.values():
        assert each["reached"]
        assert each["tonnes"]["median"] == pytest.approx(200.0, rel=1e-3)
        assert each["cost"]["low"] > 0
    # Users pay for the duty, treasuries for the rest.
    duty = {row["who"]: row["amount"]["median"] for row in rows["adjustable"]["payers"]}
    floor = {row["who"]: row["amount"]["median"] for row in rows["offtake"]["payers"]}
    assert duty["users in the zone"] < 0 < duty["treasuries and funds of the zone"]
    assert floor["treasuries and funds of the zone"] < 0 < floor["users in the zone"]
    assert rows["adjustable"]["cost"]["median"] > rows["offtake"]["cost"]["median"]
    # A floor leaks out of the zone; a duty keeps output in.
    assert rows["offtake"]["leakage_t"]["median"] > rows["adjustable"]["leakage_t"]["median"]
    assert rows["adjustable"]["runout"] is None
    assert set(rows["contract"]["runout"]) == {"p5", "p50", "p95"}


def test_more_tonnes_never_cost_less() -> None:
    little, much = (orepact.compare(MINERAL, tonnes=t, zone="MSP", draws=10).instruments for t in (100.0, 300.0))
    for one, other in zip(little, much, strict=True):
        assert other.level > one.level
        assert np.median(-other.treasury) > np.median(-one.treasury) or one.name == "adjustable duty"


def test_tonnes_beyond_an_instrument_are_said_to_be() -> None:
    found = orepact.compare(MINERAL, tonnes=1e6, zone="MSP", draws=10)
    assert not any(each.reached for each in found.instruments)
    with pytest.raises(BadInput) as caught:
        orepact.compare(MINERAL, tonnes=-1.0, zone="MSP", fund=-5.0)
    assert len(caught.value.problems) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "keys"),
    [
        (
            ["price", "-m", "tungsten", "-r", "60000", "-z", "EU27"],
            {"reference", "duties", "prices", "output", "payers", "closes"},
        ),
        (["compare", "-m", "tungsten", "-t", "100", "-z", "EU27", "--draws", "10"], {"instruments"}),
    ],
)
def test_the_commands_print_text_json_and_csv(arguments: list[str], keys: set[str]) -> None:
    def said(*more: str) -> str:
        command = [sys.executable, "-m", "orepact", *arguments, *more]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603

    assert set(json.loads(said("--json"))) >= keys
    assert "," in said("--csv").splitlines()[0]
    assert "tungsten" in said()


@pytest.mark.slow
def test_a_volatility_that_is_given_serves_where_none_is_published() -> None:
    found = orepact.compare("niobium", tonnes=50.0, zone="MSP", fund=5e8, draws=10)
    told = {each.why_no_runout for each in found.instruments if each.runout is None}
    assert any("no volatility of its price is published" in str(each) for each in told)
    given = orepact.compare("niobium", tonnes=50.0, zone="MSP", fund=5e8, volatility=0.3, draws=10)
    assert sum(each.runout is not None for each in given.instruments) == 4
