"""``orepact duty`` and ``orepact floor`` as people run them: one glance, programs' forms, and one sentence for each thing wrong."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from test_commands import as_process, orepact

import orepact as package

DUTY = ("duty", "--reference", "2408", "--price", "1235")
FLOOR = ("floor", "--strike", "110", "--price", "54", "--volume", "4000000", "--unit", "kg", "--currency", "USD")


def told(*arguments: str) -> str:
    found = orepact(*arguments)
    assert found.code == 0, found.stderr
    assert max(map(len, found.stdout.splitlines())) <= 100
    return " ".join(found.stdout.replace("\u2009", "").split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            DUTY,
            "The importer pays the treasury 1173 a tonne, 95% of the price: the gap between reference and price, in full.",
        ),
        (
            (*DUTY, "--volume", "250", "--currency", "EUR"),
            "pays the treasury 1173 EUR a tonne, 95% of the price, 293250 EUR in all",
        ),
        (DUTY, "Article 1(3)"),
        (DUTY, "No cap: no bound rate was given"),
        ((*DUTY, "--cap-rate", "0.1"), "Cap: 10% of the customs value"),
        ((*DUTY, "--cap-rate", "0.1", "--security", "Section 232"), "a security ground is on record (Section 232)"),
        ((*DUTY, "--in-quota"), "No duty: it is within the quota."),
        ((*DUTY, "--exempt"), "No duty: it is exempt."),
        (FLOOR, "The public fund pays the producer 224000000 USD: the price is below the strike."),
        (FLOOR, "Comes back: nothing (one-way)"),
        ((*FLOOR, "--from", "2025-10-01", "--to", "2035-12-31"), "the day is taken to lie within"),
        ((*FLOOR, "--to", "2035-12-31", "--on", "2036-01-01"), "Nobody pays: the day lies outside the contract."),
        (
            (*FLOOR, "--price", "123", "--clawback", "0.3", "--ramp-done"),
            "The producer pays the public fund 15600000 USD",
        ),
        ((*FLOOR, "--volume", "0"), "Nobody pays: nothing is delivered."),
    ],
)
def test_one_glance_says_who_pays_whom(arguments: tuple[str, ...], words: str) -> None:
    assert words in told(*arguments)


def test_json_and_csv_give_the_same_and_name_units_and_rule() -> None:
    answer = json.loads(orepact(*FLOOR, "--json").stdout)
    assert (answer["payment"], answer["payment_unit"]) == (224e6, "USD")
    assert answer["inputs"]["strike"] == {"value": 110.0, "unit": "USD per kg"}
    assert answer["rule"]["name"] == "contract for difference"
    (row,) = csv.DictReader(StringIO(orepact(*FLOOR, "--csv").stdout))
    assert float(row["payment"]) == 224e6
    assert row["rule_source"] == answer["rule"]["source"]
    answer = json.loads(orepact(*DUTY, "--json").stdout)
    assert (answer["duty"], answer["duty_unit"], answer["total"]) == (1173, "money per t", None)
    (row,) = csv.DictReader(StringIO(orepact(*DUTY, "--csv").stdout))
    assert (row["duty"], row["total"]) == ("1173.0", "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((*DUTY, "--price", "nan"), ["(--price) it should be a finite number"]),
        ((*DUTY, "--price", "-5", "--reference", "0"), ["(--reference)", "(--price)"]),
        ((*DUTY, "--cap-rate", "-0.1", "--unit", "ton"), ["(--cap-rate)", "(--unit) there is no unit of that name"]),
        ((*DUTY, "--json", "--csv"), ["one of them"]),
        ((*FLOOR, "--volume", "1e300"), ["(--volume) it should be less than or equal to 1000000000000000"]),
        (
            (*FLOOR, "--clawback", "1.3", "--on", "2026-02-30"),
            ["(--clawback) it should be less than or equal to 1", "(--on)"],
        ),
        ((*FLOOR, "--from", "2026-01-01", "--to", "2025-12-31"), ["(--to) it should be on or after 2026-01-01"]),
    ],
)
def test_bad_input_is_one_sentence_each(arguments: tuple[str, ...], words: list[str]) -> None:
    found = orepact(*arguments)
    assert (found.code, found.stdout) == (2, "")
    lines = found.stderr.strip().splitlines()
    assert len(lines) == len(words)
    assert all(each in line for each, line in zip(words, lines, strict=True))
    assert all("; found " in line for line in lines)


def test_in_python_and_as_a_process(tmp_path: Path) -> None:
    assert package.duty(reference=2408, price=1235).per_unit == 1173
    assert package.floor(strike=25, price=20, volume=1, unit="lb").cash.payment == 5
    good = as_process(*FLOOR, "--json", cwd=tmp_path)
    assert (good.code, good.stderr) == (0, "")


def test_a_floor_without_a_volume_is_the_payment_of_one_unit() -> None:
    question = ("floor", "--strike", "25", "--price", "20", "--unit", "lb", "--currency", "USD")
    assert "The public fund pays the producer 5 USD a pound: the price is below the strike." in told(*question)
    assert "No volume was given (--volume)." in told(*question)
    answer = json.loads(orepact(*question, "--json").stdout)
    assert (answer["per_unit"], answer["payment"], answer["inputs"]["volume"]["value"]) == (5, None, None)
    assert json.loads(orepact(*question, "--volume", "0", "--json").stdout)["payment"] == 0


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--security", " ", "(--security) it should be more than blanks; found ' '"),
        ("--currency", "XXQ", "(--currency) it should be a currency in use by its code of ISO 4217"),
    ],
)
def test_a_blank_ground_lifts_no_cap_and_a_currency_exists(option: str, value: str, said: str) -> None:
    found = orepact(*DUTY, "--cap-rate", "0.1", option, value)
    assert found.code == 2
    assert said in found.stderr


def test_an_amount_without_a_currency_says_in_what_it_is() -> None:
    assert "Amounts are in the money of the prices that were given" in told(*DUTY)
    assert "Amounts are in the money" not in told(*DUTY, "--currency", "EUR")
