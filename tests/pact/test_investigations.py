"""An investigation from watch to review, on both databases: nobody decides on half a file, dissent stands beside it."""

from __future__ import annotations

from typing import Any

import pytest

from orepact.errors import BadInput
from orepact.pact import KEEPER, Command, Pact, Viewer
from orepact.pact.kinds.investigations import ELEMENTS, EXPLANATIONS
from orepact.pact.listing import is_decision

pytestmark = pytest.mark.usefixtures("clock")
ANALYST = Viewer("ana", "Ana", frozenset({"analyst"}))
JAPAN = Viewer("jun", "Jun", frozenset({"party delegate"}), frozenset({"JPN"}))
NAME = "ferrosilicon"
LEADS = (
    {
        "screen": "import-surge",
        "families": ["trade"],
        "period": "2025",
        "reading": "volume 2.4 standard deviations above",
    },
    {
        "screen": "price_below_cost",
        "families": ["price", "costs"],
        "period": "2025-06",
        "reading": "USD 1 180 per t, cost USD 1 350",
    },
)
COSTS = (
    {"side": "acting", "amount": 21e6, "who": "users of ferro-silicon"},
    {"side": "not acting", "who": "producers; cannot tell, since no cost curve is known"},
)
MEASURE = {"instrument": "duty to a reference price", "begins": "2026-05-01", "review_by": "2027-05-01"}


def act(pact: Pact, verb: str, viewer: Viewer = ANALYST, override: str | None = None, **data: Any) -> Any:
    return pact.do(viewer, Command("investigation", verb, data, NAME, override=override)).kept.record


def refused(pact: Pact, verb: str, **data: Any) -> str:
    before = pact.store.state().text()
    with pytest.raises(BadInput) as told:
        act(pact, verb, **data)
    assert pact.store.state().text() == before
    return str(told.value)


@pytest.fixture
def watched(pact: Pact) -> Pact:
    pact.do(KEEPER, Command("party", "add", {"name": "Japan", "kind": "state"}, "JPN"))
    act(pact, "add", name="Ferro-silicon", mineral="silicon", stage="refined", importer="EU27", exporters=["CHN"])
    return pact


def case(pact: Pact, finding: str = "met", explanation: str = "does not", costs: tuple[Any, ...] = COSTS) -> None:
    for each in LEADS:
        act(pact, "lead", **each)
    act(pact, "signal")
    act(pact, "open")
    for element in ELEMENTS:
        act(pact, "find", element=element, finding=finding, why="because of figures")
    for name in EXPLANATIONS:
        act(pact, "explain", explanation=name, finding=explanation, why="because of figures")
    for each in costs:
        act(pact, "cost", **each)


def test_an_investigation_goes_from_watch_to_a_measure_that_is_reviewed_and_ends(watched: Pact) -> None:
    case(watched)
    assert act(watched, "decide", outcome="measure", reason="the test is met").state == "decision"
    assert act(watched, "impose", **MEASURE).state == "measure"
    went_on = act(watched, "review", outcome="stays", reason="prices are still below", next_by="2027-05-01")
    assert (went_on.state, str(went_on.measure.review_by)) == ("review", "2027-05-01")
    ended = act(watched, "review", outcome="ends", reason="prices are back")
    assert [each.split(" 20")[0] for each in ended.steps] == [
        "signal",
        "case",
        "decision",
        "measure",
        "review",
        "closed",
    ]
    decisions = [each.draft.verb for each in watched.store.events() if is_decision(each)]
    assert decisions == ["decide", "impose", "review", "review"]


def test_two_leads_that_read_the_same_data_are_no_signal(watched: Pact) -> None:
    act(watched, "lead", **LEADS[0])
    act(watched, "lead", **(LEADS[0] | {"period": "2024"}))
    assert "a signal takes 2 leads that read no data in common; found trade" in refused(watched, "signal")
    assert "it is among the leads" in refused(watched, "lead", **LEADS[0])
    act(watched, "lead", **LEADS[1])
    assert act(watched, "signal").state == "signal"


def test_nobody_decides_on_half_a_file_but_an_override_that_is_logged(watched: Pact) -> None:
    case(watched, costs=COSTS[:1])
    assert "without the cost of not acting" in refused(watched, "decide", outcome="no measure", reason="enough")
    act(watched, "decide", override="the hearing is over", outcome="no measure", reason="enough")
    last = list(watched.store.events())[-1]
    assert last.draft.data["override"]["reason"] == "the hearing is over"
    assert "no measure was decided" in refused(watched, "impose", **MEASURE)
    assert act(watched, "close", reason="nothing to be done").state == "closed"


@pytest.mark.parametrize(
    ("finding", "explanation", "told"),
    [
        ("cannot tell", "does not", "the legal test is not met"),
        ("met", "explains it", "something innocent explains it"),
    ],
)
def test_no_measure_without_a_test_that_is_met_or_with_an_innocent_explanation(
    watched: Pact, finding: str, explanation: str, told: str
) -> None:
    case(watched, finding, explanation)
    assert told in refused(watched, "decide", outcome="measure", reason="we want to")


def test_a_measure_is_reviewed_within_twelve_months(watched: Pact) -> None:
    case(watched)
    act(watched, "decide", outcome="measure", reason="the test is met")
    assert "within 12 months" in refused(watched, "impose", **(MEASURE | {"review_by": "2027-05-02"}))
    act(watched, "impose", **MEASURE)
    assert "the next review is of a measure that goes on" in refused(watched, "review", outcome="stays", reason="so")


def test_steps_are_taken_in_their_order_and_what_follows_from_them_is_not_said(watched: Pact) -> None:
    assert "this is done in the state signal; found watch" in refused(watched, "open")
    assert "it follows from what is done" in refused(watched, "change", state="measure")


def test_a_party_dissents_and_stops_nothing(watched: Pact) -> None:
    data = {"investigation": NAME, "text": "The fall follows demand", "owner": "JPN"}
    kept = watched.do(JAPAN, Command("dissent", "add", data)).kept
    assert kept.record.title() == "The fall follows demand"
    case(watched)
    assert act(watched, "decide", outcome="measure", reason="the test is met").state == "decision"
