"""The pages on projects and circularity are those of today: their examples, their tables, the figures they quote."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from orepact.planning.projects import Project
from orepact.planning.scrap import scrap
from orepact.report.instrument_page import attribute_table

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", ["circularity.md", "projects.md"])
def test_the_examples_give_what_they_say(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    code = "\n\n".join(re.findall(r"```pycon\n(.*?)```", text, re.DOTALL))
    test = doctest.DocTestParser().get_doctest(code, {}, page, str(DOCS / page), 0)
    assert test.examples
    assert doctest.DocTestRunner(verbose=False).run(test).failed == 0


def test_the_table_of_attributes_is_that_of_the_record() -> None:
    assert attribute_table(Project) in (DOCS / "projects.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("mineral", ["aluminium", "copper", "nickel", "lithium"])
def test_the_shares_that_the_page_quotes_are_those_of_the_command(mineral: str) -> None:
    text = (DOCS / "circularity.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| {mineral} \| (\d+) \((\d+) to (\d+)\) \| (\d+) \|$", text, re.MULTILINE)
    assert row is not None
    found = scrap(mineral)
    assert found.published is not None
    said = [found.share["median"], found.share["low"], found.share["high"], found.published["percent"]]
    assert [round(each) for each in said] == [int(each) for each in row.groups()]
