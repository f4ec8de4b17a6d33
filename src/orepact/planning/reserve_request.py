"""What a reserve manager asks, with every name and number read: all problems are collected and raised once."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args

from orepact import facts
from orepact.cases.request import read_places
from orepact.errors import BadInput, OrepactError, Problem, UnknownName, unknown
from orepact.network import calibrated_minerals
from orepact.planning.reserve_terms import Scenario, scenarios, term
from orepact.policy.reserve import POLICIES, Objective, Rules, policy

Read = TypeVar("Read")
OBJECTIVES: tuple[Objective, ...] = get_args(Objective)
LEAST_DRAWS, MOST_DRAWS = 10, 10_000
MOST_MONEY = 1e15


@dataclass(frozen=True)
class ReserveRequest:
    """A question for a reserve: money in USD, a region as countries, minerals by slug, one objective, and a rule set or none.

    values: USD per unserved tonne, by mineral, in place of the drawn price ceiling. region_name: as it was asked for.
    """

    budget: float
    region: tuple[str, ...]
    region_name: str
    minerals: tuple[str, ...]
    objective: Objective
    rules: Rules
    scenarios: tuple[Scenario, ...]
    values: Mapping[str, float]
    draws: int
    seed: int

    @property
    def ruled(self) -> bool:
        """Whether a rule set was named."""
        return type(self.rules) is not Rules


def read_request(  # noqa: PLR0913  (one keyword for each blank in the question)
    *,
    budget: float,
    region: str | Sequence[str],
    minerals: str | Sequence[str] | None,
    objective: str,
    policy: str | None,
    months: float | None,
    scenario_file: Path | None,
    values: Mapping[str, float] | None,
    draws: int,
    seed: int,
) -> ReserveRequest:
    """Read and check everything; raises one error that holds every problem found."""
    problems: list[Problem] = []

    def attempt(reader: Callable[[], Read], fallback: Read) -> Read:
        try:
            return reader()
        except OrepactError as error:
            problems.extend(error.problems)
            return fallback

    aim: Objective = attempt(lambda: _objective(objective), OBJECTIVES[0])
    span = None if months is None else attempt(lambda: _within(months, 1, 60, "--months"), 12.0)
    request = ReserveRequest(
        budget=attempt(lambda: _within(budget, 1, MOST_MONEY, "--budget"), 1.0),
        region=attempt(lambda: read_places(region, "--region"), ()),
        region_name=region if isinstance(region, str) else ",".join(map(str, region)),
        minerals=attempt(lambda: _minerals(minerals), ()),
        objective=aim,
        rules=attempt(lambda: rules_for(policy, aim), Rules()),
        scenarios=attempt(lambda: scenarios(scenario_file, span), ()),
        values=attempt(lambda: _values(values or {}), {}),
        draws=attempt(lambda: int(_within(draws, LEAST_DRAWS, MOST_DRAWS, "--draws", whole=True)), LEAST_DRAWS),
        seed=attempt(lambda: int(_within(seed, 0, 2**32 - 1, "--seed", whole=True)), 0),
    )
    if problems:
        raise BadInput(problems)
    return request


def rules_for(name: str | None, objective: Objective) -> Rules:
    """A rule set by its name with the release premium of an objective; the plain triggers where no name is given."""
    premium = term(f"release premium, {objective}")
    return Rules(premium=premium) if name is None else policy(name, premium=premium)


def _objective(text: str) -> Objective:
    for each in OBJECTIVES:
        if text.strip().lower().replace("_", " ") in {each, each.replace("-", " ")}:
            return each
    raise unknown("--objective", "objective", text, OBJECTIVES)


def _minerals(names: str | Sequence[str] | None) -> tuple[str, ...]:
    if names is None:
        return calibrated_minerals()
    parts = names.split(",") if isinstance(names, str) else list(names)
    found: list[str] = []
    problems: list[Problem] = []
    for part in parts:
        try:
            slug = facts.resolve_mineral(str(part).strip())
            found += [slug] if slug not in found else []
        except UnknownName as error:
            problems += [Problem("--minerals", each.wrong, each.found, each.todo) for each in error.problems]
    if problems:
        raise UnknownName(problems)
    return tuple(found)


def _values(values: Mapping[str, float]) -> dict[str, float]:
    return {facts.resolve_mineral(name): _within(value, 0, MOST_MONEY, "--values") for name, value in values.items()}


def values_of(text: str | None) -> dict[str, float]:
    """USD per unserved tonne by mineral, from ``gallium=3e6,niobium=4e5``; raises with everything that is not of that form."""
    found: dict[str, float] = {}
    problems: list[Problem] = []
    for part in text.split(",") if text else ():
        name, _, number = part.partition("=")
        try:
            found[facts.resolve_mineral(name.strip())] = float(number)
        except UnknownName as error:
            problems += [Problem("--values", each.wrong, each.found, each.todo) for each in error.problems]
        except ValueError:
            todo = "give a mineral and a number, like gallium=3e6"
            problems.append(Problem("--values", "it is no value of a mineral", f"'{part}'", todo))
    if problems:
        raise BadInput(problems)
    return found


def _within(value: Any, low: float, high: float, place: str, *, whole: bool = False) -> float:
    number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    if not low <= number <= high or (whole and not number.is_integer()):
        kind = "a whole number" if whole else "a number"
        raise BadInput(Problem(place, f"{kind} from {low:g} to {high:g} is needed", f"{value}", "correct it"))
    return number


__all__ = ["OBJECTIVES", "POLICIES", "ReserveRequest", "read_request", "rules_for", "values_of"]
