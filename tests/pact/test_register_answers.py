"""What the clock, the overlap and the agreements side by side say of the register that a new pact begins with."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orepact.indicators.scoreboard import CANNOT_TELL
from orepact.pact import ANYBODY, Pact, Sight
from orepact.pact.beside import beside, beside_bloc
from orepact.pact.clock import clock
from orepact.pact.gaps import COVERAGES, COVERED, UNCOVERED, gaps
from orepact.pact.overlap import overlap
from orepact.pact.prefill import prefill

MAY = date(2026, 5, 1)
DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(name="sight", scope="module")
def _sight() -> Iterator[Sight]:
    pact = Pact.at("sqlite://")
    prefill(pact)
    yield pact.sight(ANYBODY, MAY)
    pact.close()


def test_the_table_of_the_page_is_what_the_clock_says(sight: Sight) -> None:
    """Due days, statuses and days late of docs/pact-clock.md, of which the memorandum and four others are worked by hand."""
    readings = {each.kept.id: each for each in clock(sight, MAY)}
    memorandum = readings["eu_us_mou"]
    assert (memorandum.due, memorandum.status, memorandum.days) == (date(2026, 3, 6), "met late", 49)
    unknown = {each.due: each for each in readings.values() if each.status == "unknown" and each.due is not None}
    for due, days in ((date(2026, 4, 5), 26), (date(2026, 4, 26), 5), (date(2026, 4, 28), 3)):
        assert "USA" in unknown[due].commitment.parties
        assert unknown[due].days == days
        assert unknown[due].why.startswith("unknown, due date passed")


def test_no_promise_of_the_register_is_late_without_evidence(sight: Sight) -> None:
    for each in clock(sight, MAY):
        assert each.status != "late"
        assert each.evidence, each.kept.id


def test_the_forum_the_partnership_and_forge_overlap_on_congolese_cobalt_in_the_register(sight: Sight) -> None:
    found = overlap(sight, MAY, mineral="cobalt", country="COD")
    pairs = {frozenset((each.left.record.id, each.right.record.id)) for each in found.pairs}
    three = ("eu_drc_partnership", "forge", "msp_forum")
    assert {frozenset((one, other)) for one in three for other in three if one != other} <= pairs
    assert found.not_known == ()
    assert "msp" in dict(found.left_out)


def test_every_dependent_cell_of_the_register_has_one_coverage(sight: Sight) -> None:
    found = gaps(sight, MAY)
    assert {each.coverage for each in found.cells} <= set(COVERAGES)
    for each in found.cells:
        if each.coverage != CANNOT_TELL:
            assert (each.coverage == UNCOVERED) == (not each.by_name and not each.at_large)
            assert (each.coverage == COVERED) == bool(each.by_name)


def test_deals_of_member_states_stand_beside_the_unions(sight: Sight) -> None:
    union: Any = beside(sight, ["eu-kazakhstan"]).agreements[0]
    assert {"DEU", "FRA", "ITA"} <= {each.member for each in beside_bloc(sight, union)}
    assert "GBR" not in {each.member for each in beside_bloc(sight, union)}


def test_what_the_page_computes_is_so() -> None:
    code = "\n\n".join(re.findall(r"```pycon\n(.*?)```", (DOCS / "pact-overlap.md").read_text("utf-8"), re.DOTALL))
    test = doctest.DocTestParser().get_doctest(code, {}, "pact-overlap.md", None, 0)
    assert test.examples
    assert doctest.DocTestRunner(verbose=False).run(test).failed == 0
