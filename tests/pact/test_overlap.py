"""Overlap of initiatives by shared cells, and dependent cells that nobody covers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.errors import BadInput
from orepact.pact import ANYBODY, KEEPER, Command, Pact
from orepact.pact.gaps import AT_LARGE, COVERED, THRESHOLD_PARAMETER, UNCOVERED, gap_rows, gaps, gaps_answer
from orepact.pact.overlap import FACTORS, FUNCTIONS, Cells, jaccard, overlap, overlap_answer, pair_rows

MAY = date(2026, 5, 1)
START = date(2021, 1, 1)


def made(name: str, functions: str, minerals: str, stages: str, countries: str, **more: Any) -> dict[str, Any]:
    """An initiative as somebody records it; lists joined by |."""
    lists = {"functions": functions, "minerals": minerals, "stages": stages, "countries": countries}
    return {"id": name, "name": name} | {each: said.split("|") for each, said in lists.items()} | more


FACT_SHAPED = (
    made("msp_forum", "projects|standards", "*", "*", "MSP_FORUM", since="2024-04-05"),
    made("eu_drc", "projects|standards|finance", "*", "*", "COD|EU", since="2023-10-26"),
    made("forge", "projects|trade", "*", "*", "FORGE", since="2026-02-04"),
    made("saudi", "projects", "rare_earths", "mine", "SAU|USA"),
    made("msp", "projects", "*", "*", "COD", until="2026-02-04"),
    made("talks", "trade", "cobalt", "*", "COD", status="prepared"),
    made("invented", "projects", "cobalt", "*", "COD", demonstration=True),
)


def _pact(*records: dict[str, Any]) -> Pact:
    pact = Pact.at("sqlite://")
    pact.do_all(KEEPER, [Command("initiative", "add", each, effective=START) for each in records])
    return pact


@pytest.fixture(name="pact", scope="module")
def _fact_shaped() -> Iterator[Pact]:
    pact = _pact(*FACT_SHAPED)
    yield pact
    pact.close()


def test_the_forum_the_eu_drc_partnership_and_forge_overlap_on_congolese_cobalt(pact: Pact) -> None:
    found = overlap(pact.sight(ANYBODY, MAY), MAY, mineral="cobalt", country="COD")
    assert {each.record.id for each in found.acting} == {"msp_forum", "eu_drc", "forge"}
    assert {frozenset((each.left.record.id, each.right.record.id)) for each in found.pairs} == {
        frozenset({"msp_forum", "eu_drc"}),
        frozenset({"msp_forum", "forge"}),
        frozenset({"eu_drc", "forge"}),
    }
    for each in found.pairs:
        assert each.shared.minerals == {"cobalt"}
        assert each.shared.countries == {"COD"}
        assert "projects" in each.shared.functions


def test_who_does_not_act_is_left_out_with_why(pact: Pact) -> None:
    found = dict(overlap(pact.sight(ANYBODY, MAY), MAY).left_out)
    assert set(found) == {"msp", "talks", "invented"}
    assert found["msp"] == "ended on 2026-02-04"
    assert "prepared" in found["talks"]
    before = overlap(pact.sight(ANYBODY, MAY), date(2026, 2, 3), mineral="cobalt", country="COD")
    assert {each.record.id for each in before.acting} == {"msp_forum", "eu_drc", "msp"}


def test_a_bloc_has_its_members_of_the_day(pact: Pact) -> None:
    """The Democratic Republic of the Congo joined the Forum on 26 September 2024."""
    eve = overlap(pact.sight(ANYBODY, MAY), date(2024, 9, 25), country="COD")
    assert "msp_forum" not in {each.record.id for each in eve.acting}
    then = overlap(pact.sight(ANYBODY, MAY), date(2024, 9, 26), country="COD")
    assert "msp_forum" in {each.record.id for each in then.acting}


def test_what_the_pact_says_of_a_member_goes_before_the_facts() -> None:
    pact = _pact(made("forge", "trade", "cobalt", "mine", "FORGE"))
    for party, kind in (("FORGE", "bloc"), ("COD", "state"), ("KAZ", "state")):
        pact.do(KEEPER, Command("party", "add", {"id": party, "name": party, "kind": kind}))
    before = overlap(pact.sight(ANYBODY), MAY).acting[0].cells.countries
    pact.do(KEEPER, Command("membership", "add", {"member": "COD", "of": "FORGE", "until": "2026-04-01"}))
    pact.do(KEEPER, Command("membership", "add", {"member": "KAZ", "of": "FORGE", "since": "2026-04-01"}))
    after = overlap(pact.sight(ANYBODY), MAY).acting[0].cells.countries
    assert after == (before - {"COD"}) | {"KAZ"}
    pact.close()


def test_rare_earths_stand_for_each_of_them_and_unknown_names_are_told() -> None:
    pact = _pact(
        made("re", "trade", "rare_earths", "mine", "SAU"),
        made("odd", "trade", "unobtainium", "mine", "Atlantis"),
    )
    found = overlap(pact.sight(ANYBODY), MAY)
    assert {"dysprosium", "neodymium", "rare_earths"} <= found.acting[1].cells.minerals
    assert found.not_known == ("Atlantis", "unobtainium")
    pact.close()


def test_worked_example_of_six_cells_and_two() -> None:
    six = Cells(frozenset({"trade"}), frozenset({"cobalt", "nickel"}), frozenset({"mine"}), frozenset({"A", "B", "C"}))
    two = Cells(frozenset({"trade"}), frozenset({"cobalt"}), frozenset({"mine"}), frozenset({"A", "B"}))
    assert (six.count(), two.count()) == (6, 2)
    assert jaccard(six, two) == pytest.approx(2 / 6)
    none = Cells(frozenset(), frozenset(), frozenset(), frozenset())
    assert jaccard(none, none) is None


def _sets(values: str) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(values), max_size=4)


cells = st.builds(Cells, _sets("fgh"), _sets("mnop"), _sets("st"), _sets("ABCDE"))


def _listed(found: Cells) -> set[tuple[str, ...]]:
    return set(product(*(getattr(found, each) for each in FACTORS)))


@given(cells, cells)
def test_counting_by_factors_is_counting_cells(left: Cells, right: Cells) -> None:
    one, other = _listed(left), _listed(right)
    assert left.count() == len(one)
    assert left.shared(right).count() == len(one & other)
    assert jaccard(left, right) == (pytest.approx(len(one & other) / len(one | other)) if one | other else None)


@given(cells, cells)
def test_overlap_is_the_same_from_both_sides_and_one_with_itself(left: Cells, right: Cells) -> None:
    index = jaccard(left, right)
    assert index == jaccard(right, left)
    assert index is None or 0 <= index <= 1
    assert jaccard(left, left) == (1 if left.count() else None)


def test_answers_are_compact_and_csv_is_flat(pact: Pact) -> None:
    found = overlap(pact.sight(ANYBODY, MAY), MAY)
    answer = overlap_answer(found)
    pair = next(each for each in answer["pairs"] if {each["left"], each["right"]} == {"eu_drc", "msp_forum"})
    assert pair["shared"]["minerals"] == ["*"]
    assert pair["shared"]["countries"] == ["EU27", "COD"]
    row = next(each for each in pair_rows(found.pairs) if each["left"] == "eu_drc" and each["right"] == "msp_forum")
    assert row["shared_countries"] == "EU27|COD"


def test_unknown_names_in_a_question_are_all_told_at_once(pact: Pact) -> None:
    with pytest.raises(BadInput) as error:
        overlap(pact.sight(ANYBODY), MAY, mineral="unobtainium", country="Atlantis")
    assert len(error.value.problems) == 2


def test_dependent_cells_that_nobody_covers_are_gaps_and_what_nobody_can_tell_is_apart() -> None:
    pact = _pact(
        made("boron", "trade", "boron", "mine", "EU"),
        made("far", "trade", "*", "*", "JPN"),
    )
    sight = pact.sight(ANYBODY)
    found = gaps(sight, MAY, materials="boron,cerium,cobalt,gallium")
    said = {(each.cell.mineral, each.cell.stage): each for each in found.cells}
    assert said["boron", "mine"].coverage == COVERED, "Türkiye has 99 %, and an initiative names it"
    assert said["boron", "mine"].functions_without == tuple(each for each in FUNCTIONS if each != "trade")
    assert said["cerium", "refined"].coverage == UNCOVERED, "China has 84 %"
    assert said["cobalt", "mine"].coverage == "cannot tell", "grade E"
    assert said["gallium", "refined"].coverage == "cannot tell", "65 % lies inside the band"
    assert ("cobalt", "refined") not in said
    assert found.below >= 1
    assert {each.coverage for each in found.cells} <= {COVERED, UNCOVERED, "cannot tell"}
    for each in found.of("cannot tell"):
        assert each.why
    at_large = made("all", "projects", "*", "*", "DEU")
    pact.do(KEEPER, Command("initiative", "add", at_large, effective=START))
    after = gaps(pact.sight(ANYBODY), MAY, materials="cerium")
    assert [each.coverage for each in after.cells if each.cell.stage == "refined"] == [AT_LARGE]
    pact.close()


def test_the_threshold_is_a_parameter_of_the_pact() -> None:
    pact = _pact(made("far", "trade", "*", "*", "JPN"))
    assert gaps_answer(gaps(pact.sight(ANYBODY), MAY, materials="barite"))["counts"][UNCOVERED] == 0
    words = {"name": "dependence", "value": 0.2, "unit": "1", "source": "a test"}
    pact.do(KEEPER, Command("parameter", "add", {"id": THRESHOLD_PARAMETER} | words))
    lower = gaps(pact.sight(ANYBODY), MAY, materials="barite")
    assert [each.cell.stage for each in lower.of(UNCOVERED)] == ["mine"]
    assert gap_rows(lower)[0]["by_name"] == ""
    least = Command("parameter", "set", {"value": 0.05, "reason": "a test"}, THRESHOLD_PARAMETER)
    pact.do(KEEPER, least)
    inferred = gaps(pact.sight(ANYBODY), MAY, materials="cobalt")
    (cell,) = [each for each in inferred.cells if each.cell.stage == "mine"]
    assert cell.cell.low is not None
    assert cell.cell.low > 5, "its band lies above the threshold"
    assert cell.coverage == "cannot tell", "and yet grade E gives no verdict"
    pact.close()
