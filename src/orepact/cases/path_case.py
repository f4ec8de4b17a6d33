"""A case in time: which instruments are in force from when to when, on which mineral, for how long, in which steps.

What enters: a checked :class:`PathCase` (:mod:`orepact.cases.case_file` reads one). What leaves: what is in force when. The same
case, facts and code give the same answer, byte for byte, in whatever order its instruments are written.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal, Self

from pydantic import SerializeAsAny, ValidationInfo, field_validator, model_validator

from orepact import facts
from orepact.files import write_yaml
from orepact.policy import INSTRUMENTS, ExportCut, ExportQuota, ExportTax, Instrument, LicenceDelay
from orepact.policy.attributes import attribute, attributes
from orepact.policy.instrument import Period
from orepact.policy.record import Day, Record, Text, add_months, not_before, number
from orepact.version import __version__

KINDS = {str(kind.model_fields["kind"].default): kind for kind in INSTRUMENTS}
"""Every kind of instrument by what a case file calls it."""

RESTRICTING = (ExportCut, ExportQuota, ExportTax, LicenceDelay)
"""Kinds by which countries hold back their own exports."""

STEPS = {1: "month", 3: "quarter", 12: "year"}
CASE = "the case"
MOST_PERIODS = 600


class Timed(Record):
    """An instrument with its days. A day that is left out is that of the case."""

    instrument: SerializeAsAny[Instrument]
    first: Day | None = attribute(None, unit="date", meaning="first day in force", source=CASE)
    last: Day | None = attribute(None, unit="date", meaning="last day in force", source=CASE)
    source: Text | None = attribute(None, unit="text", meaning="where it is announced or assumed", source=CASE)
    active: bool = attribute(
        default=True, unit="truth", meaning="false: kept in the file, and not in force", source=CASE, strict=True
    )

    @field_validator("last")
    @classmethod
    def _ends_after_it_begins(cls, last: date | None, info: ValidationInfo) -> date | None:
        return not_before(last, info.data.get("first"))

    def in_period(self, case: PathCase, first: date, end: date) -> Instrument | None:
        """The instrument as it acts in the days from ``first`` to before ``end``; ``None`` where it does not."""
        begins, ends = self.first or case.start, self.last or date.max
        if not self.active or begins >= end or ends < first:
            return None
        covered = (min(end, add_days(ends, 1)) - max(first, begins)).days
        period = Period(case.step / 12.0, covered / (end - first).days, float((first - begins).days))
        return self.instrument.in_period(period)


def add_days(day: date, days: int) -> date:
    """A day some days later (earlier below 0), and the last day there is where there is none."""
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))


class PathCase(Record):
    """Instruments over time on one mineral. Amounts in tonnes and in tonnes a year, whatever the step."""

    name: Text = attribute(unit="text", meaning="what the case is called", source=CASE)
    mineral: str = attribute(unit="text", meaning="mineral, by any usual name", source=CASE)
    start: Day = attribute(unit="date", meaning="first day of the first period", source=CASE)
    months: int = number(unit="months", meaning="how long it runs", source=CASE, ge=1, le=MOST_PERIODS)
    step: Literal[1, 3, 12] = attribute(1, unit="months", meaning="length of a period: 1, 3 or 12", source=CASE)
    base_year: int | None = attribute(
        None, unit="year", meaning="year of the table; the mineral's usual one when left out", source=CASE
    )
    instruments: tuple[Timed, ...] = attribute(
        (), unit="records", meaning="what happens and what is decided", source=CASE
    )
    draws: int = number(200, unit="1", meaning="draws over the ranges", source=CASE, ge=10, le=100_000)
    seed: int = number(1, unit="1", meaning="seed of the draws", source=CASE, ge=0, le=2**32 - 1)
    note: str = attribute("", unit="text", meaning="what a reader should know", source=CASE)

    @field_validator("mineral")
    @classmethod
    def _known(cls, mineral: str) -> str:
        return facts.resolve_mineral(mineral)

    @field_validator("step")
    @classmethod
    def _whole_steps(cls, step: int, info: ValidationInfo) -> int:
        months = info.data.get("months", step)
        if months % step:
            raise ValueError(f"a step of which the {months} months are a multiple")
        return step

    @model_validator(mode="after")
    def _once_a_day(self) -> Self:
        for at, one in enumerate(self.instruments):
            for other in self.instruments[:at]:
                if one.instrument.name == other.instrument.name and self.meet(one, other):
                    raise ValueError(f"'{one.instrument.name}' is in force twice at a time; end one before the other")
        return self

    def meet(self, one: Timed, other: Timed) -> bool:
        """Whether two are in force on one day."""
        begins = max(one.first or self.start, other.first or self.start)
        return one.active and other.active and begins <= min(one.last or date.max, other.last or date.max)

    @property
    def periods(self) -> tuple[tuple[date, date], ...]:
        """First day of every period and the day after its last."""
        days = [add_months(self.start, at) for at in range(0, self.months + 1, self.step)]
        return tuple(pairwise(days))

    @property
    def last_day(self) -> date:
        """Last day of the last period."""
        return add_days(self.periods[-1][1], -1)

    @property
    def restricting(self) -> tuple[str, ...]:
        """Countries that restrict their own exports at any time in it."""
        found = [
            each.instrument.origins
            for each in self.instruments
            if each.active and isinstance(each.instrument, RESTRICTING)
        ]
        return tuple(dict.fromkeys(country for origins in found for country in origins))

    @property
    def cut_off(self) -> tuple[str, ...]:
        """Countries against which exports are restricted; none where somebody restricts them to everybody."""
        found = [
            each.instrument.against
            for each in self.instruments
            if each.active and isinstance(each.instrument, RESTRICTING)
        ]
        return tuple(dict.fromkeys(code for against in found for code in against)) if all(found) else ()

    def in_force(self, first: date, end: date) -> tuple[Instrument, ...]:
        """What acts in the days from ``first`` to before ``end``, as it acts there."""
        found: dict[str, Instrument] = {}
        for timed in self.ordered:
            each = timed.in_period(self, first, end)
            if each is not None:
                before = found.get(each.name)
                found[each.name] = each if before is None else before.then(each)
        return tuple(found.values())

    @property
    def ordered(self) -> tuple[Timed, ...]:
        """The instruments by their first days and what they are, in whatever order they were written: no answer depends on that."""
        return tuple(sorted(self.instruments, key=lambda each: (each.first or self.start, each.model_dump_json())))

    @property
    def hash(self) -> str:
        """Twelve hexadecimal digits that name this case with these facts and this code; the order of instruments has no part in it."""
        parts = {**self.model_dump(mode="json"), "facts": facts.version(), "code": __version__}
        parts["instruments"] = [each.model_dump(mode="json") for each in self.ordered]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]

    def to_yaml(self) -> str:
        """The case as a file that :func:`read_case` reads back to the same case."""
        given = self.model_dump(mode="json", exclude_defaults=True)
        given["instruments"] = [
            {
                **_own(each.instrument),
                "kind": each.instrument.kind,
                **{word: value for word, value in (("from", each.first), ("to", each.last)) if value is not None},
                **({"source": each.source} if each.source else {}),
                **({} if each.active else {"active": False}),
            }
            for each in self.instruments
        ]
        return write_yaml(given)


def _own(instrument: Instrument) -> dict[str, Any]:
    """What an instrument is set to, as a file says it: shares above 1 as percentages, to the same number."""
    given = instrument.model_dump(mode="json", exclude_defaults=True)
    for each in attributes(type(instrument)):
        value = given.get(each.name)
        if each.unit.startswith("share") and isinstance(value, float) and value > 1:
            given[each.name] = f"{Decimal(repr(value)).scaleb(2):f}%"
    return given
