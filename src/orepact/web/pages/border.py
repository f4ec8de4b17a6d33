"""Two sums by hand, beside the page of question 3: a duty on one consignment, and what a floor pays on one delivery."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from orepact.api.questions.border import DUTY, FLOOR, DutyAsked, FloorAsked
from orepact.report.numbers import exact
from orepact.web.charts import Column, number
from orepact.web.forms import chosen, typed_share
from orepact.web.page import Page, Preset
from orepact.web.sources import command_line

if TYPE_CHECKING:
    from orepact.policy.adjustable_duty import Duty
    from orepact.policy.price_support import FloorPayment

COLUMNS = (Column("name", "Price"), number("value", "Figure"), Column("unit", "Unit"))


def _units() -> tuple[tuple[str, str], ...]:
    from orepact.policy.record import UNITS

    return tuple(UNITS.items())


def _rows(rows: list[tuple[str, float]], unit: str) -> list[dict[str, str]]:
    return [{"name": name, "value": exact(value), "unit": unit} for name, value in rows]


def duty_view(asked: DutyAsked, found: Duty) -> Mapping[str, Any]:
    """Words and figures of a duty."""
    from orepact.report.border_text import cap_note, duty_headline, duty_rows

    answer = found.summary()
    return {
        "headline": duty_headline(found), "columns": COLUMNS, "rows": _rows(duty_rows(found), answer["duty_unit"]),
        "rule": answer["rule"], "note": cap_note(found), "question": DUTY.title,
        "command": command_line("duty", asked, {}, ("reference", "price", "currency")),
    }  # fmt: skip


def floor_view(asked: FloorAsked, found: FloorPayment) -> Mapping[str, Any]:
    """Words and figures of a payment."""
    from orepact.report.border_text import floor_headline, floor_note, floor_rows

    answer = found.summary()
    return {
        "headline": floor_headline(found), "columns": COLUMNS, "rows": _rows(floor_rows(found), answer["per_unit_unit"]),
        "rule": answer["rule"], "note": floor_note(found), "question": FLOOR.title,
        "command": command_line("floor", asked, {"first": "from", "last": "to", "day": "on"},
                                ("strike", "price", "volume", "unit", "clawback", "currency")),
    }  # fmt: skip


def duty_form(asked: DutyAsked) -> Mapping[str, Any]:
    """What the blanks of a duty hold."""
    return {
        "reference": chosen(asked.reference), "price": chosen(asked.price), "cap_rate": typed_share(asked.cap_rate),
        "volume": chosen(asked.volume), "unit": asked.unit, "units": _units(), "currency": asked.currency or "",
        "security": asked.security or "",
    }  # fmt: skip


def floor_form(asked: FloorAsked) -> Mapping[str, Any]:
    """What the blanks of a floor hold."""
    return {
        "strike": chosen(asked.strike), "price": chosen(asked.price), "volume": f"{asked.volume:.15g}", "unit": asked.unit,
        "units": _units(), "clawback": typed_share(asked.clawback), "currency": asked.currency or "", "ramp_done": asked.ramp_done,
    }  # fmt: skip


DUTY_PAGE = Page(
    question=DUTY,
    nav="",
    view=duty_view,
    form=duty_form,
    presets=(
        Preset("Reference 2408, price 1235 (arithmetic only)", {"reference": "2408", "price": "1235"}),
        Preset("The same under a bound rate of 10 %", {"reference": "2408", "price": "1235", "cap_rate": "10%"}),
    ),
)
FLOOR_PAGE = Page(
    question=FLOOR,
    nav="",
    view=floor_view,
    form=floor_form,
    presets=(
        Preset("MP Materials, NdPr: floor of USD 110 a kilogram, price 54", {"strike": "110", "price": "54"}),
        Preset("The same with the price at 130, plant ramped up", {"price": "130", "ramp_done": "true"}),
    ),
)
