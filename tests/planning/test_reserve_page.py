"""``docs/reserve.md`` is that of today: its examples give what it says, and its table of rule sets is that of the rules."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

from orepact.policy.reserve import POLICIES, policy

PAGE = Path(__file__).parents[2] / "docs" / "reserve.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_its_examples_give_what_it_says() -> None:
    code = "\n\n".join(re.findall(r"```pycon\n(.*?)```", TEXT, re.DOTALL))
    test = doctest.DocTestParser().get_doctest(code, {}, "reserve.md", str(PAGE), 0)
    assert len(test.examples) > 8
    assert doctest.DocTestRunner(verbose=False).run(test).failed == 0


def test_its_table_names_every_rule_set_and_its_days() -> None:
    rows = {
        cells[1]: cells[2:-1]
        for line in TEXT.splitlines()
        if len(cells := [cell.strip() for cell in line.split("|")]) > 7
    }
    names = [name.strip("`") for name in rows[""]]
    assert names == list(POLICIES)
    for name, told in zip(names, rows["days of cover"], strict=True):
        found = [policy(name).cover(), policy(name).cover(high_risk=True), policy(name).cover(base_metal=True)]
        numbers = {float(number) for number in re.findall(r"\d+", told)}
        assert numbers == {each for each in found if each is not None}
