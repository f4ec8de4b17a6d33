"""The case file: innocent explanations by hand, the legal test as a pure sorting, costs from cases, and a record that reads back."""

from __future__ import annotations

import math

import pytest
from pydantic import ValidationError

from orepact.watch.case_file import CaseFile, case_file, read_back, record
from orepact.watch.cost_of_acting import costs
from orepact.watch.explanations import DOES_NOT, EXPLAINS, QUANTITY, Explanation, covers, explanations, fall_of
from orepact.watch.legal_test import causation, interest, legal_test
from orepact.watch.no_change import series
from orepact.watch.screen import Finding
from orepact.watch.shipped import evidence, minerals
from orepact.watch.verdict import NOT_PROOF, judged


@pytest.fixture(scope="module")
def lithium() -> CaseFile:
    return case_file(evidence("lithium"), dissent=("Users say that prices were too high before.",))


def finding(screen: str, state: str, *families: str) -> Finding:
    return Finding("x", screen, state, "2024", p=0.01, words=f"{screen} is {state}", families=frozenset(families))  # type: ignore[arg-type]


def test_a_surplus_of_a_tenth_covers_half_of_a_fall_of_two_fifths() -> None:
    found = covers("a new mine", 0.10, 0.40, "It added 10 %", ("usgs",), "D")
    assert found.share == pytest.approx(0.10 / QUANTITY / 0.40)
    assert found.verdict == EXPLAINS
    assert covers("a new mine", 0.05, 0.40, "It added 5 %", (), "D").verdict == DOES_NOT
    assert covers("a new mine", 0.10, -0.2, "It added 10 %", (), "D").verdict == DOES_NOT
    assert covers("a new mine", 0.10, None, "It added 10 %", (), "D").verdict == "cannot tell"


def test_the_fall_is_of_the_last_twelve_months_against_the_twelve_before() -> None:
    import numpy as np

    assert fall_of(series(np.array([100.0] * 12 + [80.0] * 12), "monthly")) == pytest.approx(math.log(1.25))
    assert fall_of(series(np.array([100.0, 80.0]), "annual")) == pytest.approx(math.log(1.25))
    assert fall_of(series(np.array([100.0] * 23), "monthly")) is None


def test_an_exchange_rate_is_not_guessed() -> None:
    held = evidence("lithium")
    fall = 0.2
    (without,) = [each for each in explanations(held, fall) if "exchange" in each.name]
    assert without.verdict == "cannot tell"
    assert without.share is None
    (half,) = [each for each in explanations(held, fall, currency=math.exp(-0.1) - 1) if "exchange" in each.name]
    assert half.share == pytest.approx(0.5)
    assert half.verdict == EXPLAINS


def test_the_largest_producers_own_growth_is_no_innocent_explanation() -> None:
    (found,) = [each for each in explanations(evidence("gallium"), 0.3) if "new mine" in each.name]
    assert "China, the largest" in found.figure
    assert found.verdict == DOES_NOT


def test_causation_fails_where_something_innocent_explains_it() -> None:
    held = {
        each.name: each
        for each in legal_test(
            [finding("import-surge", "lead"), finding("share-loss", "lead"), finding("below-cost", "quiet")],
            (),
            {"cannot_tell": "no"},
        )
    }
    increase, injury = held["increase of imports"], held["injury to local producers"]
    assert (increase.verdict, injury.verdict) == ("met", "met")
    does_not = Explanation("a", DOES_NOT, "")
    assert causation(increase, injury, [does_not]).verdict == "met"
    assert causation(increase, injury, [does_not, Explanation("b", EXPLAINS, "")]).verdict == "not met"
    assert causation(increase, injury, [does_not, Explanation("c", "cannot tell", "")]).verdict == "cannot tell"


def test_quiet_in_part_is_not_quiet() -> None:
    held = legal_test(
        [finding("import-surge", "quiet"), finding("share-loss", "quiet"), finding("below-cost", "cannot tell")],
        (),
        {"cannot_tell": "no"},
    )
    assert {each.name: each.verdict for each in held}["injury to local producers"] == "cannot tell"
    assert {each.name: each.verdict for each in held}["increase of imports"] == "not met"


def acting(net: float, kept: float, spread: float = 0.0) -> dict[str, object]:
    payers = [
        {"who": "users in the zone", "amount": {"median": net - 3.0}},
        {"who": "treasuries in the zone", "amount": {"median": 3.0}},
        {"who": "users elsewhere", "amount": {"median": 1e9}},
    ]
    return {
        "cannot_tell": "",
        "acting": {
            "what": "a duty", "payers": payers, "output_t": {"median": kept}, "transfer_usd": {"median": 3.0},
            "region_usd": {"median": net, "low": net - spread, "high": net + spread},
        },
    }  # fmt: skip


def test_the_interest_of_the_region_leaves_out_what_others_gain() -> None:
    assert interest(acting(5.0, 0.0)).verdict == "met"
    assert interest(acting(-5.0, 0.0)).verdict == "not met"
    found = interest(acting(-5e6, 10.0))
    assert found.verdict == "cannot tell"
    assert "costs the region 500 k USD" in found.figures[-1]


