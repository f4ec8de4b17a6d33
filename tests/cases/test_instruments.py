"""Readable cases of instruments: each YAML file in ``instruments/`` is a rule with its source, and answers that anybody can check."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from orepact.cli.app import app
from orepact.errors import OrepactError
from orepact.policy.adjustable_duty import AdjustableDuty, Consignment, border_duty, duty
from orepact.policy.import_quota import quarterly_quotas, quarters
from orepact.policy.permit_clock import PermitClock, clock_reading
from orepact.policy.price_support import Delivery, StockPurchase, floor
from orepact.policy.record import read
from orepact.policy.support_fund import Fund, bearable_volume, exhausted_on, replay

FILES = sorted((Path(__file__).parent / "instruments").glob("*.yaml"))
OPTIONS = {"first": "--from", "last": "--to", "day": "--on"}


def duty_of_record(given: dict[str, Any]) -> dict[str, Any]:
    mine = {key: value for key, value in given.items() if key in AdjustableDuty.model_fields}
    rest = {key: value for key, value in given.items() if key not in mine}
    return border_duty(read(AdjustableDuty, mine), read(Consignment, rest)).summary()


def quota(given: dict[str, Any]) -> dict[str, Any]:
    parts = quarters(given["first"], given["last"])
    ends = {"first_quarter": parts[0], "last_quarter": parts[-1]}
    return {
        **quarterly_quotas(given["imports"]),
        "quarters": len(parts),
        **{name: [part.first, part.last] for name, part in ends.items()},
    }


def clock(given: dict[str, Any]) -> dict[str, Any]:
    fields = {key: value for key, value in given.items() if key != "at"}
    return asdict(clock_reading(read(PermitClock, fields, "permit clock"), given["at"]))


def stock_fund(given: dict[str, Any]) -> dict[str, Any]:
    fund = read(Fund, given["fund"], "fund")
    prices = {day: price for row in given["prices"] for day, price in row.items()}
    held = [(day, price) for day, price in prices.items() if day <= given["held_until"]]
    rows = [Delivery(day=day, price=price, volume=given.get("volume", 0.0)) for day, price in prices.items()]
    bearable = bearable_volume(fund, StockPurchase(), held)
    mean = sum(price for _, price in held) / len(held)
    return {
        "bearable": bearable,
        "bearable_in_all": bearable * len(held),
        "exhausted_on": exhausted_on(replay(fund, StockPurchase(), rows)),
        "price_left": prices[given.get("price_on", given["held_until"])] / mean,
    }


RULES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "duty": lambda given: duty(**given).summary(),
    "duty record": duty_of_record,
    "floor": lambda given: floor(**given).summary(),
    "quota": quota,
    "permit clock": clock,
    "stock fund": stock_fund,
}
COMMANDS = ("duty", "floor")


def cases() -> list[Any]:
    found = []
    for path in FILES:
        case = yaml.safe_load(path.read_text(encoding="utf-8"))
        for at, example in enumerate(case["examples"], start=1):
            given = {**case["given"], **example["given"]}
            found.append(pytest.param(case["rule"], given, example["expect"], id=f"{path.stem} {at}"))
    return found


def answered(rule: str, given: dict[str, Any]) -> dict[str, Any]:
    try:
        return RULES[rule](given)
    except OrepactError as error:
        return {"refused": str(error)}


def holds(found: dict[str, Any], expect: dict[str, Any]) -> None:
    assert ("refused" in expect) == ("refused" in found), found
    for key, value in expect.items():
        if key == "refused":
            assert value in found[key]
        elif isinstance(value, int | float) and not isinstance(value, bool):
            tolerance = {"rel": 1e-3} if isinstance(value, float) else {"rel": 1e-12, "abs": 1e-9}
            assert found[key] == pytest.approx(value, **tolerance), key
        else:
            assert found[key] == value, key


@pytest.mark.parametrize(("rule", "given", "expect"), cases())
def test_the_function_gives_the_answer(rule: str, given: dict[str, Any], expect: dict[str, Any]) -> None:
    holds(answered(rule, given), expect)


@pytest.mark.parametrize(("rule", "given", "expect"), [case for case in cases() if case.values[0] in COMMANDS])
def test_the_command_gives_the_same_answer(rule: str, given: dict[str, Any], expect: dict[str, Any]) -> None:
    found = CliRunner().invoke(app, [rule, *arguments(given), "--json"], catch_exceptions=False)
    assert found.exit_code == 0
    holds(json.loads(found.stdout), expect)


def arguments(given: dict[str, Any]) -> list[str]:
    words: list[str] = []
    for key, value in given.items():
        option = OPTIONS.get(key, "--" + key.replace("_", "-"))
        words += [option] if value is True else [option, value.isoformat() if isinstance(value, date) else str(value)]
    return words


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_case_names_its_law_or_contract_and_how_sure_it_is(path: Path) -> None:
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(case) == {"title", "why", "source", "rule", "given", "examples"}
    assert set(case["source"]) == {"text", "publisher", "grade"}
    assert case["source"]["grade"][0] in "ABCDE"
    assert len(case["why"]) > 80


def test_every_rule_has_a_case() -> None:
    assert {case.values[0] for case in cases()} == set(RULES)
