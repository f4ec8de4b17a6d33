"""Demand rounds from draft to report, on both databases: sealed bids, a match under the cap, and nothing that tells of another firm."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from orepact.errors import BadInput
from orepact.pact import KEEPER, Command, Denied, Pact, Viewer
from orepact.pact.pact import NoRecord
from orepact.pact.rounds.clearing import aggregate, as_round, clear, disclose
from orepact.pact.rounds.funnel import _outcomes, funnel
from orepact.pact.rounds.sums import told
from orepact.planning import matching

pytestmark = pytest.mark.usefixtures("clock")
OPERATOR = Viewer("ola", "Ola", frozenset({"round operator"}))
AUDITOR = Viewer("ada", "Ada", frozenset({"auditor"}))
BUYERS = {"b1": ("small or medium", 4000, 620000.0), "b2": ("large", 6000, 700000.0), "b3": ("small or medium", 3000, 640000.0),
          "b4": ("large", 2500, 690000.0)}  # fmt: skip
SUPPLIERS = {"s1": ("CHN", 20000, 410000.0), "s2": ("DEU", 3500, 560000.0), "s3": ("KAZ", 3000, 500000.0)}
ROUND = {"name": "Gallium 1", "minerals": ["gallium"], "currency": "EUR", "least_bid": 1000, "least_bid_small": 200}


def firm(name: str) -> Viewer:
    return Viewer(f"person of {name}", name, frozenset({"firm"}), frozenset({name}))


def demand(name: str, **more: Any) -> dict[str, Any]:
    _, kg, limit = BUYERS[name]
    said = {"round": "gallium-1", "mineral": "gallium", "stage": "refined", "grade": 0.9999, "kg": kg, "limit": limit,
            "places": ["Hamburg"],
            "first": "2026-08", "last": "2026-12", "owner": name}  # fmt: skip
    return said | more


def offer(name: str, **more: Any) -> dict[str, Any]:
    origin, kg, reserve = SUPPLIERS[name]
    said = {"round": "gallium-1", "mineral": "gallium", "stage": "refined", "grade": 0.99999, "kg": kg, "reserve": reserve, "owner": name,
            "delivered": [{"place": "Hamburg", "cost": 3000.0}], "first": "2026-08", "last": "2027-06", "refined_in": origin}  # fmt: skip
    return said | more


@pytest.fixture
def opened(pact: Pact) -> Pact:
    for name, (size, _, _) in BUYERS.items():
        pact.do(KEEPER, Command("party", "add", {"name": name.upper(), "kind": "firm", "firm_size": size}, name))
    for name in SUPPLIERS:
        pact.do(KEEPER, Command("party", "add", {"name": name.upper(), "kind": "firm"}, name))
    pact.do(OPERATOR, Command("round", "add", ROUND, "gallium-1"))
    go(pact, "registration", "demand open")
    return pact


def go(pact: Pact, *states: str) -> None:
    for each in states:
        pact.do(OPERATOR, Command("round", "move", {"to": each}, "gallium-1"))


def bid(pact: Pact) -> dict[str, str]:
    """A whole round of bids; the id of each."""
    ids = {name: pact.do(firm(name), Command("demand", "add", demand(name))).kept.id for name in BUYERS}
    aggregate(pact, OPERATOR, "gallium-1")
    go(pact, "withdrawal window", "supply open")
    return ids | {name: pact.do(firm(name), Command("offer", "add", offer(name))).kept.id for name in SUPPLIERS}


def held(pact: Pact) -> Any:
    kept = pact.store.state().get("round", "gallium-1")
    assert kept is not None
    return kept.record


def test_a_round_with_four_buyers_and_three_suppliers_is_matched_under_the_cap_and_reported(opened: Pact) -> None:
    bid(opened)
    assert held(opened).sheet[0].kg == 15500  # 4000 + 6000 + 3000 + 2500, the largest with 39 %
    clear(opened, OPERATOR, "gallium-1")
    matches: list[Any] = [each.record for each in opened.store.state().all("match")]
    owner = {each.id: each.record.owner for each in opened.store.state().all("offer")}
    sold = {name: sum(each.kg for each in matches if owner[each.offer] == name) for name in SUPPLIERS}
    total = sum(sold.values())
    assert total == 15500
    assert sold["s1"] * 100 <= 65 * total
    assert sold["s2"] + sold["s3"] >= 15500 * 35 // 100
    result = held(opened).result
    assert (result.demand, result.matched) == (15500, 15500)
    assert result.gap <= 1e-9
    assert result.cap_total is not None
    assert result.cap_total > 0
    assert {each.supplier for each in matches} == {None}  # the buyer is told at the disclosure
    disclose(opened, OPERATOR, "gallium-1")
    go(opened, "negotiating")
    matches = [each.record for each in opened.store.state().all("match")]
    for each in matches[:-1]:
        said = {"status": "concluded", "reason": "contract signed", "kg": each.kg, "on": "2026-05-01"}
        opened.do(firm(each.buyer), Command("match", "report", said, each.id))
    with pytest.raises(BadInput, match="outcomes are missing"):
        go(opened, "reported")
    opened.do(
        firm(matches[-1].supplier), Command("match", "report", {"status": "failed", "reason": "price"}, matches[-1].id)
    )
    go(opened, "reported", "closed")
    found = funnel(opened.store.state(), "gallium-1")
    assert found.contracted is None  # beside what was matched it would tell what one buyer did not sign
    assert found.share("contracted_to_matched") == round(1 - matches[-1].kg / total, 1)
    assert found.share("matched_to_demand") == 1.0
    assert dict(found.reasons)["contract signed"] == len(matches) - 1
    assert opened.sight(KEEPER).state.text() == opened.store.state().text()


def test_what_is_matched_is_what_the_engine_says(opened: Pact) -> None:
    bid(opened)
    expected = matching.match(as_round(opened.store.state(), held(opened)))
    clear(opened, OPERATOR, "gallium-1")
    found: list[Any] = [each.record for each in opened.store.state().all("match")]
    assert sorted((each.demand, each.offer, each.kg) for each in found) == sorted(
        (each.demand, each.offer, each.quantity) for each in expected.pairs
    )


def test_nobody_reads_anothers_bid_and_whoever_runs_the_round_reads_none(opened: Pact) -> None:
    ids = bid(opened)
    for viewer in (OPERATOR, firm("b1"), firm("s1"), Viewer("x", "x", frozenset({"administrator", "analyst"}))):
        seen = {each.id for kind in ("demand", "offer") for each in opened.sight(viewer).all(kind)}
        assert seen == {ids[name] for name in ids if name in viewer.acts_for}
        told_of = "".join(each.body for each in opened.history(viewer))
        assert not any(each in told_of for name, each in ids.items() if name not in viewer.acts_for)
    assert len(opened.sight(AUDITOR).all("demand")) == len(BUYERS)
    clear(opened, OPERATOR, "gallium-1")
    mine: list[Any] = [each.record for each in opened.sight(firm("b1")).all("match")]
    assert {each.buyer for each in mine} == {"b1"}
    assert opened.sight(firm("s1")).all("match") == ()  # not disclosed yet
    assert opened.sight(OPERATOR).all("match") == ()
    disclose(opened, OPERATOR, "gallium-1")
    theirs: list[Any] = [each.record for each in opened.sight(firm("s1")).all("match")]
    assert theirs
    assert {each.supplier for each in theirs} == {"s1"}
    with pytest.raises(NoRecord):
        opened.do(firm("b2"), Command("match", "report", {"status": "failed", "reason": "price"}, mine[0].id))


def test_an_answer_to_a_bid_names_no_price_and_nobody(opened: Pact) -> None:
    ids = bid(opened)
    clear(opened, OPERATOR, "gallium-1")
    for name, record in ids.items():
        kind = "demand" if name in BUYERS else "offer"
        said: Any = opened.sight(firm(name)).get(kind, record)
        assert said.record.answer
        assert not any(letter.isdigit() for letter in said.record.answer)
        assert not any(other in said.record.answer for other in ids.values())


def test_bids_are_touched_only_while_their_side_is_open(opened: Pact) -> None:
    mine = opened.do(firm("b1"), Command("demand", "add", demand("b1"))).kept.id
    opened.do(firm("b1"), Command("demand", "change", {"kg": 4100}, mine))
    with pytest.raises(BadInput, match="while it is supply open"):
        opened.do(firm("s1"), Command("offer", "add", offer("s1")))
    aggregate(opened, OPERATOR, "gallium-1")
    with pytest.raises(BadInput, match="while it is demand open"):
        opened.do(firm("b1"), Command("demand", "change", {"kg": 4200}, mine))
    go(opened, "withdrawal window")
    opened.do(firm("b1"), Command("demand", "withdraw", {"reason": "no need"}, mine))
    go(opened, "supply open")
    with pytest.raises(BadInput, match="there is no demand"):
        clear(opened, OPERATOR, "gallium-1")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"first": "2026-06"}, "two months ahead"),
        ({"kg": 150}, "200 kg at least"),
        ({"lot": 5000}, "larger than the bid"),
        ({"last": "2026-07"}, "before the first month"),
        ({"mineral": "tungsten"}, "not about it"),
        ({"tier": "public"}, "sealed"),
        ({"readers": ["s1"]}, "sealed"),
    ],
)
def test_a_demand_is_held_to_the_rules(opened: Pact, change: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        opened.do(firm("b1"), Command("demand", "add", demand("b1", **change)))


def test_there_is_one_demand_for_a_form_place_and_period(opened: Pact) -> None:
    opened.do(firm("b1"), Command("demand", "add", demand("b1")))
    with pytest.raises(BadInput, match="you have one for this form"):
        opened.do(firm("b1"), Command("demand", "add", demand("b1", first="2026-10", last="2027-02")))
    opened.do(firm("b1"), Command("demand", "add", demand("b1", first="2027-01", last="2027-02")))
    opened.do(firm("b2"), Command("demand", "add", demand("b2")))


def test_nobody_but_the_pact_publishes_or_matches_and_states_go_in_order(opened: Pact) -> None:
    with pytest.raises(Denied):
        opened.do(OPERATOR, Command("round", "aggregate", {"sheet": []}, "gallium-1"))
    with pytest.raises(Denied):
        aggregate(opened, firm("b1"), "gallium-1")
    with pytest.raises(BadInput, match="one step at a time"):
        go(opened, "supply open")
    with pytest.raises(BadInput, match="entered by working it out"):
        go(opened, "aggregated")
    with pytest.raises(BadInput, match="its rules stand"):
        opened.do(OPERATOR, Command("round", "change", {"cap": 0.5}, "gallium-1"))


@pytest.mark.parametrize(
    ("amounts", "sum_told"),
    [({"a": 5, "b": 5}, None), ({"a": 1, "b": 1, "c": 1}, 3), ({"a": 85, "b": 10, "c": 5}, None), ({"a": 84, "b": 10, "c": 6}, 100),
     ({"a": 1, "b": 1, "c": 0}, None), ({}, None)],
)  # fmt: skip
def test_a_sum_is_told_of_three_firms_none_too_large(amounts: dict[str, int], sum_told: int | None) -> None:
    assert told(amounts) == sum_told


def test_an_excluded_firm_bids_in_no_round(pact: Pact) -> None:
    pact.do(KEEPER, Command("party", "add", {"name": "B1", "kind": "firm"}, "b1"))
    pact.do(OPERATOR, Command("round", "add", ROUND | {"sanctioned": ["b1"]}, "gallium-1"))
    go(pact, "registration", "demand open")
    with pytest.raises(BadInput, match="excludes the firm"):
        pact.do(firm("b1"), Command("demand", "add", demand("b1")))
    assert date.fromisoformat(held(pact).steps[-1].rpartition(" ")[2])


def test_a_match_worked_out_before_a_bid_came_in_is_not_written(opened: Pact, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = bid(opened)
    engine = matching.match

    def slow(*given: Any, **more: Any) -> Any:
        found = engine(*given, **more)
        opened.do(firm("s2"), Command("offer", "change", {"reserve": 700000.0}, ids["s2"]))
        return found

    monkeypatch.setattr(matching, "match", slow)
    with pytest.raises(BadInput, match="does not follow from the bids that stand"):
        clear(opened, OPERATOR, "gallium-1")
    assert held(opened).state == "supply open"
    assert opened.store.state().all("match") == ()
    monkeypatch.undo()
    clear(opened, OPERATOR, "gallium-1")
    assert held(opened).state == "matched"


def test_no_sum_is_published_but_that_of_the_bids(opened: Pact) -> None:
    opened.do(firm("b1"), Command("demand", "add", demand("b1")))
    made_up = [{"mineral": "gallium", "stage": "refined", "kg": 4000}]
    with pytest.raises(BadInput, match="does not follow from the bids that stand"):
        opened.do(KEEPER, Command("round", "aggregate", {"sheet": made_up}, "gallium-1"))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"status": "failed", "reason": "contract signed"}, "no reason for failed"),
        ({"status": "ongoing", "reason": "contract signed"}, "no reason for ongoing"),
        ({"status": "ongoing", "reason": "no answer"}, "no reason for ongoing"),
        ({"status": "concluded", "reason": "no answer", "kg": 1}, "no reason for concluded"),
        ({"status": "concluded", "reason": "contract signed", "kg": 0}, "over nothing"),
        ({"status": "concluded", "reason": "contract signed", "kg": 1, "on": "2033-01-01"}, "a day to come"),
        ({"status": "failed", "reason": "price", "on": "2026-01-01"}, "only a contract has a day"),
    ],
)
def test_a_report_does_not_contradict_itself(opened: Pact, said: dict[str, Any], words: str) -> None:
    bid(opened)
    clear(opened, OPERATOR, "gallium-1")
    disclose(opened, OPERATOR, "gallium-1")
    go(opened, "negotiating")
    each: Any = opened.store.state().all("match")[0].record
    with pytest.raises(BadInput, match=words):
        opened.do(firm(each.buyer), Command("match", "report", said, each.id))


def test_contracts_are_counted_by_status_whatever_old_reports_give_as_reason() -> None:
    def reported(status: str, reason: str, kg: int | None) -> Any:
        return SimpleNamespace(outcome=SimpleNamespace(status=status, reason=reason, kg=kg), buyer=f"b{kg}", kg=1000)

    old = [reported("failed", "contract signed", None), reported("ongoing", "contract signed", 9),
           *(reported("concluded", "no answer", kg) for kg in (100, 200, 300))]  # fmt: skip
    found = _outcomes(old)
    assert found["contracted"] is None or found["contracted"] == 600
    assert found["share"] == 0.1  # 600 of 5,000
    assert dict(found["reasons"]) == {"contract signed": 3, "other": 2}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"minerals": ["unobtainium"]}, "no mineral of that name"),
        ({"minerals": ["galium"]}, "did you mean gallium"),
        ({"minerals": ["Gallium"]}, "did you mean gallium"),
        ({"region": "Narnia"}, "no country or region of that name"),
        ({"concern": ["ZZZ"]}, "no country or region of that name"),
        ({"sanctioned": ["Nobody"]}, "no party of that name"),
    ],
)
def test_a_round_names_what_there_is(opened: Pact, change: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        opened.do(OPERATOR, Command("round", "add", ROUND | change))
    opened.do(OPERATOR, Command("round", "add", ROUND, "gallium-2"))
    with pytest.raises(BadInput, match=words):
        opened.do(OPERATOR, Command("round", "change", change, "gallium-2"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"refined_in": "ZZZ"}, "no country or region of that name"),
        ({"owners": [{"name": "O", "country": "ZZZ", "share": 0.5}]}, "no country or region of that name"),
        ({"delivered": [{"place": " Hamburg", "cost": 1.0}]}, "without blanks around"),
        ({"delivered": [{"place": "Hamburg", "cost": 1.0}, {"place": "HAMBURG", "cost": 2.0}]}, "there twice"),
    ],
)
def test_an_offer_names_what_there_is(opened: Pact, change: dict[str, Any], words: str) -> None:
    opened.do(firm("b1"), Command("demand", "add", demand("b1")))
    aggregate(opened, OPERATOR, "gallium-1")
    go(opened, "withdrawal window", "supply open")
    with pytest.raises(BadInput, match=words):
        opened.do(firm("s1"), Command("offer", "add", offer("s1", **change)))


def test_a_place_of_blanks_is_refused_and_case_makes_no_other_demand(opened: Pact) -> None:
    for blank in ("", " "):
        with pytest.raises(BadInput, match="without blanks"):
            opened.do(firm("b1"), Command("demand", "add", demand("b1", places=[blank])))
    opened.do(firm("b1"), Command("demand", "add", demand("b1")))
    for change in ({"places": ["hamburg"]}, {"grade": 0.0}, {"impurities": [{"name": "iron", "part": 0.001}]}):
        with pytest.raises(BadInput, match="you have one for this form"):
            opened.do(firm("b1"), Command("demand", "add", demand("b1", **change)))


def test_a_name_in_an_open_round_is_mended_with_a_reason_and_its_terms_are_not(opened: Pact) -> None:
    with pytest.raises(BadInput, match="its rules stand"):
        opened.do(OPERATOR, Command("round", "change", {"region": "JPN"}, "gallium-1"))
    with pytest.raises(BadInput, match="its rules stand"):
        opened.do(OPERATOR, Command("round", "change", {"cap": 0.5, "region": "JPN"}, "gallium-1", override="a slip"))
    with pytest.raises(BadInput, match="no country or region"):
        opened.do(OPERATOR, Command("round", "change", {"region": "Narnia"}, "gallium-1", override="a slip"))
    done = opened.do(OPERATOR, Command("round", "change", {"region": "JPN"}, "gallium-1", override="a slip"))
    assert done.event.draft.data["override"]["reason"] == "a slip"
    assert held(opened).region == "JPN"


def test_a_round_that_cannot_go_on_is_closed_with_a_reason(opened: Pact) -> None:
    with pytest.raises(BadInput):
        opened.do(OPERATOR, Command("round", "abandon", {}, "gallium-1"))
    opened.do(OPERATOR, Command("round", "abandon", {"reason": "it names a region that is none"}, "gallium-1"))
    assert held(opened).state == "closed"
    with pytest.raises(BadInput, match="it is closed"):
        opened.do(OPERATOR, Command("round", "abandon", {"reason": "again"}, "gallium-1"))


def test_an_excluded_firm_is_known_by_any_spelling_of_its_name(opened: Pact) -> None:
    opened.do(KEEPER, Command("party", "add", {"name": "Dark Ores Ltd", "kind": "firm"}, "dark"))
    opened.do(OPERATOR, Command("round", "add", ROUND | {"sanctioned": [" dark  ores LTD"]}, "gallium-2"))
    for each in ("registration", "demand open"):
        opened.do(OPERATOR, Command("round", "move", {"to": each}, "gallium-2"))
    with pytest.raises(BadInput, match="excludes the firm"):
        opened.do(firm("dark"), Command("demand", "add", demand("b1", owner="dark", round="gallium-2")))
