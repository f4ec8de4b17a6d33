"""An indicator as a person asks for it: its name, tables in files, and choices as words; and what indicators there are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orepact.errors import BadInput, MissingData, OrepactError, Problem, unknown
from orepact.facts import resolve_place
from orepact.indicators.by_table import INDICATORS, Options, compute
from orepact.indicators.own_tables import TABLES, read_all
from orepact.indicators.study import supply_risk_table

if TYPE_CHECKING:
    import pandas as pd


def answer(name: str, paths: Mapping[str, Path], chosen: Mapping[str, Any]) -> pd.DataFrame:
    """An indicator by name, on tables that are files, with choices as a person types them; raises all that is wrong at once."""
    if name not in INDICATORS:
        raise unknown("indicator", "indicator", name, INDICATORS)
    indicator = INDICATORS[name]
    problems = [
        Problem(f"indicator {name}", "an option is not used by it", f"--{option.replace('_', '-')}", "leave it out")
        for option in chosen
        if option not in indicator.options or (name == "supply-risk" and paths)
    ]
    options, faults = _options(name, indicator.options, chosen)
    problems += faults
    if name == "supply-risk" and not paths:
        return _study(problems, chosen)
    try:
        tables = read_all(dict(paths))
    except OrepactError as error:
        raise BadInput([*problems, *error.problems]) from None
    if problems:
        raise BadInput(problems)
    return compute(name, tables, options)


def _study(problems: list[Problem], chosen: Mapping[str, Any]) -> pd.DataFrame:
    """The EU's supply risk from the study's own shares, which exist for the EU alone."""
    if problems:
        raise BadInput(problems)
    asked = str(chosen.get("region", "EU27"))
    if set(resolve_place(asked)) != set(resolve_place("EU27")):
        todo = "ask for EU27, or give --shares, --governance and --terms"
        raise MissingData(Problem("--region", "the study prints sourcing shares of the EU alone", f"'{asked}'", todo))
    return supply_risk_table()


def _options(name: str, used: tuple[str, ...], chosen: Mapping[str, Any]) -> tuple[Options, list[Problem]]:
    """Choices as the indicators take them, and what is wrong with them."""
    problems: list[Problem] = []
    places = _places("--region", chosen.get("region"), problems)
    partner = _places("--partner", chosen.get("partner"), problems)
    numbers = {key: chosen[key] for key in ("signed", "before", "after", "n", "default_risk") if key in chosen}
    problems += [
        Problem(f"--{key}", "the number is below one", str(numbers[key]), "give 1 or more")
        for key in ("before", "after", "n")
        if numbers.get(key, 1) < 1
    ]
    if not 0 <= numbers.get("default_risk", 0.0) <= 1:
        problems.append(
            Problem("--default-risk", "the risk is outside 0 to 1", str(numbers["default_risk"]), "correct it")
        )
    problems += [
        Problem(f"indicator {name}", f"no --{needed}", "nothing", f"give --{needed}")
        for needed in ("partner", "signed")
        if needed in used and needed not in chosen
    ]
    members = tuple(country for several in (partner or {}).values() for country in several)
    return Options(places=places, partner=members, **numbers), problems


def _places(option: str, text: str | None, problems: list[Problem]) -> dict[str, tuple[str, ...]] | None:
    """Each place named, with its members; a country under its code, a region under the name it was given."""
    if text is None:
        return None

    found: dict[str, tuple[str, ...]] = {}
    for part in text.split(","):
        try:
            members = resolve_place(part)
        except OrepactError as error:
            problems += [Problem(option, each.wrong, each.found, each.todo) for each in error.problems]
            continue
        found[members[0] if len(members) == 1 else part.strip()] = members
    return found


def described() -> dict[str, Any]:
    """The indicators, what each needs, and the columns of the tables, in JSON terms."""
    indicators = {
        name: {
            "describes": each.describes,
            "needs": list(each.needs),
            "may_use": list(each.may),
            "options": list(each.options),
        }
        for name, each in INDICATORS.items()
    }
    columns = {
        table: {name: {"describes": each.describes, "optional": each.optional} for name, each in of.items()}
        for table, of in TABLES.items()
    }
    return {"indicators": indicators, "tables": columns}
