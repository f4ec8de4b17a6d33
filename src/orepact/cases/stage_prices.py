"""How reference prices stand against the prices of the stages beside them: does a refiner between two of them live?

What enters: reference prices by stage, a base market for the prices that nobody set, and what a user knows of yields and conversion
costs. What leaves: a :class:`Step` for every plant between two stages of which one has a reference price. The rule is that of
:mod:`orepact.policy.stage_coherence`; where the facts lack a part of it the step says "cannot tell" and what to supply.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from orepact import facts
from orepact.cases.assemble import Base
from orepact.cases.summary import interval
from orepact.errors import BadInput, Problem, UnknownName
from orepact.network import Network
from orepact.policy.instrument import listed
from orepact.policy.record import LARGEST, raise_all
from orepact.policy.stage_coherence import StageStep, check_coherence

Interval = dict[str, float]
ByStage = Mapping[str, float] | Sequence[str] | None
Verdict = Literal["lives", "dies", "cannot tell"]

ORDER = ("mine", "intermediate", "refined", "component")
"""Stages from the first to the last; scrap has no place between two of them."""

REFERENCE, BASE_PRICE = "reference price", "base price"
AT, COST, YIELD = "--reference-at", "--conversion-cost", "--yield"
LIKE = {AT: "mine=20000", COST: "refined=5000", YIELD: "refined=0.9"}


@dataclass(frozen=True)
class Given:
    """What a user states by stage: further reference prices, and of the stage that a plant makes its conversion cost and yield.

    prices, costs: USD per tonne of content. yields: share of the content bought that is sold.
    """

    prices: Mapping[str, float]
    costs: Mapping[str, float]
    yields: Mapping[str, float]

    @classmethod
    def read(cls, prices: ByStage, costs: ByStage, yields: ByStage) -> Given:
        """From mappings, or from texts like ``mine=20000``; BadInput with everything that is not of that form."""
        problems: list[Problem] = []
        found = [
            _numbers(prices, AT, "a price above zero", lambda value: 0 < value <= LARGEST, problems),
            _numbers(costs, COST, "a cost of zero or more", lambda value: 0 <= value <= LARGEST, problems),
            _numbers(yields, YIELD, "a share above 0 and at most 1", lambda value: 0 < value <= 1, problems),
        ]
        raise_all(problems)
        return cls(*found)


def _numbers(given: ByStage, option: str, needed: str, good: Any, problems: list[Problem]) -> dict[str, float]:
    """Numbers by stage; faults are added to ``problems``."""
    parts = [f"{stage}={value}" for stage, value in given.items()] if isinstance(given, Mapping) else given or ()
    found: dict[str, float] = {}
    for part in parts:
        name, _, text = str(part).partition("=")
        try:
            stage, value = facts.resolve_stage(name), float(text)
        except UnknownName as error:
            problems += [Problem(option, each.wrong, each.found, each.todo) for each in error.problems]
            continue
        except ValueError:
            stage, value = name, math.nan
        if stage == "scrap":
            todo = f"choose one of {', '.join(ORDER)}"
            problems.append(Problem(option, "scrap is no step of the chain", f"'{part}'", todo))
        elif stage in found:
            problems.append(Problem(option, "a stage is given twice", f"'{stage}'", "give it once"))
        elif good(value):
            found[stage] = value
        else:
            problems.append(Problem(option, f"{needed} is needed", f"'{part}'", f"give one like {LIKE[option]}"))
    return found


@dataclass(frozen=True)
class Step:
    """A plant between two stages: ``needed = P(bought) / yield + conversion``, ``left = P(sold) - needed``, USD per tonne sold.

    A price is a reference price or the market's base price, whose range is that of the draws. conversion_cost: ``None`` where
    nobody has stated it; ``needed`` and ``left`` are then those without it, so that ``left`` is what conversion may cost. sold:
    ``None`` where the table has no later stage. refiners: of the zone that sell it. todo: what to supply, empty if nothing.
    """

    bought: str
    sold: str | None
    bought_at: Interval
    bought_is: str
    sold_at: Interval | None
    sold_is: str | None
    recovery: Interval | None
    recovery_from: str | None
    conversion_cost: float | None
    needed: Interval | None
    left: Interval | None
    refiners: tuple[str, ...]
    verdict: Verdict
    why: str
    todo: str

    def row(self) -> dict[str, Any]:
        """The step in JSON terms; ``recovery`` is called ``yield``."""
        found = asdict(self)
        found["yield"], found["yield_from"] = found.pop("recovery"), found.pop("recovery_from")
        return found | {"refiners": list(self.refiners)}


def coherence(
    found: Network, base: Base, reference: tuple[str, float], zone: tuple[str, ...], given: Given
) -> tuple[Step, ...]:
    """Every step beside a reference price, in the order of the stages; the one after the last reference even where nothing follows.

    reference: the stage and the price of the duty, USD per tonne of content. BadInput where two reference prices kill the refiner
    between them, whatever the range of its yield, naming it; and where something is given of a stage that no step makes.
    """
    stage, price = reference
    _consistent(stage, price, given)
    references = {**given.prices, stage: price}
    prices = {name: _base_price(base, at) for at, name in enumerate(base.labels.stages)}
    prices |= {name: _exactly(value) for name, value in references.items()}
    chain = [name for name in ORDER if name in prices]
    pairs = [(a, b) for a, b in pairwise(chain) if a in references or b in references]
    _all_used(given, {sold for _, sold in pairs})
    steps = [_step(found, base, (prices[a], prices[b]), (a, b), set(references), zone, given) for a, b in pairs]
    _refuse([each for each in steps if _dead_by_two(each)])
    last = chain[-1]
    return (*steps, _open_end(last, prices[last])) if last in references and last != ORDER[-1] else tuple(steps)


def _consistent(stage: str, price: float, given: Given) -> None:
    """Raise where the stage of the duty is given another reference price."""
    other = given.prices.get(stage, price)
    if other != price:
        found = f"{price:g} by --reference and {other:g} for {stage}"
        raise BadInput(Problem(AT, "one stage has two reference prices", found, "give other stages only"))


def _all_used(given: Given, sold: set[str]) -> None:
    raise_all(
        Problem(
            option, "no step beside a reference price makes this stage", f"'{stage}'",
            f"name the stage that the plant sells ({' or '.join(sorted(sold)) or 'none here'}), or give {AT} for the stages of the step",
        )
        for option, stated in ((COST, given.costs), (YIELD, given.yields))
        for stage in stated
        if stage not in sold
    )  # fmt: skip


def _base_price(base: Base, at: int) -> Interval:
    return interval(np.ravel(base.problem.stages[at].price))


def _exactly(value: float) -> Interval:
    return {"median": value, "low": value, "high": value}


def _step(
    found: Network, base: Base, prices: tuple[Interval, Interval], names: tuple[str, str], references: set[str],
    zone: tuple[str, ...], given: Given,
) -> Step:  # fmt: skip
    (bought_at, sold_at), (bought, sold) = prices, names
    cost = given.costs.get(sold)
    recovery, source = _recovery(found, bought, sold, given)
    needed = left = None
    if recovery is not None:
        added = cost or 0.0
        ends = (("median", "median"), ("low", "high"), ("high", "low"))
        needed = {end: bought_at[end] / recovery[other] + added for end, other in ends}
        left = {end: sold_at[end] - needed[other] for end, other in ends}
    labels = base.labels
    makers = labels.producers[labels.stage(sold)] if sold in labels.stages else ()
    verdict, why = _verdict(left, cost)
    return Step(
        bought, sold, bought_at, REFERENCE if bought in references else BASE_PRICE, sold_at,
        REFERENCE if sold in references else BASE_PRICE, recovery, source, cost, needed, left,
        tuple(country for country in makers if country in zone), verdict, why, _todo(sold, recovery, cost, verdict),
    )  # fmt: skip


def _recovery(found: Network, bought: str, sold: str, given: Given) -> tuple[Interval | None, str | None]:
    """The yield of a step and where it comes from: the user, or the recipe of a table that has both stages."""
    if sold in given.yields:
        return _exactly(given.yields[sold]), "given"
    known = found.recipe.recovery
    if known is None or (bought, sold) != tuple(table.stage for table in found.stages):
        return None, None
    return {"median": known.value, "low": known.low, "high": known.high}, f"grade {known.grade}: {known.why}"


def _verdict(left: Interval | None, cost: float | None) -> tuple[Verdict, str]:
    """What is left of the price for the refiner, over the range of the yield and the 80 % range of base prices."""
    if left is None:
        return "cannot tell", "the facts have no yield of this step"
    if left["high"] < 0:
        return "dies", "what it buys costs more than it sells for" + ("" if cost else ", before any cost of conversion")
    if cost is None:
        return (
            "cannot tell",
            "the facts have no conversion cost: it lives if conversion costs no more than what is left",
        )
    if left["low"] < 0:
        return "cannot tell", "it lives at one end of the range of prices and yield, and dies at the other"
    return "lives", "its price pays for what it buys and for conversion"


def _todo(sold: str, recovery: Interval | None, cost: float | None, verdict: Verdict) -> str:
    if verdict == "dies":
        return ""
    lacking = [f"{YIELD} {sold}=SHARE"] if recovery is None else []
    lacking += [f"{COST} {sold}=USD"] if cost is None else []
    return f"supply {' and '.join(lacking)}" if lacking else ""


def _dead_by_two(step: Step) -> bool:
    """Whether a refiner dies between two reference prices, not by a market price that nobody set."""
    return step.verdict == "dies" and step.bought_is == step.sold_is == REFERENCE


def _refuse(dead: list[Step]) -> None:
    """Raise BadInput that names the refiners of every step that two reference prices kill, and where they stand."""
    try:
        check_coherence(tuple(_for_check(each) for each in dead))
    except BadInput as error:
        where = [f" (refiners in {listed(step.refiners)})" if step.refiners else "" for step in dead]
        raise BadInput(
            [
                Problem(f"{each.place}{there}", each.wrong, each.found, each.todo)
                for each, there in zip(error.problems, where, strict=True)
            ]
        ) from None


def _for_check(step: Step) -> StageStep:
    """The step with the yield at which it would die last, and without a cost where none is stated."""
    assert step.recovery is not None  # noqa: S101  (only a step with a yield can die)
    assert step.sold is not None  # noqa: S101
    assert step.sold_at is not None  # noqa: S101
    return StageStep(
        bought=step.bought, sold=step.sold, bought_at=step.bought_at["median"], sold_at=step.sold_at["median"],
        recovery=step.recovery["high"], conversion_cost=step.conversion_cost or 0.0,
    )  # fmt: skip


def _open_end(stage: str, price: Interval) -> Step:
    """What nobody can tell of the plants that buy the last stage."""
    later = ORDER[ORDER.index(stage) + 1]
    todo = f"supply {AT} {later}=USD, {YIELD} {later}=SHARE and {COST} {later}=USD"
    why = f"the table has no stage after {stage}, and no reference price is given for one"
    return Step(stage, None, price, REFERENCE, None, None, None, None, None, None, None, (), "cannot tell", why, todo)
