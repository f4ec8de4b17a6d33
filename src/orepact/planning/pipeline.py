"""A region's pipeline against the benchmarks of 2030: tonnes by stage, what is missing, and the probability of each cell.

Stage balance: what processing gains is no more than its plants can do, and no more than the feed that is there. A mine without
a plant adds nothing to processing. Today's cells come from outside (the scoreboard), and each is drawn from its own 80 % band;
projects are on time or not, by their P, on top. A share of one country falls in proportion to all imports that the region's own
new output replaces; looked through to the mine, only output from the region's own new ore counts. Where projects of the region
have no figures, what they may add is open, and so is the upper end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from orepact import facts
from orepact.planning.lifetimes import Array
from orepact.planning.past_use import bought
from orepact.planning.projects import Contribution, Project, contribution

STAGE_OF = {"extraction": "mine", "processing": "refined", "recycling": "scrap"}
TENTH = 1.2815515655446004
DELAYS = (0, 1, 2, 3)
PERCENT = 100.0
LOOKED_THROUGH = "look_through"
CANNOT_TELL = "cannot tell"
NOT_APPLICABLE = "not applicable"
HARDLY = 0.005
"""Probability below which a cell with projects that nobody can tell is not told at all."""


class Cell(Protocol):
    """A cell of today's scoreboard: percent with an 80 % band, and its verdict."""

    @property
    def mineral(self) -> str: ...  # noqa: D102
    @property
    def benchmark(self) -> str: ...  # noqa: D102
    @property
    def method(self) -> str: ...  # noqa: D102
    @property
    def stage(self) -> str: ...  # noqa: D102
    @property
    def value(self) -> float | None: ...  # noqa: D102
    @property
    def low(self) -> float | None: ...  # noqa: D102
    @property
    def high(self) -> float | None: ...  # noqa: D102
    @property
    def target(self) -> float: ...  # noqa: D102
    @property
    def verdict(self) -> str: ...  # noqa: D102
    @property
    def missing(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Outlook:
    """One cell in ``year``. Tonnes of content a year; shares in percent; None where they cannot be told.

    gap: tonnes missing to the target today, of a benchmark that asks for at least a share. name_plate: all told capacity, stage
    balance kept. risk_adjusted: low and high end of what is expected. late: output of the year if every project
    starts 0, 1, 2, 3 years late. met: low and high end of the probability. told, untold: projects with and without figures.
    applies: False where the benchmark does not arise; ``missing`` then says why.
    """

    mineral: str
    benchmark: str
    method: str
    stage: str
    target: float
    today: float | None
    use: float | None
    gap: float | None
    name_plate: float
    risk_adjusted: tuple[float, float]
    late: tuple[float, ...]
    met: tuple[float, float] | None
    told: int
    untold: int
    missing: str
    applies: bool = True


@dataclass(frozen=True)
class Pipeline:
    """All projects of a region with what each adds, and all cells in ``year``."""

    region: str
    year: int
    contributions: tuple[Contribution, ...]
    outlooks: tuple[Outlook, ...]


def balance(mines: Array, plants: Array, feed: float | None) -> Array:
    """What processing gains, tonnes: plants, held by the ore of new mines plus other feed; not held where feed is None."""
    return plants if feed is None else np.minimum(plants, mines + feed)


def pipeline(
    region: str,
    projects: Iterable[Project],
    cells: Iterable[Cell],
    *,
    year: int = 2030,
    draws: int = 2000,
    seed: int = 1,
) -> Pipeline:
    """The pipeline of a region against today's cells; a project that stands outside the region, or partly, is left out."""
    members = set(facts.resolve_place(region))
    inside = [each for each in projects if each.countries and set(each.countries) <= members]
    found = tuple(contribution(each, year) for each in inside)
    outlooks = tuple(_outlook(cell, found, tuple(sorted(members)), (draws, seed)) for cell in cells)
    return Pipeline(region, year, found, outlooks)


def _outlook(cell: Cell, found: Sequence[Contribution], members: tuple[str, ...], how: tuple[int, int]) -> Outlook:
    own_ore = cell.method == LOOKED_THROUGH
    of_mineral = [each for each in found if each.counted and each.project.mineral == cell.mineral]
    stage = STAGE_OF.get(cell.benchmark, cell.stage)
    concerned = [each for each in of_mineral if each.project.stage in {stage, None}]
    told = [each for each in of_mineral if each.told]
    use = _use(cell, members)
    added_low, added_high = (_added(told, stage, how, high=high, own_ore=own_ore) for high in (False, True))
    return Outlook(
        mineral=cell.mineral,
        benchmark=cell.benchmark,
        method=cell.method,
        stage=cell.stage,
        target=cell.target,
        today=cell.value,
        use=use,
        gap=_gap(cell, use),
        name_plate=_planned(of_mineral, stage, None),
        risk_adjusted=(_expected(told, stage, added_low, high=False), _expected(told, stage, added_high, high=True)),
        late=tuple(_planned(of_mineral, stage, years) for years in DELAYS),
        met=_met(cell, use, (added_low, added_high), how, untold=any(not each.told for each in concerned)),
        told=sum(each.told for each in concerned),
        untold=sum(not each.told for each in concerned),
        missing=_missing(cell, use, concerned),
        applies=cell.verdict != NOT_APPLICABLE,
    )


def _use(cell: Cell, members: tuple[str, ...]) -> float | None:
    """What a cell's share is of: purchases of the refined stage, or of the only one; of a cell of ore, purchases of ore."""
    if cell.benchmark == "single_country":
        return bought(cell.mineral, members, cell.stage)
    refined = bought(cell.mineral, members, "refined")
    return refined if refined is not None or cell.benchmark == "processing" else bought(cell.mineral, members, "mine")


def _gap(cell: Cell, use: float | None) -> float | None:
    if cell.value is None or use is None or cell.benchmark == "single_country":
        return None
    return max(cell.target - cell.value, 0.0) / PERCENT * use


def _planned(found: Sequence[Contribution], stage: str, years_late: int | None) -> float:
    """Name-plate tonnes of a stage; with ``years_late`` the output of the year if all start so much later."""
    if years_late is None:
        tonnes = {each.project: each.name_plate or 0.0 for each in found}
    else:
        moved = [contribution(each.project, each.year, years_late=years_late) for each in found]
        tonnes = {each.project: each.if_on_time for each in moved}
    return float(_at_stage(tonnes, stage, [each.project for each in found]))


def _at_stage(tonnes: dict[Project, float], stage: str, projects: Sequence[Project]) -> float:
    of = {
        name: np.array(sum(tonnes[each] for each in projects if each.stage == name))
        for name in ("mine", "refined", "scrap")
    }
    return float(balance(of["mine"], of["refined"], _feed(projects)) if stage == "refined" else of[stage])


def _feed(projects: Sequence[Project]) -> float | None:
    """Feed secured beside new mines; None where a plant does not say, so that feed does not hold any."""
    feeds = [each.feed for each in projects if each.stage == "refined" and each.capacity is not None]
    said = [each for each in feeds if each is not None]
    return sum(said) if feeds and len(said) == len(feeds) else None


def _added(
    told: Sequence[Contribution], stage: str, how: tuple[int, int], *, high: bool, own_ore: bool = False
) -> Array:
    """Tonnes that a stage gains, by draw: each project is on time or not, with the same luck at both ends of its P.

    own_ore: only what plants make of the region's own new ore.
    """
    draws, seed = how
    luck = np.random.default_rng(seed).random((len(told), draws))
    of = {name: np.zeros(draws) for name in ("mine", "refined", "scrap")}
    for each, lucky in zip(told, luck, strict=True):
        if each.chance is not None and each.project.stage is not None:
            of[each.project.stage] += each.if_on_time * (lucky < (each.chance.high if high else each.chance.low))
    feed = 0.0 if own_ore else _feed([each.project for each in told])
    return balance(of["mine"], of["refined"], feed) if stage == "refined" else of[stage]


def _expected(told: Sequence[Contribution], stage: str, added: Array, *, high: bool) -> float:
    """The sum of risk-adjusted contributions; the mean of the draws where feed may hold the plants."""
    if stage == "refined" and _feed([each.project for each in told]) is not None:
        return float(added.mean())
    ends = [each.risk_adjusted for each in told if each.project.stage == stage]
    return sum(end[high] for end in ends if end is not None)


def _met(
    cell: Cell, use: float | None, added: tuple[Array, Array], how: tuple[int, int], *, untold: bool
) -> tuple[float, float] | None:
    """Low and high end of the probability that the cell is met; None where the cell, or what it is a share of, is not told."""
    if cell.verdict in {CANNOT_TELL, NOT_APPLICABLE} or cell.value is None or (use is None and added[1].any()):
        return None
    today = _today(cell, *how)
    at_least = cell.benchmark != "single_country"
    low, high = (float(np.mean(_is_met(today, each, use or 1.0, cell.target, at_least=at_least))) for each in added)
    return None if untold and low < HARDLY else (low, 1.0 if untold else high)


def _is_met(today: Array, added: Array, use: float, target: float, *, at_least: bool) -> Array:
    if at_least:
        return np.asarray(today + PERCENT * added / use >= target, dtype=float)
    return np.asarray(today * (1.0 - np.minimum(added / use, 1.0)) <= target, dtype=float)


def _today(cell: Cell, draws: int, seed: int) -> Array:
    """Today's share by draw: the value at the median and the band's ends at the 10th and 90th percentile."""
    value = cell.value or 0.0
    low, high = (value if end is None else end for end in (cell.low, cell.high))
    luck = np.random.default_rng([seed, 1]).standard_normal(draws)
    width = np.where(luck < 0, value - low, high - value) / TENTH
    return np.maximum(value + luck * width, 0.0)


def _missing(cell: Cell, use: float | None, concerned: Sequence[Contribution]) -> str:
    """Everything that keeps the cell, or its upper end, from being told."""
    if cell.verdict == NOT_APPLICABLE:
        return cell.missing
    said = [f"today: {cell.missing or 'a figure'}"] if cell.verdict == CANNOT_TELL or cell.value is None else []
    if use is None and any(each.told for each in concerned):
        said.append(f"what the region buys of {cell.mineral} at {cell.stage}")
    untold = sorted({each.project.name for each in concerned if not each.told})
    if untold:
        said.append(f"figures of {len(untold)} {'project' if len(untold) == 1 else 'projects'}: {', '.join(untold)}")
    return "; ".join(said)
