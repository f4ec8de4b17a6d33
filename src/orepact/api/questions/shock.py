"""Question 1: if this supply stops, who runs short of what, by how much, at what price?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import field_validator

from orepact.api.question import Asked, Part, Question, Steps, parameter
from orepact.api.shapes.shock import ShockAnswer

if TYPE_CHECKING:
    import pandas as pd

    from orepact.cases import ShockCase, ShockResult
    from orepact.cases.ladder import Ladder
    from orepact.network import Network
    from orepact.report.note.record import Note
    from orepact.report.workbook import Workbook

MOST_DRAWS, MOST_DRAWS_OF_A_JOB = 5000, 100_000
PERCENT = 100


class ShockJob(Asked):
    """If these origins cut their exports of a mineral."""

    mineral: str = parameter("Mineral, by any usual name.", unit="name", default="gallium", needed=True)
    origin: str = parameter(
        "Who cuts exports: countries or regions, joined by commas.",
        unit="name",
        default="CHN",
        needed=True,
        example="CHN",
    )
    stage: str | None = parameter(
        "What is cut: mine or refined; the last stage when left out.", unit="name", default=None, example="refined"
    )
    cut: str = parameter("Share of exports cut; 100% is a stop.", unit="share, like 60%", default="100%")
    against: str | None = parameter(
        "Who is cut off; everybody when left out.", unit="name", default=None, example="USA"
    )
    months: float = parameter("How long, as one period.", unit="months", default=12.0, ge=1, le=60)
    close: str | None = parameter(
        "Passages at sea that are closed for the same months, joined by commas.",
        unit="name",
        default=None,
        example="suez",
    )
    base_year: int | None = parameter(
        "Year of the table; the usual one when left out.", unit="year", default=None, ge=1958, le=2100, example=2024
    )
    draws: int = parameter("Number of draws over the ranges.", unit="1", default=500, ge=10, le=MOST_DRAWS_OF_A_JOB)
    seed: int = parameter("Seed of the draws.", unit="1", default=1, ge=0, le=2**32 - 1)

    @field_validator("cut")
    @classmethod
    def _percent(cls, text: str) -> str:
        """A whole number from 2 to 100 is per cent, as a slider without scripts sends it."""
        return f"{text}%" if text.isdigit() and 1 < int(text) <= PERCENT else text


class ShockAsked(ShockJob):
    """If these origins cut their exports of a mineral."""

    draws: int = parameter("Number of draws; more are a job.", unit="1", default=500, ge=10, le=MOST_DRAWS)


def _work(asked: ShockJob) -> ShockResult:
    from orepact.corridors.closed_shock import shock

    return shock(**asked.model_dump())


def _record(result: ShockResult) -> dict[str, Any]:
    return result.summary()


def _frame(result: ShockResult) -> pd.DataFrame:
    return result.losses_frame()


def _note(_: ShockJob, result: ShockResult) -> Note:
    from orepact.report.note.shock import shock_note

    return shock_note(result)


def months_of(asked: ShockJob) -> Ladder:
    """The same shock month by month, in whole months and few draws, with every passage open."""
    from orepact.cases.ladder import ladder
    from orepact.report.note.shock import HELP_DRAWS

    given = asked.model_dump(exclude={"close"}) | {
        "draws": min(asked.draws, HELP_DRAWS),
        "months": max(1, round(asked.months)),
    }
    return ladder(**given)


def _note_with(_: ShockJob, result: ShockResult, months: Ladder) -> Note:
    from orepact.report.note.shock import shock_note

    return shock_note(result, months)


def _workbook(_: ShockJob, result: ShockResult) -> Workbook:
    from orepact.report.note.shock_sheets import shock_workbook

    return shock_workbook(result)


def _bundle(result: ShockResult) -> bytes:
    from orepact.cases.bundle import bundle_bytes

    return bundle_bytes(result)


def _read(asked: ShockJob) -> tuple[Network, ShockCase]:
    from orepact.cases.request import ShockRequest
    from orepact.cases.shocks import case_for
    from orepact.network import network

    request = ShockRequest.read(**asked.model_dump(exclude={"base_year", "close"}))
    found = network(request.mineral, asked.base_year)
    if asked.close is None:
        return found, case_for(request, found)
    from orepact.corridors.closed_shock import closure_records
    from orepact.corridors.sea import read_passages

    closed = read_passages(asked.close)
    return found, case_for(request, found, closed, closure_records(request.mineral, closed, asked.base_year))


def _names(asked: ShockJob) -> tuple[str, ...]:
    from orepact.cases.shock_blocks import blocks

    _read(asked)
    return tuple(f"draws {each.start + 1} to {each.stop}" for each in blocks(asked.draws))


def _step(asked: ShockJob, name: str, earlier: Callable[[str], Part]) -> Part:
    del earlier
    from orepact.cases.shock_blocks import blocks, kept, solve_block

    return kept(solve_block(*_read(asked), blocks(asked.draws)[_names(asked).index(name)]))


def _join(asked: ShockJob, parts: Mapping[str, Part]) -> ShockResult:
    from orepact.cases.shock_blocks import joined, unkept

    return joined(*_read(asked), [unkept(parts[name]) for name in _names(asked)])


SHOCK: Question[ShockJob, ShockResult] = Question(
    name="shock",
    title="If a supply stops, who runs short of what, by how much, at what price?",
    asked=ShockAsked,
    work=_work,
    record=_record,
    frame=_frame,
    note=_note,
    beside=("months", months_of),
    note_with=_note_with,
    workbook=_workbook,
    bundle=_bundle,
    shape=ShockAnswer,
    places={"--from": "origin", "mineral": "mineral", "network": "mineral"},
    steps=Steps(_names, _step, _join),
    long=ShockJob,
)
