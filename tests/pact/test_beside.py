"""Agreements side by side, and the deals of a bloc's members beside the bloc's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.errors import BadInput
from orepact.pact import ANYBODY, KEEPER, Command, NoRecord, Pact
from orepact.pact.beside import VERDICTS, beside, beside_answer, beside_bloc, beside_rows, laid, library
from orepact.pact.kinds.agreements import Agreement

START = date(2020, 1, 1)
LEFT = {
    "id": "left",
    "name": "Left",
    "parties": ["EU", "KAZ"],
    "clauses": [
        {"clause": "scope", "stands": "yes", "binding": "no", "summary": "All raw materials"},
        {"clause": "exit", "stands": "yes", "value": 30, "unit": "days"},
        {"clause": "review", "stands": "yes", "value": 6, "unit": "months"},
        {"clause": "trade", "stands": "yes", "summary": "no duties"},
        {"clause": "stockpiling", "stands": "no"},
        {"clause": "skills", "stands": "yes"},
        {"clause": "security", "stands": "no"},
    ],
}
RIGHT = {
    "id": "right",
    "name": "Right",
    "parties": ["DEU", "KAZ"],
    "clauses": [
        {"clause": "scope", "stands": "yes", "summary": "all  raw materials"},
        {"clause": "exit", "stands": "yes", "value": 90, "unit": "Days"},
        {"clause": "review", "stands": "yes", "value": 180, "unit": "days"},
        {"clause": "trade", "stands": "no"},
        {"clause": "stockpiling", "stands": "no"},
        {"clause": "security", "stands": "unknown"},
        {"clause": "of its own", "stands": "yes"},
    ],
}


@pytest.fixture(name="pact", scope="module")
def _pact() -> Iterator[Pact]:
    pact = Pact.at("sqlite://")
    for party, kind in (("EU", "bloc"), ("KAZ", "state"), ("DEU", "state"), ("GBR", "state"), ("FRA", "state")):
        pact.do(KEEPER, Command("party", "add", {"id": party, "name": party, "kind": kind}, effective=START))
    others = [
        {"id": "london", "name": "London", "parties": ["GBR", "KAZ"]},
        {"id": "paris", "name": "Paris", "parties": ["FRA", "DEU"]},
    ]
    for each in (LEFT, RIGHT, *others):
        pact.do(KEEPER, Command("agreement", "add", each, effective=START))
    secret = {
        "name": "Secret", "parties": ["FRA", "KAZ"], "tier": "party", "owner": "FRA", "readers": ["KAZ"],
    }  # fmt: skip
    pact.do(KEEPER, Command("agreement", "add", secret, effective=START))
    yield pact
    pact.close()


def test_each_clause_has_its_verdict(pact: Pact) -> None:
    rows = {row.clause: row for row in beside(pact.sight(ANYBODY), ["left", "right"]).rows}
    assert rows["scope"].verdict == "same", "case and blanks do not differ, and binding is not known of one"
    assert (rows["exit"].verdict, rows["exit"].differences) == ("differs", ("number",))
    assert rows["exit"].number == "30 days against 90 days: +60 days"
    assert rows["review"].number == "6 months against 180 days: units differ"
    assert rows["trade"].verdict == "only one"
    assert rows["stockpiling"].verdict == "neither"
    assert rows["skills"].verdict == "known of one"
    assert rows["security"].verdict == "known of one"
    assert rows["of its own"].verdict == "known of one"


def test_the_library_comes_first_and_in_its_order(pact: Pact) -> None:
    names = [row.clause for row in beside(pact.sight(ANYBODY), ["left", "right"]).rows]
    assert names[: len(library())] == list(library())
    assert len(names) == len(set(names))


def test_deals_of_members_stand_beside_the_blocs_own_and_nobody_sees_a_hidden_one(pact: Pact) -> None:
    left: Any = beside(pact.sight(ANYBODY), ["left"]).agreements[0]
    found = beside_bloc(pact.sight(ANYBODY), left)
    assert [(each.agreement.id, each.member, each.partner) for each in found] == [("right", "DEU", "KAZ")]
    everything = beside_bloc(pact.sight(KEEPER), left)
    assert sorted(each.member for each in everything) == ["DEU", "FRA"]


def test_members_are_those_of_the_day(pact: Pact) -> None:
    """The United Kingdom left the Union on 31 January 2020."""
    sight = pact.sight(ANYBODY)
    left: Any = beside(sight, ["left"]).agreements[0]
    assert "GBR" in {each.member for each in beside_bloc(sight, left, date(2019, 6, 1))}
    assert "GBR" not in {each.member for each in beside_bloc(sight, left, date(2021, 6, 1))}


def test_an_agreement_of_states_has_no_members(pact: Pact) -> None:
    sight = pact.sight(ANYBODY)
    right: Any = beside(sight, ["right"]).agreements[0]
    assert beside_bloc(sight, right) == ()


def test_an_agreement_that_is_not_there_is_refused(pact: Pact) -> None:
    with pytest.raises(NoRecord, match="agreement"):
        beside(pact.sight(ANYBODY), ["left", "nowhere"])


def test_an_id_may_be_cut_short_where_only_one_begins_so(pact: Pact) -> None:
    assert [each.id for each in beside(pact.sight(ANYBODY), ["le", "ri"]).agreements] == ["left", "right"]
    pact.do(KEEPER, Command("agreement", "add", {"id": "left-again", "name": "Again", "parties": ["EU"]}))
    assert [each.id for each in beside(pact.sight(ANYBODY), ["left"]).agreements] == ["left"]
    with pytest.raises(BadInput, match="several agreements begin so"):
        beside(pact.sight(ANYBODY), ["lef"])


def test_an_initiative_is_laid_beside_an_agreement_alike(pact: Pact) -> None:
    said = {
        "id": "forum", "name": "Forum", "functions": ["projects"], "minerals": ["*"], "stages": ["*"], "countries": ["EU"],
        "since": "2026-02-04", "clauses": [{"clause": "trade", "stands": "yes", "summary": "prices that hold"}],
    }  # fmt: skip
    pact.do(KEEPER, Command("initiative", "add", said, effective=START))
    found = beside(pact.sight(ANYBODY), ["forum", "right"])
    assert found.agreements[0].signed == "2026-02-04"
    assert {row.clause: row.verdict for row in found.rows}["trade"] == "only one"


def test_answers_have_every_side(pact: Pact) -> None:
    sight = pact.sight(ANYBODY)
    found = beside(sight, ["left", "right"])
    answer = beside_answer(found, beside_bloc(sight, found.agreements[0]))
    assert sum(answer["counts"].values()) == len(answer["clauses"])
    assert answer["members"][0]["id"] == "right"
    skills = next(each for each in answer["clauses"] if each["clause"] == "skills")
    assert [each["stands"] for each in skills["sides"]] == ["yes", "unknown"]
    assert len(beside_rows(found)) == 2 * len(found.rows)


clauses = st.lists(
    st.fixed_dictionaries(
        {"clause": st.sampled_from(["scope", "exit", "trade"]), "stands": st.sampled_from(["yes", "no", "unknown"])},
        optional={
            "binding": st.sampled_from(["yes", "no", "unknown"]),
            "summary": st.sampled_from(["one", "another"]),
            "value": st.integers(0, 3),
            "unit": st.sampled_from(["days", "months"]),
        },
    ),
    max_size=3,
    unique_by=lambda each: str(each["clause"]),
)
agreements = clauses.map(lambda said: Agreement.model_validate({"name": "a", "parties": ["EU"], "clauses": said}))


@given(agreements, agreements)
def test_laying_one_beside_the_other_mirrors_the_other_way(one: Agreement, other: Agreement) -> None:
    for row, mirror in zip(laid([one, other]), laid([other, one]), strict=True):
        assert (row.clause, row.verdict, row.differences) == (mirror.clause, mirror.verdict, mirror.differences)
        assert row.sides == mirror.sides[::-1]
        assert bool(row.number) == bool(mirror.number)
        assert row.verdict in VERDICTS


@given(agreements)
def test_nothing_differs_from_itself(one: Agreement) -> None:
    assert {row.verdict for row in laid([one, one])} <= {"same", "neither", "not known"}
