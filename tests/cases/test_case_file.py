"""What is wrong with a case file, told so that somebody can mend it: file, line, instrument, key, what to do; and what is odd in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import orepact
from orepact.cases.case_file import read_case
from orepact.errors import BadInput, MissingData, OrepactError

HEAD = "name: x\nmineral: gallium\nstart: 2026-11-01\nmonths: 2\ndraws: 1e1\ninstruments:\n"
SHIFT = "{kind: demand_shift, stage: refined, change: 0.1"
TARIFF = "{kind: tariff, importers: [USA], stage: refined"


def problems(tmp_path: Path, *rows: str, work: bool = False) -> list[str]:
    """Every problem of a case with these instruments, one a line, the first in line 7."""
    path = tmp_path / "case.yaml"
    path.write_text(HEAD + "".join(f"  - {row}\n" for row in rows), encoding="utf-8")
    with pytest.raises(OrepactError) as caught:
        (orepact.run if work else read_case)(path)
    return [str(each) for each in caught.value.problems]


def case(*rows: dict[str, Any], **fields: Any) -> dict[str, Any]:
    head = {"name": "x", "mineral": "gallium", "start": "2026-11-01", "months": 2, "draws": 10}
    return {**head, **fields, "instruments": list(rows)}


def cut(**fields: Any) -> dict[str, Any]:
    return {"kind": "export_cut", "origins": ["China"], "stage": "refined", **fields}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (f"{SHIFT}, from: 2027-02-30}}", "line 7, instruments, 1, demand_shift, from) it should be a day that exists; found '2027-02-30'"),
        (f"{SHIFT}, from: 2027-03-01, to: 2027-02-01}}", "demand_shift, to) it should be on or after 2027-03-01, where it begins;"),
        (f"{SHIFT}, from: 27/11/2026}}", "demand_shift, from) it should be a day like 2025-10-01; found '27/11/2026'"),
        (f"{TARIFF}, rate: 25}}", "a rate of 25 is 2500 %, and a rate above 100 % is written as a percentage; found 25; write '25%'"),
        (f"{TARIFF}, origins: [USA], rate: 0.1}}", "tariff, origins) it should be countries of which one at least is no importer"),
        (f"{TARIFF}, origins: [Chyna], rate: 0.1}}", "tariff, origins) there is no country or region of that name; found 'Chyna'"),
        (f"{SHIFT}, colour: red}}", "demand_shift, colour) there is no key of that name"),
        ("{stage: refined}", "(case.yaml, line 7, instruments, 1) there is no kind of instrument of that name; found 'nothing'"),
        ("red", "(case.yaml, line 7, instruments, 1) an instrument has keys; found 'red'; begin it with kind:"),
    ],
)  # fmt: skip
def test_one_fault_is_one_sentence_at_its_place(tmp_path: Path, row: str, said: str) -> None:
    (found,) = problems(tmp_path, row)
    assert said in found
    for word in ("datetime", "{'", "None", "first)", "last)"):
        assert word not in found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "(case.yaml) the file holds no case; found nothing; begin with name"),
        ("- 1", "(case.yaml) the file holds no case; found 1;"),
        (HEAD.replace("months: 2", "months: 7\nstep: 3"), "line 5, step) it should be a step of which the 7 months are a multiple"),
        (HEAD.replace("2026-11-01", "2026-11-31"), "(case.yaml, line 3, start) it should be a day that exists"),
        (HEAD.replace("draws", "draw"), "(case.yaml, line 5, draw) there is no key of that name; found 'draw'; did you mean draws"),
        (f"{HEAD}mineral: cobalt\n", "(case.yaml, line 7) the key 'mineral' stands twice"),
    ],
)  # fmt: skip
def test_a_fault_of_the_case_itself_has_its_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_case(path)
    (found,) = map(str, caught.value.problems)
    assert said in found
    assert "datetime" not in found


def test_a_base_year_without_a_table_is_told_as_the_file_says_it(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(f"base_year: 1066\n{HEAD}", encoding="utf-8")
    with pytest.raises(OrepactError) as caught:
        orepact.run(path)
    assert "(case.yaml, base_year)" in str(caught.value)
    assert "--base-year" not in str(caught.value)


def test_all_that_does_not_fit_the_market_is_said_with_its_instrument(tmp_path: Path) -> None:
    rows = (
        "{kind: price_floor, countries: [Fiji], stage: refined, strike: 1e5, payer: USA}",
        f"{TARIFF}, rate: 0.1}}",
        "{kind: capacity_loss, countries: [China], stage: mine, lost: 0.1}",
        f"{SHIFT}, countries: [Fiji]}}",
        "{kind: capacity_loss, countries: [Fiji], stage: refined, lost: 0.1, active: false}",
    )
    floor, loss, shift = problems(tmp_path, *rows, work=True)
    assert floor.startswith(
        "(case.yaml, instruments, 1, price_floor, countries) there is no producer in the market; found none of Fiji"
    )
    assert "name one that is in the table: China, Japan" in floor
    assert loss.startswith(
        "(case.yaml, instruments, 3, capacity_loss, stage) the market has no such stage; found 'mine'; choose"
    )
    assert shift.startswith("(case.yaml, instruments, 4, demand_shift, countries) there is no final user in the market")
    with pytest.raises(MissingData, match=r"\(case, instruments, 1, tariff, importers\)"):
        orepact.run(case({"kind": "tariff", "importers": ["Fiji"], "stage": "refined", "rate": 0.1}))


def test_a_rate_may_be_a_percentage_and_is_written_back_to_the_same_number(tmp_path: Path) -> None:
    rows = [{"kind": "tariff", "importers": [code], "stage": "refined", "rate": rate} for code, rate in
            (("USA", "250%"), ("JPN", "25 %"), ("KOR", "117.3%"), ("DEU", 1))]  # fmt: skip
    found = read_case(case(*rows))
    assert [each.instrument.rate for each in found.instruments] == [2.5, 0.25, 1.173, 1.0]  # type: ignore[attr-defined]
    path = tmp_path / "case.yaml"
    path.write_text(found.to_yaml(), encoding="utf-8")
    assert read_case(path) == found


def test_the_answer_says_what_does_nothing_and_what_gets_in_the_way() -> None:
    quota = {"kind": "export_quota", "origins": ["China"], "stage": "refined", "tonnes": 100}
    late = cut(cut=0.5, **{"from": "2030-01-01"})
    notes = orepact.run(case(cut(to="2026-12-31"), quota, late)).summary()["notes"]
    assert [each.split(" (")[0] for each in notes] == ["Instrument 3", "Instruments 1"]
    assert "in force from 2030-01-01, and the case runs from 2026-11-01 to 2026-12-31" in notes[0]
    assert "the first stops them, and nothing is left for the second to hold back" in notes[1]
    assert orepact.run(case(cut(cut=0.5))).summary()["notes"] == []


def test_the_order_of_instruments_changes_neither_hash_nor_answer() -> None:
    rows = (
        cut(cut=0.4),
        {"kind": "tariff", "importers": ["USA"], "stage": "refined", "rate": 0.1},
        {"kind": "new_project", "country": "USA", "stage": "refined", "capacity": 10.0},
        {"kind": "new_project", "country": "AUS", "stage": "refined", "capacity": 10.0},
        cut(cut=0.6, **{"from": "2027-01-10"}),
    )
    rows = ({**rows[0], "to": "2027-01-09"}, *rows[1:])
    one, other = (orepact.run(case(*each, months=3)) for each in (rows, rows[::-1]))
    assert one.case.hash == other.case.hash
    for name, values in one.data.items():
        assert values.to_numpy().tobytes() == other.data[name].to_numpy().tobytes(), name
    assert read_case(case(*rows[:2])).hash != one.case.hash
