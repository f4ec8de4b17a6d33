"""Joint projects: where each stands between proposal and buyer, what was found of it, its money, its permit clock and its status.

The ten states are those of D2. A project enters them one after another (:func:`project_guards.move_guards`), or is taken over in a
state as reported, without the days of the steps before. What days and time limits mean on a day is read in ``orepact.pact.pipeline``
and never stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pydantic import Field, field_validator

from orepact.pact.kinds.agreements import Stage
from orepact.pact.kinds.base import RECORDER, PactRecord
from orepact.pact.kinds.project_parts import (
    ACT,
    UNFC,
    YEARS,
    Activity,
    Approval,
    Capex,
    Criterion,
    Designation,
    EsgVerdict,
    Loss,
    Money,
    MoreTime,
    Objection,
    Offtake,
    Output,
    Permit,
    Progress,
    Scheme,
    Stake,
    State,
    Step,
    ValueAdded,
)
from orepact.policy.attributes import attribute
from orepact.policy.permit_clock import PermitClock
from orepact.policy.record import Day, Text, number


def parts(meaning: str, source: str, most: int) -> Any:
    """A field that holds parts, none at first."""
    return Field((), description=meaning, json_schema_extra={"unit": "records", "source": source}, max_length=most)


class Project(PactRecord):
    """A project with its place in the pipeline. What is left out is not known."""

    name: Text = attribute(unit="text", meaning="its usual name", source=RECORDER, max_length=300)
    host: tuple[str, ...] = attribute(
        (), unit="ids", meaning="states in which it lies; not known when left out", source=RECORDER, max_length=10
    )
    minerals: tuple[str, ...] = attribute(
        (), unit="ids", meaning="minerals; not known when left out", source=RECORDER, max_length=60
    )
    stages: tuple[Stage, ...] = attribute(
        (), unit="ids", meaning="mine, intermediate, refined, component, scrap; not known when left out", source=RECORDER,
        max_length=5,
    )  # fmt: skip
    activity: Activity | None = attribute(
        None, unit="text", meaning="extraction (also with processing), processing, recycling or substitution",
        source=f"{ACT}, Article 11(1)",
    )  # fmt: skip
    scheme: Scheme = attribute("CRMA", unit="text", meaning="under whose rules it is assessed", source="D2")
    assessor: str | None = attribute(
        None, unit="id", meaning="party that assesses and recognises it, such as the Union", source="D2", max_length=120
    )
    designations: tuple[Designation, ...] = parts("what it is designated as, and by whom", "D2", 20)
    sponsors: tuple[Text, ...] = attribute(
        (), unit="texts", meaning="firms behind it: ids of parties, or words", source=RECORDER, max_length=30
    )
    state: State | None = attribute(
        "proposed", unit="text", meaning="state of D2; nothing where it is not known", source="D2"
    )
    state_since: Day | None = attribute(
        None, unit="date", meaning="day on which it entered the state; not known when left out", source="D2"
    )
    reported: Text | None = attribute(
        None, unit="text", meaning="how it stands in the words of its source, where it was taken over", source=RECORDER,
        max_length=300,
    )  # fmt: skip
    paused: bool = attribute(default=False, unit="1", meaning="whether it stands still for now", source=RECORDER)
    construction: bool = attribute(default=False, unit="1", meaning="whether it is being built", source=RECORDER)
    unfc: str | None = attribute(
        None, unit="class", meaning="class of the United Nations Framework Classification, such as E1.1 F2.1 G1+2",
        source=f"{ACT}, Article 7", max_length=40,
    )  # fmt: skip
    start: int | None = attribute(
        None, unit="year", meaning="year of first output as planned", source="D2", strict=True, **YEARS
    )
    lead_time: float | None = number(
        None, unit="years", meaning="years from figures_of to first output, without a start", source="D2", ge=0, le=100
    )
    ramp: float | None = number(None, unit="years", meaning="years from first to full output", source="D2", ge=0, le=50)
    on_time: float | None = number(
        None, unit="1", meaning="P(on time); by its reference class when left out", source="D2", ge=0, le=1
    )
    figures_of: int | None = attribute(
        None, unit="year", meaning="year in which state and lead time were true", source=RECORDER, strict=True, **YEARS
    )
    unsaid: Text | None = attribute(
        None, unit="text", meaning="what its source says of output that is no tonnes of content", source=RECORDER,
        max_length=1000,
    )  # fmt: skip
    capex: Capex | None = Field(
        None, description="what it costs to build", json_schema_extra={"unit": "record", "source": "D2"}
    )
    outputs: tuple[Output, ...] = parts("what it can make, by mineral and stage", "D2", 60)
    criteria: tuple[Criterion, ...] = parts("criteria and whether they are met", f"{ACT}, Article 6", 60)
    verdicts: tuple[EsgVerdict, ...] = parts("what schemes of standards find", "D9", 20)
    value_added: tuple[ValueAdded, ...] = parts("what stays in each host state", "D2", 10)
    finance: tuple[Money, ...] = parts("items of the finance stack", "D2", 60)
    stakes: tuple[Stake, ...] = parts("public equity stakes", "D2", 30)
    offtakes: tuple[Offtake, ...] = parts("who takes the output", "D2", 60)
    steps: tuple[Step, ...] = parts("states that it entered, in order", "D2", 60)
    approvals: tuple[Approval, ...] = parts("host states outside the Union that approve", f"{ACT}, Article 7", 10)
    objections: tuple[Objection, ...] = parts("host states that object", f"{ACT}, Article 7", 10)
    more_time: MoreTime | None = Field(
        None, description="days more for the decision on recognition",
        json_schema_extra={"unit": "record", "source": f"{ACT}, Article 7"},
    )  # fmt: skip
    clock: PermitClock | None = Field(
        None, description="dates of its permit", json_schema_extra={"unit": "record", "source": f"{ACT}, Article 11"}
    )
    permit: Permit | None = Field(
        None,
        description="the decision on the permit",
        json_schema_extra={"unit": "record", "source": f"{ACT}, Article 11"},
    )
    reports: tuple[Progress, ...] = parts("reports on progress", f"{ACT}, Article 8", 100)
    lost: Loss | None = Field(
        None, description="that it lost its status", json_schema_extra={"unit": "record", "source": f"{ACT}, Article 7"}
    )

    @field_validator("unfc")
    @classmethod
    def _is_a_class(cls, unfc: str | None) -> str | None:
        if unfc is not None and not re.fullmatch(UNFC, unfc):
            raise ValueError("a class with E, F and G such as E1.1 F2.1 G1+2")
        return unfc

    def names(self) -> Iterable[tuple[str, str, str]]:
        """Its hosts, and who assesses it."""
        assessor = () if self.assessor is None else (("assessor", "party", self.assessor),)
        return (*(("host", "party", each) for each in self.host), *assessor)

    def entered(self, state: State) -> Step | None:
        """The step by which it entered a state; None where that is not known."""
        return next((each for each in reversed(self.steps) if each.state == state), None)

    @property
    def as_reported(self) -> bool:
        """Whether where it stands is only what a source reports."""
        return not self.steps or self.steps[-1].reported


PROTECTED = {
    "state": "move, or place where it is as reported", "state_since": "move, or place where it is as reported",
    "reported": "place", "steps": "move", "approvals": "approve", "objections": "object", "more_time": "more_time",
    "clock": "start_clock, stop_clock, resume_clock or extend_clock", "permit": "decide", "reports": "report", "lost": "lose_status",
}  # fmt: skip
"""Fields that only their own verbs change, and which."""
