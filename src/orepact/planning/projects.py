"""What a project adds by a year: ``contribution = capacity * ramp share * yield * P(on time)``, name-plate and risk-adjusted.

Name-plate is ``capacity * yield``: full output, for sure and in time. Ramp share is the mean of a straight ramp over the year.
P(on time) is a range from the reference classes of the facts, or the user's own. What is missing is named, and then nothing is
added: neither a zero nor a guess.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import field_validator

from orepact import facts
from orepact.errors import OrepactError
from orepact.planning.assumed import assumed
from orepact.planning.on_time import Chance, chance_of
from orepact.planning.past_use import latest_table
from orepact.policy.attributes import attribute
from orepact.policy.record import USER, Country, Record, Text, number

Stage = Literal["mine", "refined", "scrap"]
State = Literal[
    "proposed", "complete", "assessed", "recognised", "permitting", "permitted", "financed", "construction", "built",
    "ramping", "operating", "paused",
]  # fmt: skip
LIST = "list of projects"
MONTHS = 12
MID_YEAR = 0.5
FIRST, LAST = 2000, 2100


class Project(Record):
    """One plant or mine of one mineral. What nobody has said stays out, and is named where it is missed."""

    name: Text = attribute(unit="text", meaning="what the project is called", source=LIST)
    mineral: str | None = attribute(None, unit="text", meaning="the mineral it makes", source=LIST)
    stage: Stage | None = attribute(
        None, unit="text", meaning="what it makes: mine, refined or scrap (recycled)", source=LIST
    )
    countries: tuple[Country, ...] = attribute((), unit="codes", meaning="where it stands", source=LIST)
    capacity: float | None = number(
        None, unit="t of content a year", meaning="output at full capacity, contained mineral", source=LIST, ge=0
    )
    yield_share: float | None = number(
        None,
        unit="1",
        meaning="share of its output that reaches users: of a mine what refining recovers, by the mineral's table when left "
        "out; else 1",
        source=USER,
        gt=0,
        le=1,
    )
    feed: float | None = number(
        None,
        unit="t of content a year",
        meaning="of a refined project: feed secured beside the mines of the list; not limited when left out",
        source=USER,
        ge=0,
    )
    state: State | None = attribute(None, unit="text", meaning="how far it is", source=LIST)
    start: int | None = attribute(
        None, unit="year", meaning="year of first output as planned, at its middle", source=LIST, ge=FIRST, le=LAST
    )
    lead_time: float | None = number(
        None,
        unit="years",
        meaning="years from as_of to first output, where no start is given",
        source=USER,
        ge=0,
        le=100,
    )
    as_of: int | None = attribute(
        None, unit="year", meaning="year in which state and lead time were true", source=LIST, ge=FIRST, le=LAST
    )
    ramp: float | None = number(
        None, unit="years", meaning="years from first to full output; assumed when left out", source=USER, ge=0, le=50
    )
    on_time: float | None = number(
        None, unit="1", meaning="P(on time); by its reference class when left out", source=USER, ge=0, le=1
    )
    cost: float | None = number(
        None,
        unit="EUR or USD",
        meaning="money that it takes in all, once: what a ranking divides by",
        source=USER,
        gt=0,
    )
    currency: Literal["EUR", "USD"] | None = attribute(
        None, unit="currency", meaning="currency of the cost", source=USER
    )
    cost_from: str | None = attribute(
        None, unit="text", meaning="who says the cost, and of which year its money is", source=USER
    )
    unsaid: str | None = attribute(
        None, unit="text", meaning="what its source says that gives no figure, in words", source=LIST
    )

    @field_validator("mineral")
    @classmethod
    def _known_mineral(cls, mineral: str | None) -> str | None:
        if mineral is None:
            return None
        try:
            return facts.resolve_mineral(mineral)
        except OrepactError as error:
            raise ValueError(f"a known mineral: {error.problems[0].todo}") from None

    @property
    def first_output(self) -> float | None:
        """Point of time of first output as planned, in years."""
        if self.start is not None:
            return self.start + MID_YEAR
        if self.lead_time is not None and self.as_of is not None:
            return self.as_of + MID_YEAR + self.lead_time
        return None


@dataclass(frozen=True)
class Contribution:
    """What a project adds in ``year``, tonnes of content. None where it cannot be told; missing: what is missing for that.

    counted: False for a project that operates: today's figures hold it already.
    """

    project: Project
    year: int
    name_plate: float | None
    ramp_share: float | None
    chance: Chance | None
    missing: tuple[str, ...]
    counted: bool = True

    @property
    def risk_adjusted(self) -> tuple[float, float] | None:
        """Low and high end: ``capacity * ramp share * yield * P(on time)``."""
        if self.name_plate is None or self.ramp_share is None or self.chance is None:
            return None
        return self.if_on_time * self.chance.low, self.if_on_time * self.chance.high

    @property
    def if_on_time(self) -> float:
        """Tonnes in the year if it starts as planned; only where name-plate and ramp can be told."""
        return (self.name_plate or 0.0) * (self.ramp_share or 0.0)

    @property
    def told(self) -> bool:
        """Whether the risk-adjusted contribution can be told."""
        return self.risk_adjusted is not None


def contribution(project: Project, year: int = 2030, *, years_late: float = 0.0) -> Contribution:
    """What a project adds in ``year``; ``years_late`` moves its start."""
    if project.state == "operating":
        return Contribution(project, year, None, None, None, (), counted=False)
    missing = [f"its {what}" for what in _unsaid(project)]
    share = yield_of(project)
    if project.capacity is not None and share is None:
        missing.append("a yield, for its mineral has no table")
    plate = None if project.capacity is None or share is None else project.capacity * share
    first = project.first_output
    ramp = None if first is None else ramp_share(year, first + years_late, _ramp(project))
    chance = _chance(project, year, first, missing)
    return Contribution(project, year, plate, ramp, chance, tuple(missing))


def _unsaid(project: Project) -> Iterable[str]:
    if project.mineral is None:
        yield "mineral"
    if project.stage is None:
        yield "stage"
    if project.capacity is None:
        yield "capacity in tonnes of content" + (f" (source: {project.unsaid})" if project.unsaid else "")
    if project.first_output is None:
        yield "start"


def yield_of(project: Project) -> float | None:
    """Share of its output that reaches users; of a mine the recovery of the mineral's table, None where there is none."""
    if project.yield_share is not None or project.stage != "mine":
        return 1.0 if project.yield_share is None else project.yield_share
    table = None if project.mineral is None else latest_table(project.mineral)
    if table is None:
        return None
    recovery = table.recipe.recovery
    return 1.0 if recovery is None or table.stages[-1].stage == "mine" else recovery.value


def ramp_share(year: int, first: float, ramp: float) -> float:
    """Mean over a year of output as a share of capacity: 0 before ``first``, then a straight line to 1 over ``ramp`` years."""
    return _ramped(year + 1 - first, ramp) - _ramped(year - first, ramp)


def _ramped(since: float, ramp: float) -> float:
    """Capacity-years made ``since`` years after first output."""
    if since <= 0:
        return 0.0
    return since**2 / (2 * ramp) if since < ramp else since - ramp / 2


def _ramp(project: Project) -> float:
    return assumed("ramp_years").value if project.ramp is None else project.ramp


def _chance(project: Project, year: int, first: float | None, missing: list[str]) -> Chance | None:
    if project.on_time is not None:
        return Chance(project.on_time, project.on_time, "E", (), "P(on time) as given")
    if project.state is None:
        missing.append("how far its permit is")
        return None
    if first is None or project.stage is None:
        return None
    found = chance_of(project.stage, project.state, months=MONTHS * (year + 1 - first))
    if isinstance(found, str):
        missing.append(found)
        return None
    return found


def inputs_of_project(project: Project) -> dict[str, Any]:
    """The record in JSON terms."""
    return project.model_dump(mode="json")
