"""From a reference price to who pays: known arithmetic, directions that must hold, identities, and what cannot be told."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import orepact
from orepact.cases.closing import closing_gap
from orepact.cases.price_chain import PriceAnswer
from orepact.errors import BadInput, NotSolved, UnknownName
from orepact.policy.money import levy_per_tonne
from orepact.report.price_text import print_price

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
    buyers = {each for each in lifted.base.labels.buyers[-1] if each in lifted.zone}
    union = set(orepact.facts.resolve_place("EU27"))
    named = {row["importer"]: row for row in lifted.tariffs}
    assert set(named) == {"EU27" if each in union else each for each in buyers}
    for importer, row in named.items():
        assert row["known"] == (importer == "USA")
        assert not row["applied"]
        words = "the European Union" if importer == "EU27" else orepact.facts.country_name(importer)
        assert (words in told) == (importer != "USA")
    assert "supply a tariff table" not in told
    sectors = lifted.summary()["sectors"]
    assert sectors
    assert all(0 < row["share_of_use"] <= 1 and row["amount"]["median"] < 0 for row in sectors)


def test_us_tariffs_are_named_with_what_changed_since_the_base_year() -> None:
    known = next(row for row in answer(1.2).tariffs if row["importer"] == "USA")
    assert {line["hts8"]: line["rate"] for line in known["lines"]}["81011000"] == "7%"
    assert any(each["instrument"] == "exempt from reciprocal tariffs" for each in known["since_base_year"])
    cobalt = orepact.price("cobalt", reference=60000.0, zone="USA", stage="mine", draws=10)
    changed = cobalt.tariffs[0]["since_base_year"]
    assert {"CHN", 25.0, "2024-09-27"} <= {value for each in changed for value in each.values() if value is not None}
    note = next(line for line in cobalt.notes if line.startswith("the tariff of United States"))
    assert "Section 301, 25 %, China from 2024-09-27" in note


def test_users_of_the_united_states_lose_by_use_and_all_of_it_is_shared_out(lifted: PriceAnswer) -> None:
    rows = [row for row in lifted.sectors if row["region"] == "USA"]
    assert sum(row["share_of_use"] for row in rows) == pytest.approx(1.0)
    assert {row["named_by"] for row in rows} == {"use"}
    lost = sum(float(np.median(row["share_of_use"] * lifted.payers["users of USA"])) for row in rows)
    assert sum(row["amount"]["median"] for row in rows) == pytest.approx(lost)
    assert lost == pytest.approx(float(np.median(lifted.payers["users of USA"])))


def test_shares_of_use_that_do_not_add_up_are_said() -> None:
    found = orepact.price("indium", reference=1e6, zone="EU27", draws=10)
    assert sum(row["share_of_use"] for row in found.sectors) == pytest.approx(0.9)
    assert any(line.startswith("who pays 10 % of what users of the EU lose") for line in found.cannot_tell)


@pytest.mark.parametrize("over", [0.999, 1.0005, 1.2])
def test_the_printed_duty_times_imports_is_the_revenue(over: float) -> None:
    found = answer(over)
    assert found.binds
    levied = levy_per_tonne(found.market, found.solution, found.duty.name, found.at)
    for row in found.duties():
        at = found.base.labels.producers[found.at].index(row["origin"])
        assert row["duty"]["median"] == pytest.approx(float(np.median(levied[:, at].max(axis=1))))
        imports, duty = row["imports_after_t"]["median"], row["duty"]["median"]
        assert row["revenue"]["median"] == pytest.approx(imports * duty, rel=0.05, abs=1.0)
    revenue = sum(amount for who, amount in found.payers.items() if who.startswith("treasury"))
    assert float(np.median(revenue)) == pytest.approx(sum(row["revenue"]["median"] for row in found.duties()), rel=0.1)
    # Above the price before the duty by a whole width of the kink, the duty is the gap itself; at it, an eighth of the width.
    kinked = float(found.duty.reference) * 0.005 / 8
    first = next(row for row in found.duties() if row["imports_before_t"] > 1)["duty_at_base_price"]["median"]
    assert (first > 10 * kinked) == (over == 1.2)


@pytest.mark.parametrize("reference", [150_000.0, 1e6, 1e14])
def test_the_books_close_also_where_a_duty_is_prohibitive(reference: float) -> None:
    found = orepact.price(MINERAL, reference=reference, zone="MSP", draws=DRAWS)
    assert 0 < found.closes < 1e-8
    assert float(np.median(sum(found.payers.values()))) < -1e7


def test_books_that_do_not_close_are_refused(lifted: PriceAnswer) -> None:
    levied = [np.zeros_like(stage.flows) for stage in lifted.solution.stages]
    levied[lifted.at] = levy_per_tonne(lifted.market, lifted.solution, lifted.duty.name, lifted.at)
    revenue = sum(amount for who, amount in lifted.payers.items() if who.startswith("treasury"))
    wrong = {**lifted.payers, "users of JPN": 1.001 * lifted.payers["users of JPN"]}
    books = (lifted.base.problem, lifted.before, lifted.solution, tuple(levied))
    assert closing_gap(*books, lifted.payers, revenue) == lifted.closes
    with pytest.raises(NotSolved, match="do not close"):
        closing_gap(*books, wrong, revenue)


@pytest.mark.parametrize("mineral", ["tungsten", "cobalt", "gallium"])
@pytest.mark.parametrize("over", [1.05, 2.0])
def test_a_duty_never_helps_the_covered_exporters_taken_together(mineral: str, over: float) -> None:
    """Producers and refiners of all covered origins, in every draw; a single one may gain by cheaper ore or left markets."""
    base = orepact.price(mineral, reference=1.0, zone="MSP", draws=10).summary()["base_price"]["median"]
    found = orepact.price(mineral, reference=over * base, zone="MSP", draws=DRAWS)
    outside = [each for each in found.base.labels.producers[found.at] if each not in found.zone]
    keys = [f"{kind} of {each} ({found.duty.stage})" for each in outside for kind in ("producers", "refiners")]
    assert np.all(sum(found.payers[key] for key in keys if key in found.payers) < 0)
    inside = found.base.labels.columns(found.at, found.zone)
    rows = ~found.base.labels.rows(found.at, found.zone)
    after, before = (
        each.stages[found.at].flows[:, rows][:, :, inside].sum(axis=(1, 2)) for each in (found.solution, found.before)
    )
    assert np.all(after < before)


def test_exempt_origins_are_shown_and_the_zone_cannot_be_exempt(capsys: Any) -> None:
    found = answer(1.5, exempt="China,Vietnam,Russia")
    rows = {row["origin"]: row for row in found.duties()}
    assert rows["CHN"]["exempt"]
    assert rows["CHN"]["duty"]["high"] == 0.0
    assert rows["CHN"]["imports_before_t"] > 1000
    print_price(found)
    page = " ".join(capsys.readouterr().out.split())
    assert "Nobody outside sells" not in page
    assert "China exempt exempt" in page
    with pytest.raises(BadInput, match="--exempt"):
        answer(1.5, exempt="USA")
    assert any(
        "exempt without effect" in line and "United States" in line for line in answer(1.5, exempt="USA,China").notes
    )


def test_a_page_opens_with_its_verdict_and_tells_scrap_from_refiners(lifted: PriceAnswer, capsys: Any) -> None:
    print_price(lifted)
    page = " ".join(capsys.readouterr().out.split())
    assert page.index("Buyers in the zone pay") < page.index("Duty by origin")
    assert "All together lose" in page
    assert "producers of" not in page
    assert "Scrap stands with mines" in page
    print_price(answer(0.5))
    page = " ".join(capsys.readouterr().out.split())
    assert "The reference price does not bind" in page
    assert "Who loses" not in page
    assert "Which sectors" not in page
    print_price(orepact.price(MINERAL, reference=1e14, zone="JPN", draws=10))
    page = " ".join(capsys.readouterr().out.split())
    assert "imports of 1 country lifted" in page
    assert "3e+09 times the base price" in page


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
    told = {each["why_no_runout"] for each in found.summary()["instruments"] if each["runout"] is None}
    assert any("no volatility of its price is published" in str(each) for each in told)
    given = orepact.compare("niobium", tonnes=50.0, zone="MSP", fund=5e8, volatility=0.3, draws=10)
    assert sum(each["runout"] is not None for each in given.summary()["instruments"]) == 4
