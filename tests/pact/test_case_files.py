"""A case file of the watch enters the pact: leads for a watch, the whole case for a signal, and nothing where it is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orepact.errors import BadInput
from orepact.pact import KEEPER, Command, Pact
from orepact.pact.case_files import ELEMENT_OF, EXPLANATION_OF, enter, read, read_file
from orepact.pact.kinds.investigations import EXPLANATIONS
from orepact.watch.case_file import case_file, record
from orepact.watch.shipped import evidence

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture(scope="module")
def lithium() -> dict[str, Any]:
    """What ``orepact watch file --mineral lithium --json`` prints."""
    return dict(json.loads(json.dumps(record(case_file(evidence("lithium", "EU27"))))))


def as_signal(said: dict[str, Any]) -> dict[str, Any]:
    """The same file with two screens that fire on different data."""
    screens = [dict(each) for each in said["screens"]]
    for at, families in ((0, ["price"]), (1, ["trade"])):
        screens[at] |= {
            "state": "lead",
            "period": "2025",
            "words": f"{families[0]} fell (made up)",
            "families": families,
        }
    quiet = [each | {"state": "quiet"} for each in screens[2:]]
    return said | {"standing": "signal", "screens": [*screens[:2], *quiet]}


def entered(pact: Pact, *given: Any) -> Any:
    """The investigation that a case file becomes."""
    name = enter(pact, *given)
    return pact.store.state().get("investigation", name)


def test_a_watch_enters_with_its_leads_and_no_more(pact: Pact, lithium: dict[str, Any]) -> None:
    held = entered(pact, KEEPER, read(lithium))
    fired = [each["screen"] for each in lithium["screens"] if each["state"] == "lead"]
    assert (held.record.state, [each.screen for each in held.record.leads]) == ("watch", fired)
    assert fired
    assert held.record.elements == ()
    assert lithium["sentence"] in held.record.note


def test_a_signal_enters_as_a_case_with_every_finding_and_both_costs(pact: Pact, lithium: dict[str, Any]) -> None:
    held = entered(pact, KEEPER, read(as_signal(lithium)), "li")
    assert held.record.state == "case"
    assert {each.element: each.finding for each in held.record.elements} == {
        ELEMENT_OF[each["name"]]: each["verdict"] for each in lithium["legal_test"]
    }
    assert {each.explanation for each in held.record.explanations} == set(EXPLANATIONS)
    zone = [each for each in lithium["costs"]["acting"]["payers"] if each["who"].endswith("in the zone")]
    costs = {each.side: each.amount for each in held.record.costs}
    assert costs["acting"] == pytest.approx(-sum(each["amount"]["median"] for each in zone))
    assert set(costs) == {"acting", "not acting"}
    decided = pact.do(KEEPER, Command("investigation", "decide", {"outcome": "no measure", "reason": "so"}, "li"))
    assert decided.kept.record.state == "decision"  # type: ignore[attr-defined]


def test_what_nobody_can_tell_the_cost_of_says_so(pact: Pact, lithium: dict[str, Any]) -> None:
    said = as_signal(lithium) | {"costs": {"cannot_tell": "no table", "acting": None, "not_acting": None}}
    held = entered(pact, KEEPER, read(said))
    assert [(each.amount, each.who) for each in held.record.costs] == [(None, "cannot tell: no table")] * 2


def test_every_part_of_a_case_file_has_its_place(lithium: dict[str, Any]) -> None:
    assert {each["name"] for each in lithium["legal_test"]} == set(ELEMENT_OF)
    assert {each["name"] for each in lithium["explanations"]} == set(EXPLANATION_OF)


@pytest.mark.parametrize("text", ["[]", "{}", "not json", '{"mineral": 1}', "[" * 100_000])
def test_what_is_no_case_file_is_refused_in_words(tmp_path: Path, pact: Pact, text: str) -> None:
    before = pact.store.state().text()
    file = tmp_path / "case.json"
    file.write_text(text)
    with pytest.raises(BadInput, match=r"case\.json"):
        enter(pact, KEEPER, read_file(file))
    with pytest.raises(BadInput, match="cannot be read"):
        read_file(tmp_path / "none.json")
    assert pact.store.state().text() == before
