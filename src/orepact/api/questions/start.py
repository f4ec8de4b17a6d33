"""What stands on the first page: who makes most of what, which suspensions end, and what changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orepact.api.question import Asked, Question, parameter
from orepact.api.shapes.start import StartAnswer

if TYPE_CHECKING:
    import pandas as pd


class StartAsked(Asked):
    """The state of the world on a day."""

    on: dt.date | None = parameter(
        "Day it is told for; today when left out.", unit="date", default=None, example="2026-11-25"
    )


@dataclass(frozen=True)
class Start:
    """Suspensions and changes as of a day, and leading producers, which are worked out when they are first asked for."""

    on: dt.date
    suspensions: list[dict[str, Any]]
    changes: list[dict[str, Any]]

    @property
    def leading(self) -> pd.DataFrame:
        """Who makes most of what, by mineral and stage."""
        from orepact.indicators.leading import leading

        return leading()


def _work(asked: StartAsked) -> Start:
    from orepact.facts import controls

    on = asked.on or dt.datetime.now(tz=dt.UTC).date()
    return Start(on, controls.suspensions(on), controls.changes(on))


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
    shape=StartAnswer,
)
