"""Readable cases of instruments: each YAML file in ``instruments/`` is a rule with its source, and answers that anybody can check."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import orepact
from orepact.cases.rule_cases import FOLDER, RULES, agrees, rules
from orepact.cli.app import app
from orepact.errors import BadInput

OPTIONS = {"first": "--from", "last": "--to", "day": "--on"}
ALL = rules()
MINE = """
title: A quota of my own
why: To see what enters.
source: {text: a draft, publisher: nobody, grade: E}
rule: quota
given: {first: 2027-01-01, last: 2027-12-31}
examples:
  - {given: {imports: {NOR: {2022: 3e2, 2023: 300, 2024: 300}}}, expect: {NOR: 56.25, quarters: 4}}
  - {given: {imports: {ISL: {2022: 0, 2023: 40, 2024: 80}}}}
"""


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_every_answer_is_the_known_one(rule: Any) -> None:
    assert [each.missed for each in rule.answers] == [()] * len(rule.case.examples)


def commands() -> list[Any]:
    return [
        pytest.param(rule.case.rule, each, id=f"{rule.name} {at}")
        for rule in ALL
        if rule.case.rule in {"duty", "floor"}
        for at, each in enumerate(rule.answers, start=1)
    ]


@pytest.mark.parametrize(("rule", "answer"), commands())
def test_the_command_gives_the_same_answer(rule: str, answer: Any) -> None:
    found = CliRunner().invoke(app, [rule, *arguments(answer.given), "--json"], catch_exceptions=False)
    assert found.exit_code == 0
    told = json.loads(found.stdout)
    assert [key for key, value in answer.expect.items() if not agrees(key, told[key], value)] == []


def arguments(given: dict[str, Any]) -> list[str]:
    words: list[str] = []
    for key, value in given.items():
        option = OPTIONS.get(key, "--" + key.replace("_", "-"))
        words += [option] if value is True else [option, value.isoformat() if isinstance(value, date) else str(value)]
    return words


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_a_rule_names_its_law_or_contract_and_how_sure_it_is(rule: Any) -> None:
    assert rule.case.source.grade[0] in "ABCDE"
    assert len(rule.case.why) > 80


def test_every_rule_has_a_case_and_the_files_are_beside_the_tests() -> None:
    assert {rule.case.rule for rule in ALL} == set(RULES)
    assert (Path(__file__).parent / "instruments").resolve() == FOLDER.resolve()


def run(*words: str) -> tuple[int, str]:
    found = CliRunner().invoke(app, ["rules", *words])
    return found.exit_code, found.stdout


def test_the_command_lists_checks_and_prints_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, text = run()
    assert code == 0
    assert text.count("Holds in all of") == len(ALL)
    _, text = run("tin-1985")
    assert "exhausted on: 1985-10-01, as expected" in text
    assert "American University" in text
    _, text = run("tin-1985", "--file")
    assert text == (FOLDER / "tin-1985.yaml").read_text(encoding="utf-8")
    rows = json.loads(run("--json")[1])
    assert set(rows[0]) == {"name", "title", "rule", "why", "source", "holds", "examples"}
    assert set(rows[0]["examples"][0]) == {"given", "expect", "found", "missed"}


def test_a_rule_of_ones_own_is_worked_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(MINE, encoding="utf-8")
    code, text = run("mine.yaml")
    assert code == 0
    assert "NOR: 56.25, as expected" in text
    assert "ISL: 7.5\n" in text
    Path("mine.yaml").write_text(MINE.replace("56.25", "57"), encoding="utf-8")
    code, text = run("mine.yaml")
    assert code == 1
    assert "NOR: 56.25, and 57 was expected" in text
    assert "Differs in 1 of 2" in text


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("rule: quota", "rule: kwota", "(mine.yaml, line 5, rule)"),
        ("grade: E", "grad: E", "(mine.yaml, line 4, source, grad"),
        ("quarters: 4", "quarter: 4", "(mine, examples, 1, expect, quarter) there is no answer of that name; found 'quarter'"),
        (MINE, "", "(mine.yaml) the file holds no rule"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_rule_is_said_at_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(MINE.replace(old, new), encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        orepact.rules(path)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("rule", "given", "said"),
    [
        ("quota", {"first": date(2027, 1, 1)}, "(quota, imports) it is needed"),
        ("permit clock", {"project": "processing"}, "(permit clock, at) it is needed"),
        ("stock fund", {"prices": []}, "(stock fund, fund) it is needed"),
        ("floor", {"strike": 1}, "--price"),
    ],
)
def test_a_question_that_lacks_something_is_refused_in_words(rule: str, given: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as caught:
        RULES[rule](given)
    assert said in str(caught.value)


def test_a_name_that_is_none_gets_the_nearest() -> None:
    with pytest.raises(BadInput, match="did you mean tin-1985"):
        rules("tin-1986")


def test_the_example_of_the_page_holds(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "instruments.md").read_text(encoding="utf-8")
    path = tmp_path / "mine.yaml"
    path.write_text(page.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    (found,) = rules(path)
    assert found.holds
    assert found.answers[1].found["ISL"] == 375
