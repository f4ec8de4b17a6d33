"""Sums of what is not public: from everything that is ever said, nobody's figure follows, nor that of two together."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orepact.errors import UnknownName
from orepact.pact import ANYBODY, KEEPER, Command, Pact, Viewer
from orepact.pact.aggregates import MEASURES, Aggregates, Measure
from orepact.pact.kinds.base import PactRecord

FIRMS = 6


def of_notes(record: PactRecord) -> Iterator[tuple[tuple[str, ...], float]]:
    """A measure of tests: the note of a project says ``cell=figure`` of each of its cells."""
    for each in (record.note or "").split():
        cell, _, figure = each.partition("=")
        yield (cell,), float(figure)


NOTES = Measure("notes", "project", "t", "figures in notes", ("cell",), of_notes)


def with_firms(pact: Pact, number: int = FIRMS) -> None:
    """Firms, and a state."""
    pact.do(KEEPER, Command("party", "add", {"name": "Home", "kind": "state"}))
    for at in range(number):
        pact.do(KEEPER, Command("party", "add", {"id": f"f{at}", "name": f"Firm {at}", "kind": "firm"}))


def project(pact: Pact, owner: str, note: str, **more: Any) -> str:
    """A project of a firm."""
    data = {"name": "P", "host": ["home"], "minerals": ["cobalt"], "owner": owner, "tier": "firm", "note": note, **more}
    return pact.do(KEEPER, Command("project", "add", data)).kept.id


def change(pact: Pact, record: str, **data: Any) -> None:
    pact.do(KEEPER, Command("project", "change", data, record))


def said(aggregates: Aggregates, cell: str = "a", measure: str = "notes") -> float | None:
    """What is said of a cell."""
    found = [each for each in aggregates.of(measure) if each.cell == (cell,)]
    return found[0].figure if found else None


@pytest.fixture
def sums(pact: Pact) -> Aggregates:
    with_firms(pact)
    return Aggregates(pact, {"notes": NOTES})


def test_a_sum_needs_three_contributors_none_of_whom_is_most_of_it(pact: Pact, sums: Aggregates) -> None:
    project(pact, "f0", "a=10")
    project(pact, "f1", "a=20")
    project(pact, "f1", "a=5")
    assert sums.of("notes") == ()  # not even that there is something
    third = project(pact, "f2", "a=500")
    assert said(sums) is None
    change(pact, third, note="a=30")
    assert said(sums) == 65
    with pytest.raises(UnknownName, match="did you mean notes"):
        sums.of("note")


def test_one_who_changes_changes_nothing_that_is_said(pact: Pact, sums: Aggregates) -> None:
    records = [project(pact, f"f{at}", f"a={10 + at}") for at in range(4)]
    assert said(sums) == 46
    change(pact, records[0], note="a=17")
    assert said(sums) == 46
    change(pact, records[1], note="a=18")
    assert said(sums) == 46
    change(pact, records[2], note="a=19")
    assert said(sums) == 17 + 18 + 19 + 13


def test_one_who_comes_late_waits_for_two_more(pact: Pact, sums: Aggregates) -> None:
    for at in range(3):
        project(pact, f"f{at}", "a=10")
    assert said(sums) == 30
    for at in (3, 4):
        project(pact, f"f{at}", "a=10")
        assert said(sums) == 30
    project(pact, "f5", "a=7")
    assert said(sums) == 57


def test_a_touch_that_changes_no_figure_is_no_change(pact: Pact, sums: Aggregates) -> None:
    """Else three who touch their records would let the fourth's change be told."""
    records = [project(pact, f"f{at}", f"a={10 + at}") for at in range(4)]
    assert said(sums) == 46
    change(pact, records[0], note="a=40")
    for each in records[1:]:
        change(pact, each, name="renamed")
    assert said(sums) == 46


def test_a_figure_that_was_public_hides_nobody(pact: Pact, sums: Aggregates) -> None:
    project(pact, "f0", "a=10")
    project(pact, "f1", "a=20")
    opened = project(pact, "f2", "a=30")
    change(pact, opened, tier="public")
    change(pact, opened, tier="firm")
    assert said(sums) is None
    project(pact, "f3", "a=15")
    assert said(sums) == 75


def test_a_figure_below_zero_and_an_invented_one_are_left_out_or_withhold(pact: Pact, sums: Aggregates) -> None:
    for at in range(3):
        project(pact, f"f{at}", "a=10", demonstration=True)
    assert sums.of("notes") == ()
    for at in range(3):
        project(pact, f"f{at}", "a=10 b=-1")
    assert said(sums) == 30
    assert said(sums, "b") is None


def test_parameters_make_it_stricter_and_never_weaker(pact: Pact, sums: Aggregates) -> None:
    least = {
        "id": "aggregate.least_contributors",
        "name": "Least contributors",
        "value": 4,
        "unit": "1",
        "source": "D1",
    }
    pact.do(KEEPER, Command("parameter", "add", least))
    for at in range(3):
        project(pact, f"f{at}", "a=10")
    assert said(sums) is None
    pact.do(KEEPER, Command("parameter", "set", {"value": 1, "reason": "try"}, "aggregate.least_contributors"))
    assert said(sums) == 30
    project(pact, "f0", "b=10")
    assert said(sums, "b") is None


