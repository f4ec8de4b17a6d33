"""A case in time: which instruments are in force from when to when, on which mineral, for how long, in which steps.

What enters: a mapping, or a YAML file that somebody wrote by hand. What leaves: a frozen :class:`PathCase`, or one error that holds
everything that is wrong. The same case, facts and code give the same answer, byte for byte.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import SerializeAsAny, ValidationError, field_validator, model_validator

from orepact import facts
from orepact.errors import BadInput, Problem, UnknownName, unknown_problem
from orepact.policy import INSTRUMENTS, DemandShift, ExportCut, ExportQuota, ExportTax, Instrument, LicenceDelay
from orepact.policy.attributes import attribute
from orepact.policy.instrument import Period
from orepact.policy.record import Day, Record, Text, add_months, number, problems_of, raise_all
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

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.first is not None and self.last is not None and self.last < self.first:
            raise ValueError(f"its last day, {self.last}, must not lie before its first, {self.first}")
        return self

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

    @model_validator(mode="after")
    def _whole_steps(self) -> Self:
        if self.months % self.step:
            raise ValueError(f"months ({self.months}) must be a multiple of the step ({self.step})")
        return self

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
        for timed in self.instruments:
            each = timed.in_period(self, first, end)
            if each is not None:
                before = found.get(each.name)
                found[each.name] = each if before is None else before.then(each)
        return tuple(found.values())

    @property
    def hash(self) -> str:
        """Twelve hexadecimal digits that name this case with these facts and this code."""
        parts = {**self.model_dump(mode="json"), "facts": facts.version(), "code": __version__}
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]

    def to_yaml(self) -> str:
        """The case as a file that :func:`read_case` reads back to the same case."""
        given = self.model_dump(mode="json", exclude_defaults=True)
        given["instruments"] = [
            {
                **each.instrument.model_dump(mode="json", exclude_defaults=True),
                "kind": each.instrument.kind,
                **{word: value for word, value in (("from", each.first), ("to", each.last)) if value is not None},
                **({"source": each.source} if each.source else {}),
                **({} if each.active else {"active": False}),
            }
            for each in self.instruments
        ]
        return str(yaml.safe_dump(given, sort_keys=False, allow_unicode=True))


KEYS = {"from": "first", "to": "last", "source": "source", "active": "active"}
"""Keys of an instrument in a file that say when and whether it is in force; all others are the instrument's own."""


def read_case(given: Mapping[str, Any] | str | Path) -> PathCase:
    """The case of a mapping or of a YAML file; BadInput with everything that is wrong with it."""
    place = "case" if isinstance(given, Mapping) else Path(given).name
    content = given if isinstance(given, Mapping) else _loaded(Path(given))
    problems: list[Problem] = []
    rows = content.get("instruments") or []
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        problems.append(
            Problem(f"{place}, instruments", "a list is needed", repr(rows)[:60], "give one instrument a dash")
        )
        rows = []
    content = {**content, "mineral": _mineral(content.get("mineral"), place, problems)}
    timed = [each for at, row in enumerate(rows, 1) if (each := _timed(row, f"{place}, instruments, {at}", problems))]
    try:
        case = PathCase.model_validate({**content, "instruments": ()})
    except ValidationError as error:
        problems += _problems(error, place)
    if problems:
        raise BadInput(problems)
    raise_all(_twice(timed, case, place))
    return case.model_copy(update={"instruments": tuple(timed)})


def _twice(timed: Sequence[Timed], case: PathCase, place: str) -> list[Problem]:
    """Instruments of one name that are in force on one day."""
    return [
        Problem(
            f"{place}, instruments, {before + 1} and {at + 1}",
            "one instrument is in force twice at a time",
            f"'{one.instrument.name}' in both",
            "end one before the other begins, or make one of the two (a new_project may have a label)",
        )
        for at, one in enumerate(timed)
        for before, other in enumerate(timed[:at])
        if one.instrument.name == other.instrument.name and case.meet(one, other)
    ]


def _mineral(name: Any, place: str, problems: list[Problem]) -> Any:
    """The mineral's slug; one that is none is said, and stood in for, so that the rest of the case is looked at too."""
    if not isinstance(name, str):
        return name
    try:
        return facts.resolve_mineral(name)
    except UnknownName as error:
        problems += [Problem(f"{place}, mineral", each.wrong, each.found, each.todo) for each in error.problems]
        return "cobalt"


def _loaded(path: Path) -> Mapping[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInput(Problem(str(path.name), "there is no such file", "nothing", "check its name")) from None
    except OSError as error:
        raise BadInput(
            Problem(str(path), "it cannot be read", error.strerror or "nothing", "give a YAML file")
        ) from None
    except (yaml.YAMLError, ValueError) as error:
        found = str(error).splitlines()[0]
        raise BadInput(Problem(path.name, "it is not YAML", found, "see docs/cases.md for an example")) from None
    if not isinstance(content, Mapping):
        raise BadInput(
            Problem(path.name, "a case has keys", type(content).__name__, "see docs/cases.md for an example")
        )
    return content


def _timed(row: Any, place: str, problems: list[Problem]) -> Timed | None:
    """One instrument of a file, names of places read; its faults are added to ``problems``."""
    if not isinstance(row, Mapping):
        problems.append(Problem(place, "an instrument has keys", repr(row)[:60], "begin it with kind:"))
        return None
    kind = row.get("kind")
    if kind not in KINDS:
        problems.append(unknown_problem(place, "kind of instrument", str(kind), KINDS))
        return None
    own = {key: value for key, value in row.items() if key not in KEYS}
    unknown = [key for key in own if key not in KINDS[kind].model_fields]
    problems += [unknown_problem(place, "key", str(key), [*KINDS[kind].model_fields, *KEYS]) for key in unknown]
    given = {key: _places(KINDS[kind], key, value, place, problems) for key, value in own.items() if key not in unknown}
    days = {KEYS[key]: row[key] for key in KEYS if key in row}
    try:
        record = KINDS[kind].model_validate(given)
    except ValidationError as error:
        problems += _problems(error, place)
        record = None
    try:
        # The days are looked at even where the instrument is not one.
        probe = record if record is not None else DemandShift(stage="refined", change=0.0)
        timed = Timed.model_validate({"instrument": probe, **days})
    except ValidationError as error:
        problems += _problems(error, place)
        return None
    return timed if record is not None else None


def _places(kind: type[Instrument], key: str, value: Any, place: str, problems: list[Problem]) -> Any:
    """Countries of a field that holds some, by any usual name or as a region; other values as they are."""
    about = kind.model_fields[key].json_schema_extra
    unit = about.get("unit", "") if isinstance(about, dict) else ""
    if unit != "ISO 3166-1 alpha-3":
        return value
    several = kind.model_fields[key].annotation is not str
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, Sequence):
        return value
    found: list[str] = []
    for name in names:
        try:
            found += [code for code in facts.resolve_place(str(name)) if code not in found]
        except UnknownName as error:
            problems += [Problem(f"{place}, {key}", each.wrong, each.found, each.todo) for each in error.problems]
    if not several or key == "country":
        return found[0] if len(found) == 1 else value
    return tuple(found)


def _problems(error: ValidationError, place: str) -> list[Problem]:
    return problems_of(PathCase, error, place)
