"""What a reserve assumes, and what it costs to hold: scenarios, terms, interest and storage, each with its evidence.

Scenarios and terms are rows of tables ``reserve_scenarios`` and ``reserve_terms`` (grade E, each with its reason); a file of a user's own
with the same columns takes the place of the first. Storage is the rent of published warehouses, or their mean times the published ratio
for what needs special care.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orepact import facts
from orepact.errors import BadInput, Problem

if TYPE_CHECKING:
    import pandas as pd

DAYS = 365.0
LARGEST, EVERYBODY = "largest", "all"
RENT, CARE = "storage cost", "storage cost ratio to conventional metals"
PER_DAY = "USD/t/day"
CERTAIN = 1.0


@dataclass(frozen=True)
class Scenario:
    """A halt or cut of exports. origin: countries, empty for the largest supplier; target: who is cut off, empty for everybody.

    probability: a year. months: how long it lasts. cut: share of exports taken away.
    """

    name: str
    mineral: str
    origin: tuple[str, ...]
    target: tuple[str, ...]
    stage: str
    cut: float
    months: float
    probability: float
    grade: str
    source: str
    why: str


@dataclass(frozen=True)
class Storage:
    """USD per tonne and year, with where it comes from."""

    usd_per_t: float
    basis: str
    grade: str
    source: str


def scenarios(path: Path | None = None, months: float | None = None) -> tuple[Scenario, ...]:
    """The scenarios of the facts, or of a file of one's own, all of ``months`` if given. Raises BadInput with all faults."""
    table = facts.load("reserve_scenarios") if path is None else facts.read("reserve_scenarios", path)
    place = "reserve_scenarios" if path is None else path.name
    problems: list[Problem] = []
    found: list[Scenario] = []
    for number, row in enumerate(table.to_dict("records"), start=2):
        spot = f"{place}, row {number}"
        try:
            found.append(_scenario({str(key): each for key, each in row.items()}, months))
        except BadInput as error:
            problems += [Problem(spot, each.wrong, each.found, each.todo) for each in error.problems]
        problems += _out_of_bounds({str(key): each for key, each in row.items()}, spot)
    for mineral, names in _by_mineral(found).items():
        total = sum(each.probability for each in names)
        if total >= CERTAIN:
            wrong = f"the probabilities of {mineral} add up to a certainty"
            problems.append(Problem(place, wrong, f"{total:.3g} a year", "lower them"))
    if problems:
        raise BadInput(problems)
    return tuple(found)


def _by_mineral(found: Sequence[Scenario]) -> dict[str, list[Scenario]]:
    """Scenarios that apply to each mineral that is named, those for all among them."""
    named = {each.mineral for each in found}
    return {mineral: [each for each in found if each.mineral in {mineral, "*"}] for mineral in named}


def _scenario(row: dict[str, object], months: float | None) -> Scenario:
    from orepact.cases.request import read_places

    origin, target = str(row["origin"]), str(row["target"])
    return Scenario(
        name=str(row["scenario"]),
        mineral="*" if row["mineral"] == "*" else facts.resolve_mineral(str(row["mineral"])),
        origin=() if origin == LARGEST else read_places(origin.replace(" ", ","), "origin"),
        target=() if target == EVERYBODY else read_places(target.replace(" ", ","), "target"),
        stage=facts.resolve_stage(str(row["stage"])),
        cut=float(str(row["cut"])),
        months=float(str(row["months"])) if months is None else months,
        probability=float(str(row["value"])),
        grade=str(row["grade"]),
        source=str(row["source"]),
        why=str(row["basis"]),
    )


def _out_of_bounds(row: dict[str, object], spot: str) -> list[Problem]:
    bounds = (("cut", 0.0, 1.0, "a share above 0 and at most 1"), ("months", 0.999, 60.0, "months from 1 to 60"))
    problems = [
        Problem(spot, f"column {name} holds no {words}", str(row[name]), "correct it")
        for name, low, high, words in bounds
        if not low < float(str(row[name])) <= high
    ]
    if not 0 <= float(str(row["value"])) < CERTAIN:
        problems.append(Problem(spot, "a probability a year lies from 0 to below 1", str(row["value"]), "correct it"))
    return problems


def term(name: str) -> float:
    """A term of table ``reserve_terms`` by its name."""
    return float(terms().loc[name, "value"])  # type: ignore[arg-type]


def terms() -> pd.DataFrame:
    """The terms with their units, reasons and grades, by name."""
    return facts.load("reserve_terms").set_index("parameter")


def storage(mineral: str) -> Storage:
    """The newest daily rent of the mineral itself, or the mean of those of metals times the ratio for special storage."""
    table = facts.load("coefficients")
    rents = table[(table["parameter"] == RENT) & (table["unit"] == PER_DAY)].sort_values("period")
    own = rents[rents["mineral"] == mineral]
    if not own.empty:
        row = own.iloc[-1]
        return Storage(DAYS * float(row["value"]), str(row["scope"]), str(row["grade"]), str(row["source"]))
    newest = rents[rents["period"] == rents["period"].max()]
    ratio = table[(table["parameter"] == RENT) & (table["scope"] == CARE)].iloc[0]
    rent = DAYS * float(newest["value"].mean()) * float(ratio["value"])
    basis = f"{ratio['value']:g} times the mean rent of {len(newest)} metals (special storage)"
    return Storage(rent, basis, "D", str(ratio["source"]))
