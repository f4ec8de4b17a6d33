"""What stands on the first page: who makes most of what, which suspensions end, and what changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orepact.api.question import Asked, Question, parameter

if TYPE_CHECKING:
    import pandas as pd


class StartAsked(Asked):
    """The state of the world on a day."""

    on: dt.date | None = parameter(
        "Day it is told for; today when left out.", unit="date", default=None, example="2026-11-25"
    )


@dataclass(frozen=True)
class Start:
    """Leading producers, suspensions and changes as of a day."""

    on: dt.date
    leading: pd.DataFrame
    suspensions: list[dict[str, Any]]
    changes: list[dict[str, Any]]


def _work(asked: StartAsked) -> Start:
    from orepact.facts import controls
    from orepact.indicators.leading import leading

    on = asked.on or dt.datetime.now(tz=dt.UTC).date()
    return Start(on, leading(), controls.suspensions(on), controls.changes(on))


def _record(found: Start) -> dict[str, Any]:
    return {
        "on": found.on.isoformat(),
        "leading": found.leading.to_dict("records"),
        "suspensions": found.suspensions,
        "changes": found.changes,
    }


def _frame(found: Start) -> pd.DataFrame:
    return found.leading


START: Question[StartAsked, Start] = Question(
    name="start",
    title="Who makes most of what, which suspensions end soon, and what changed?",
    asked=StartAsked,
    work=_work,
    record=_record,
    frame=_frame,
)
