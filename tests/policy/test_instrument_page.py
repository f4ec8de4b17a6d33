"""``docs/instruments.md`` is that of today: its tables of attributes, its examples, and what its commands print."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orepact.cli.app import app
from orepact.policy.attributes import attributes
from orepact.report.instrument_page import RECORDS, TABLE, market_page, up_to_date

PAGE = Path(__file__).parents[2] / "docs" / "instruments.md"
TEXT = PAGE.read_text(encoding="utf-8")
COMMANDS = re.findall(r"```sh\n(orepact .*?)\n```\n\n```text\n(.*?)```", TEXT, re.DOTALL)


def test_its_tables_are_those_of_the_records() -> None:
    assert up_to_date(TEXT) == TEXT, "run: ./run python -m orepact.report.instrument_page docs/instruments.md"
    assert {found[1] for found in TABLE.finditer(TEXT)} == set(RECORDS)


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_every_attribute_has_a_unit_a_meaning_and_a_source(record: type) -> None:
    for each in attributes(record):
        assert all((each.unit, each.meaning, each.source)), each.name


def test_its_examples_give_what_it_says() -> None:
    code = "\n\n".join(re.findall(r"```pycon\n(.*?)```", TEXT, re.DOTALL))
    test = doctest.DocTestParser().get_doctest(code, {}, "instruments.md", str(PAGE), 0)
    assert len(test.examples) > 30
    assert doctest.DocTestRunner(verbose=False).run(test).failed == 0


@pytest.mark.parametrize(("command", "printed"), COMMANDS, ids=lambda text: text.split()[1])
def test_its_commands_print_what_it_says(command: str, printed: str) -> None:
    found = CliRunner().invoke(app, shlex.split(command)[1:], catch_exceptions=False)
    lines = [line.rstrip() for line in found.stdout.replace("\u2009", " ").splitlines()]
    assert lines == printed.replace("\u2009", " ").splitlines()
    assert len(COMMANDS) == 2


def test_the_page_of_market_instruments_is_that_of_today_and_its_example_runs() -> None:
    text = PAGE.with_name("market-instruments.md").read_text(encoding="utf-8")
    assert market_page(text) == text, "run: ./run python -m orepact.report.instrument_page docs/market-instruments.md"
    found: dict[str, object] = {}
    exec(text.split("```python\n")[1].split("```")[0], found)  # noqa: S102
    assert any(key.startswith("tariff of USA") for key in found["paid"])  # type: ignore[attr-defined]
