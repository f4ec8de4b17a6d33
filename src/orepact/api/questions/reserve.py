"""Question 7: what should a reserve of some money hold, bought how fast, and released on which trigger?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator

from orepact.api.question import Asked, Question, parameter
from orepact.api.shapes.reserve import ReserveAnswer
from orepact.errors import BadInput, Problem

if TYPE_CHECKING:
    import pandas as pd

    from orepact.planning.reserve_request import ReserveRequest
    from orepact.planning.reserve_size import ReservePlan
    from orepact.report.note.record import Note
    from orepact.report.workbook import Workbook

AT_ONCE = 1_500
"""Minerals times draws that are worked out while somebody waits: about fifteen seconds on one core."""

SIZES = {"": 1.0, "k": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
MONEY = re.compile(
    r"(?:usd|us\$|\$)?\s*([0-9][0-9.,\s]*(?:e\+?[0-9]{1,3})?)\s*(k|m|bn|million|billion|)\s*(?:usd)?", re.IGNORECASE
)


def usd(value: Any) -> Any:
    """A sum of money as people write it, ``12 bn`` or ``USD 12,000,000,000``; what is none is left for the check of numbers."""
    if not isinstance(value, str):
        return value
    found = MONEY.fullmatch(value.strip())
    if found is None:
        return value
    try:
        return float(re.sub(r"[\s,]", "", found[1])) * SIZES[found[2].lower()]
    except ValueError:
        return value


class ReserveAsked(Asked):
    """What a reserve should hold, how fast to buy it, when to release it, and what that avoids."""

    budget: Annotated[float, BeforeValidator(usd)] = parameter(
        "Money for purchases, like 12e9 or 12 bn.",
        unit="USD",
        default=12e9,
        needed=True,
        ge=1,
        le=1e15,
        allow_inf_nan=False,
    )
    region: str = parameter("Whose use it covers: countries or regions.", unit="name", default="USA", needed=True)
    minerals: str = parameter("Minerals, joined by commas.", unit="name", default="gallium,niobium")
    objective: Literal["emergency", "market-making", "demand-aggregation"] = parameter(
        "The one declared aim.", unit="name", default="emergency"
    )
    policy: Literal["vault", "jogmec", "korea", "australia", "eu", "nds"] | None = parameter(
        "Rule set, whose days of cover are filled; none when left out.", unit="name", default=None, example="vault"
    )
    months: float | None = parameter(
        "Length of every halt; as in the table of scenarios when left out.",
        unit="months",
        default=None,
        example=6.0,
        ge=1,
        le=60,
    )
    draws: int = parameter("Number of draws over the ranges.", unit="1", default=100, ge=10, le=10_000)
    seed: int = parameter("Seed of the draws.", unit="1", default=1, ge=0, le=2**32 - 1)


def _request(asked: ReserveAsked) -> ReserveRequest:
    from orepact.planning.reserve_request import read_request
    from orepact.report.numbers import counted

    request = read_request(**asked.model_dump(), scenario_file=None, values=None)
    size = len(request.minerals) * request.draws
    if size > AT_ONCE:
        found = f"{counted(len(request.minerals), 'mineral')} with {request.draws} draws"
        todo = f"ask for fewer: minerals times draws at most {AT_ONCE}; the command orepact reserve has no such limit"
        raise BadInput(Problem("--minerals", "too much to work out while you wait", found, todo))
    return request


def _work(asked: ReserveAsked) -> ReservePlan:
    from orepact.planning.reserve_size import plan

    return plan(_request(asked))


def _record(found: ReservePlan) -> dict[str, Any]:
    return found.summary()


def _frame(found: ReservePlan) -> pd.DataFrame:
    import io

    import pandas as pd

    return pd.read_csv(io.StringIO(found.to_csv()))


def _note(_: ReserveAsked, found: ReservePlan) -> Note:
    from orepact.report.note.reserve import reserve_note

    return reserve_note(found)


def _workbook(_: ReserveAsked, found: ReservePlan) -> Workbook:
    from orepact.report.note.reserve_sheets import reserve_workbook

    return reserve_workbook(found)


RESERVE: Question[ReserveAsked, ReservePlan] = Question(
    name="reserve",
    title="What should a reserve of some money hold, bought how fast, and released on which trigger?",
    asked=ReserveAsked,
    work=_work,
    record=_record,
    frame=_frame,
    shape=ReserveAnswer,
    note=_note,
    workbook=_workbook,
    places={"region": "region", "country": "region"},
    slow=True,
)
