"""Question 6, circularity: how much of a mineral's use could come from products that leave use, and how far is that from 25 %?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orepact.api.question import Asked, Question, parameter
from orepact.api.shapes.projects import ScrapAnswer

if TYPE_CHECKING:
    import pandas as pd

    from orepact.planning.scrap import Scrap

MOST_DRAWS = 5000


class ScrapAsked(Asked):
    """What comes back from products in use by a year."""

    mineral: str = parameter("Mineral, by any usual name.", unit="name", default="copper")
    region: str = parameter("Region or country.", unit="name", default="EU27")
    year: int = parameter("Year in which products leave use.", unit="year", default=2030, ge=1958, le=2100)
    draws: int = parameter("Draws that the ranges are of.", unit="1", default=500, ge=1, le=MOST_DRAWS)
    seed: int = parameter("Seed of the draws.", unit="1", default=1, ge=0, le=2**32 - 1)


def _work(asked: ScrapAsked) -> Scrap:
    from orepact.planning.scrap import scrap

    return scrap(**asked.model_dump())


def _record(found: Scrap) -> dict[str, Any]:
    from orepact.report.scrap_text import scrap_answer

    return scrap_answer(found)


def _frame(found: Scrap) -> pd.DataFrame:
    import pandas as pd

    from orepact.report.scrap_text import scrap_rows

    return pd.DataFrame(scrap_rows(found))


SCRAP: Question[ScrapAsked, Scrap] = Question(
    name="scrap",
    title="How much of a mineral's use could come from products that leave use, and how far is that from 25 %?",
    asked=ScrapAsked,
    work=_work,
    record=_record,
    frame=_frame,
    shape=ScrapAnswer,
    places={"place": "region", "country": "region", "REGION": "region"},
)
