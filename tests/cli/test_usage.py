"""What is wrong with a command line is one sentence in the grammar of all errors, with exit code 2."""

from __future__ import annotations

import pytest
from test_commands import orepact


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("duty --price 5", "(--reference) it is needed and not given; found nothing; give reference price, per unit."),
        ("duty --reference 5 --price abc", "(--price) it should be a number; found 'abc'; give price at the border before duty, per unit."),
        ("shock --from CHN --mineral gallium --draws 1.5", "(--draws) it should be a whole number; found '1.5';"),
        ("diff a.yaml", "(SECOND) it is needed and not given; found nothing; give a YAML file, or the name of a case"),
        ("duty --price", "(--price) it needs a value; found none;"),
        ("duty --prise 5", "(orepact duty) there is no option of that name; found '--prise'; did you mean --price"),
        ("duti", "(orepact) there is no command of that name; found 'duti'; did you mean duty"),
        ("facts lst", "(orepact facts) there is no "),
        ("minerals now please", "(orepact minerals) there is more than it takes; found 'now please'; leave it out"),
    ],
)  # fmt: skip
def test_a_command_line_that_cannot_be_used_is_told_in_one_sentence(words: str, said: str) -> None:
    found = orepact(*words.split())
    assert found.code == 2
    assert found.stdout == ""
    assert said in found.stderr
    assert len(found.stderr.splitlines()) == 1
    assert "Usage" not in found.stderr


@pytest.mark.parametrize("words", [("--help",), ("duty", "--help"), ("--version",)])
def test_help_is_help(words: tuple[str, ...]) -> None:
    found = orepact(*words)
    assert found.code == 0
    assert "orepact" in found.stdout
    assert found.stderr == ""


def test_nothing_asked_prints_the_help() -> None:
    found = orepact()
    assert "Usage" in found.stdout + found.stderr
    assert found.code == 2