def test_a_release_is_remembered_and_only_auditors_see_of_whom(pact: Pact, sums: Aggregates) -> None:
    for at in range(3):
        project(pact, f"f{at}", "a=10")
    assert said(sums) == 30
    assert said(sums) == 30
    events = list(pact.store.events(kind="release"))
    assert len(events) == 1
    assert '"f0"' not in events[0].body
    for viewer in (
        ANYBODY,
        Viewer("x", "x", frozenset({"administrator"})),
        Viewer("y", "y", frozenset({"firm"}), frozenset({"f0"})),
    ):
        assert pact.sight(viewer).all("release") == ()
        assert list(pact.history(viewer, "release")) == []
    assert len(pact.sight(Viewer("z", "z", frozenset({"auditor"}))).all("release")) == 1
    again = Aggregates(pact, {"notes": NOTES})
    assert said(again) == 30
    assert len(list(pact.store.events(kind="release"))) == 1


def test_measures_of_the_product_have_names_cells_and_units() -> None:
    for name, each in MEASURES.items():
        assert name == each.name
        assert each.unit
        assert each.meaning
        assert each.cells


def solvable(rows: list[set[tuple[str, str, float]]]) -> set[tuple[str, ...]]:
    """Groups of one or two firms of whose figures alone a combination of the sums is made, over the fractions and the slow way."""
    columns = sorted({each for row in rows for each in row})
    matrix = [[Fraction(int(each in row)) for each in columns] for row in rows]
    firms = sorted({firm for firm, _, _ in columns})
    groups = [*combinations(firms, 1), *combinations(firms, 2)]
    return {few for few in groups if rank_of(matrix) > rank_of(without(matrix, columns, few))}


def without(
    matrix: list[list[Fraction]], columns: list[tuple[str, str, float]], few: tuple[str, ...]
) -> list[list[Fraction]]:
    """The matrix without the columns of some firms."""
    kept = [at for at, each in enumerate(columns) if each[0] not in few]
    return [[line[at] for at in kept] for line in matrix]


def rank_of(matrix: list[list[Fraction]]) -> int:
    """Rank by elimination over the fractions."""
    rows, found = [list(each) for each in matrix], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((at for at in range(found, len(rows)) if rows[at][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for at in range(found + 1, len(rows)):
            factor = rows[at][column] / rows[found][column]
            rows[at] = [value - factor * other for value, other in zip(rows[at], rows[found], strict=True)]
        found += 1
    return found


Step = tuple[str, int, str, int]
WHAT = st.sampled_from(["set", "set", "set", "ask", "ask", "drop", "touch"])
STEPS = st.lists(
    st.tuples(WHAT, st.integers(0, FIRMS - 1), st.sampled_from("ab"), st.integers(1, 4)), min_size=8, max_size=40
)


@given(STEPS)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_from_all_that_is_ever_said_nobodys_figure_follows(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Step]
) -> None:
    pact = Pact.at(f"sqlite:///{tmp_path_factory.mktemp('sums') / 'pact.sqlite'}")
    try:
        with_firms(pact)
        sums = Aggregates(pact, {"notes": NOTES})
        held: dict[str, dict[str, int]] = {}
        ids: dict[str, str] = {}
        told: list[set[tuple[str, str, float]]] = []
        for what, at, cell, figure in [*steps, ("ask", 0, "a", 1)]:
            firm = f"f{at}"
            if what == "ask":
                told += heard(sums, held, told)
                continue
            figures = held.setdefault(firm, {})
            if what == "set":
                figures[cell] = figure
            elif what == "drop":
                figures.pop(cell, None)
            note = " ".join(f"{name}={value}" for name, value in figures.items()) or "-=0"
            if firm in ids:
                change(pact, ids[firm], note=note)
            else:
                ids[firm] = project(pact, firm, note)
        assert solvable(told) == set()
    finally:
        pact.close()


def heard(
    sums: Aggregates, held: dict[str, dict[str, int]], told: list[set[tuple[str, str, float]]]
) -> list[set[tuple[str, str, float]]]:
    """Sums that are new: those of today, and each must be the sum of what it is said to be of."""
    before = {each.hash for each in sums.pact.store.events(kind="release")}
    answers = {each.cell[0]: each.figure for each in sums.of("notes")}
    new = []
    for event in sums.pact.store.events(kind="release"):
        if event.hash not in before:
            cell = event.draft.data["cell"][0]
            row = {(firm, cell, float(figures[cell])) for firm, figures in held.items() if cell in figures}
            assert answers[cell] == sum(each[2] for each in row)
            assert len({each[0] for each in row}) >= 3
            new.append(row)
    del told
    return new


def test_the_slow_way_finds_what_follows() -> None:
    a, b, c, d, e = (("f" + name, "x", 1.0) for name in "abcde")
    assert ("fd",) in solvable([{a, b, c}, {a, b, c, d}])
    assert ("fe",) in solvable([{a, b}, {c, d}, {a, b, c, d, e}])
    assert solvable([{a, b, c}]) == set()
