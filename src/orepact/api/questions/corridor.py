"""Question 8: which routes are secure end to end, what is the cut, and what does a closed passage do?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orepact.api.question import Asked, Question, parameter
from orepact.api.shapes.corridor import CorridorShape

if TYPE_CHECKING:
    import pandas as pd

    from orepact.corridors.corridor import CorridorAnswer


class CorridorAsked(Asked):
    """From a producing country to a buying region."""

    mineral: str = parameter("Mineral, by any usual name.", unit="name", default="cobalt", needed=True)
    origin: str = parameter("The producing country.", unit="name", default="COD", needed=True, example="COD")
    to: str = parameter("The buying country or region.", unit="name", default="EU27", needed=True, example="EU27")
    stage: str | None = parameter(
        "What leaves: mine or refined; where most is refined decides when left out.",
        unit="name",
        default=None,
        example="mine",
    )
    close: str | None = parameter(
        "Passages that are closed, joined by commas.", unit="name", default=None, example="suez,hormuz"
    )
    allied_only: str | None = parameter(
        "A region whose refiners, owners of operators and laws alone may be on the way.",
        unit="name",
        default=None,
        example="MSP",
    )
    via: str | None = parameter(
        "Corridors that alone lead out, joined by commas; all when left out.",
        unit="name",
        default=None,
        example="lobito",
    )
    planned: bool = parameter("Reckon with capacities that are planned.", unit="yes or no", default=False)
    base_year: int | None = parameter(
        "Year of the table; the usual one when left out.", unit="year", default=None, ge=1958, le=2100, example=2024
    )


def _work(asked: CorridorAsked) -> CorridorAnswer:
    from orepact.corridors.corridor import corridor

    return corridor(**asked.model_dump())


def _record(found: CorridorAnswer) -> dict[str, Any]:
    return found.summary()


def _frame(found: CorridorAnswer) -> pd.DataFrame:
    return found.frame()


CORRIDOR: Question[CorridorAsked, CorridorAnswer] = Question(
    name="corridor",
    title="Which routes are secure end to end, and what is the cut?",
    asked=CorridorAsked,
    work=_work,
    record=_record,
    frame=_frame,
    shape=CorridorShape,
    places={"--from": "origin", "network": "mineral"},
)
