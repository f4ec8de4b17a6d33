"""Question 9: does a batch qualify for the preferential zone, and which document is missing?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from orepact.api.question import Asked, Question, parameter
from orepact.api.shapes.eligible import EligibleAnswer

if TYPE_CHECKING:
    import pandas as pd

    from orepact.custody.verdict import Verdict

DAY = date(2026, 11, 1)
"""Day on which the demonstration is judged."""

FILES = {"lacking": "batch.json", "complete": "batch-complete.json"}


class EligibleAsked(Asked):
    """Whether the batch of the demonstration qualifies; one of your own is sent with POST."""

    example: Literal["lacking", "complete"] = parameter(
        "Demonstration: the file that lacks a document, or the complete one.", unit="name", default="lacking"
    )
    zone: str = parameter("Region, or countries joined by commas.", unit="name", default="MSP", needed=True)
    on: date = parameter("Day on which the file is judged.", unit="day", default=DAY)
    batch: str | None = parameter("Another batch than the file's subject.", unit="id", default=None, example="oxide-17")


def _work(asked: EligibleAsked) -> Verdict:
    from orepact.custody.batch_file import read_batch_file
    from orepact.custody.eligible import eligible
    from orepact.custody.example import example
    from orepact.custody.keys import keys_of

    files = example().files
    file = read_batch_file(files[FILES[asked.example]])
    keys = keys_of(files["keys.json"], "keys")
    return eligible(file, on=asked.on, zone=asked.zone, batch=asked.batch, keys=keys)


def _record(found: Verdict) -> dict[str, Any]:
    from orepact.report.eligible_text import record

    return record(found)


def frame(found: Verdict) -> pd.DataFrame:
    """One row a test and missing document."""
    import pandas as pd

    from orepact.report.eligible_text import COLUMNS, rows

    return pd.DataFrame(rows(found), columns=list(COLUMNS))


ELIGIBLE: Question[EligibleAsked, Verdict] = Question(
    name="eligible",
    title="Does this batch qualify for the preferential zone, and which document is missing?",
    asked=EligibleAsked,
    work=_work,
    record=_record,
    frame=frame,
    shape=EligibleAnswer,
    places={"place": "zone", "country": "zone", "--zone": "zone"},
)