def test_a_range_that_spans_zero_decides_nothing() -> None:
    for net in (5.0, -5.0):
        found = interest(acting(net, 0.0, spread=6.0))
        assert found.verdict == "cannot tell"
        assert "spans zero" in found.figures[-1]
        assert (
            f"(80 % range {net - 6:.3g} to {net + 6:.3g}); apart from it 3 only moves from users to treasuries"
            in found.figures[1]
        )


def test_the_range_of_the_total_is_of_the_same_draws() -> None:
    found = costs("gallium", "EU27", 400_000)["acting"]
    total, moved = found["region_usd"], found["transfer_usd"]
    assert total["low"] <= total["median"] <= total["high"]
    held = {each["who"]: each["amount"]["median"] for each in found["payers"]}
    assert 0 <= moved["median"] <= max(held.get("treasuries in the zone", 0.0), 0.0) * 1.5


def test_the_sentence_counts_and_never_claims_proof() -> None:
    quiet = [finding(name, "quiet", "price") for name in ("cumulative-fall", "change-point")]
    assert judged("x", quiet, [])[0] == "cannot tell"
    two = [*quiet, finding("import-surge", "lead", "trade"), finding("below-cost", "lead", "price", "costs")]
    verdict, sentence = judged("x", two, ["a new mine"])
    assert verdict == "dumping-like"
    assert "2 of 4 screens" in sentence
    assert "it may be ordinary" in sentence
    one = [*quiet, finding("import-surge", "lead", "trade")]
    verdict, sentence = judged("x", one, [])
    assert verdict == "watch"
    assert "one other kind of data are quiet" in sentence
    assert "neither ordinary nor dumping-like can be said" in sentence
    routes = [*quiet, finding("new-transit", "lead", "routes"), finding("squeeze", "lead", "stocks")]
    verdict, sentence = judged("x", routes, [])
    assert verdict == "watch"
    assert "none of low prices or too much supply" in sentence
    assert all(NOT_PROOF in judged("x", each, [])[1] for each in (quiet, two, one, routes))


def test_ordinary_needs_three_kinds_of_data_and_no_lead() -> None:
    three = [finding(name, "quiet", name) for name in ("price", "trade", "output")]
    assert judged("x", three, [])[0] == "ordinary"
    assert judged("x", three[:2], [])[0] == "cannot tell"
    assert judged("x", [], [])[0] == "cannot tell"
    alone = [finding("change-point", "lead", "price"), finding("price-gap", "cannot tell")]
    verdict, sentence = judged("x", alone, [])
    assert verdict == "watch"
    assert "one lead (change-point); nothing else could be tested" in sentence
    assert "to tell, give what price-gap needs" in sentence


def test_no_shipped_mineral_is_ordinary_with_a_lead(lithium: CaseFile) -> None:
    assert lithium.fired
    assert (lithium.verdict, lithium.standing) == ("watch", "watch")
    assert lithium.sentence.startswith(
        "Watch for lithium: 2 leads that read the same data (cumulative-fall, change-point)"
    )


def test_a_case_file_is_frozen_and_reads_back(lithium: CaseFile) -> None:
    assert read_back(record(lithium)) == lithium
    with pytest.raises(ValidationError):
        lithium.verdict = "ordinary"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        read_back({**record(lithium), "more": 1})


def test_a_case_file_has_all_its_parts(lithium: CaseFile) -> None:
    assert len(lithium.screens) == 15
    assert len(lithium.legal_test) == 5
    assert len(lithium.explanations) == 5
    assert lithium.dissent == ("Users say that prices were too high before.",)
    assert all(each.sources and each.grade for each in lithium.facts)
    assert lithium.fall == pytest.approx(1 - 9000 / 11800)


def test_the_cost_of_acting_is_that_of_the_same_duty_asked_by_itself() -> None:
    from orepact.cases.price_chain import price
    from orepact.watch.cost_of_acting import DRAWS, SEED

    found = costs("gallium", "EU27", 400_000)
    own = price("gallium", reference=400_000, zone="EU27", draws=DRAWS, seed=SEED).summary()
    assert {each["who"]: each["amount"] for each in found["acting"]["payers"]} == {
        each["who"]: each["amount"] for each in own["groups"]
    }
    waiting = found["not_acting"]
    assert waiting["rival"] == "CHN"
    assert waiting["users_gain_usd"]["median"] > 0
    assert waiting["allied_lost_t"]["median"] > 0


def test_more_capacity_of_the_rival_costs_the_allies_more() -> None:
    less, more = (costs("tungsten", "EU27", grown=grown)["not_acting"] for grown in (0.1, 0.4))
    assert more["allied_lost_t"]["median"] > less["allied_lost_t"]["median"] > 0
    assert more["users_gain_usd"]["median"] > less["users_gain_usd"]["median"]


def test_a_market_that_cannot_be_made_is_told_and_not_guessed() -> None:
    found = costs("silver", "EU27")
    assert found["cannot_tell"]
    assert found["acting"] is None


def test_every_mineral_that_is_watched_has_a_name_and_some_evidence() -> None:
    assert len(minerals()) >= 45
    assert {"gallium", "graphite", "lithium", "nickel"} <= set(minerals())
