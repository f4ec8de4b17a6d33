"""A user's own episodes: a YAML file checked whole, with every fault said at once (format: docs/backtest-format.md)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from orepact.errors import BadInput, OrepactError, Problem, unknown_problem
from orepact.facts.column import DATE
from orepact.facts.episodes import Episode, Event, Observed, episode
from orepact.facts.names import region_code, resolve_mineral, resolve_place, resolve_stage
from orepact.facts.schemas import MONTH, Against, Grade, Kind, Quantity
from orepact.files import read_yaml

ABROAD = "abroad"
TOLD = "told"
"""Type of an error that carries problems in Orepact's own grammar, with places relative to the record."""

Resolved = TypeVar("Resolved")


def _told(problems: Iterable[Problem]) -> PydanticCustomError:
    return PydanticCustomError(TOLD, "see the problems", {"problems": tuple(problems)})


def _resolved(reader: Callable[[str], Resolved]) -> AfterValidator:
    """A validator that reads a name as the facts do, and keeps what they say of one that they do not know."""

    def read(text: str) -> Resolved:
        try:
            return reader(text)
        except OrepactError as error:
            raise _told(Problem("", each.wrong, each.found, each.todo) for each in error.problems) from None

    return AfterValidator(read)


def _text(value: Any) -> Any:
    """YAML reads 2024-07-03 as a date and 2024 as a number; text is wanted. NO, which it reads as false, is refused."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _place(text: str) -> str:
    """A country's or region's code, or ``abroad``."""
    if text.casefold() == ABROAD:
        return ABROAD
    return region_code(text) or "".join(resolve_place(text))


Text = Annotated[str, BeforeValidator(_text), Field(min_length=1)]
Month = Annotated[str, BeforeValidator(_text), Field(pattern=f"^{MONTH}$")]
Day = Annotated[str, BeforeValidator(_text), Field(pattern=f"^{DATE}$")]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Ratio = Annotated[float, Field(allow_inf_nan=False, ge=0)]
Mineral = Annotated[Text, _resolved(resolve_mineral)]
Stage = Annotated[Text, _resolved(resolve_stage)]
Place = Annotated[Text, _resolved(_place)]


def _countries(names: tuple[str, ...]) -> tuple[str, ...]:
    """ISO3 countries of countries and regions; raises with every name that is not known."""
    found: list[str] = []
    problems: list[Problem] = []
    for name in names:
        try:
            found += resolve_place(name)
        except OrepactError as error:
            problems += [Problem("", each.wrong, each.found, each.todo) for each in error.problems]
    if problems:
        raise _told(problems)
    return tuple(dict.fromkeys(found))


Countries = Annotated[tuple[Text, ...], BeforeValidator(_listed), AfterValidator(_countries)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class EventRecord(_Record):
    """One thing that happened, as a file gives it."""

    kind: Kind
    stage: Stage
    origin: Countries = ()
    destinations: Countries = ()
    share: Finite
    low: Finite | None = None
    high: Finite | None = None
    start: Month
    end: Month | None = None
    months: Annotated[float, Field(allow_inf_nan=False, gt=0)] | None = None
    announced: Day | None = None
    basis: Text = "as the file says"
    source: Text
    grade: Grade
    note: Text | None = None

    @property
    def ends(self) -> tuple[float, float]:
        """Low and high share; the share itself where no range is given."""
        return (self.share if self.low is None else self.low, self.share if self.high is None else self.high)

    @model_validator(mode="after")
    def _fits(self) -> EventRecord:
        low, high = self.ends
        problems = [*_out_of_order(low, self.share, high, "share"), *_impossible_share(self.kind, low, high)]
        if self.kind == "export_cut" and not self.origin:
            problems.append(Problem("origin", "who cuts its exports is needed", "nothing", "name a country"))
        if self.end is not None and self.end < self.start:
            problems.append(Problem("end", "it ends before it starts", self.end, "correct one of the two"))
        if problems:
            raise _told(problems)
        return self


class ObservedRecord(_Record):
    """One outcome, as a file gives it; ``value`` alone, or ``low`` and ``high``, or all three."""

    quantity: Quantity
    place: Place = ABROAD
    from_month: Month = Field(alias="from")
    to_month: Month = Field(alias="to")
    over: Annotated[float, Field(allow_inf_nan=False, ge=0)] = 0.0
    against: Against = "base"
    value: Ratio | None = None
    low: Ratio | None = None
    high: Ratio | None = None
    basis: Text = "as the file says"
    source: Text
    grade: Grade
    note: Text | None = None

    @property
    def ratios(self) -> tuple[float, float, float] | None:
        """Low, value and high; None where neither the value nor both ends are given."""
        if self.value is not None:
            return (
                self.value if self.low is None else self.low,
                self.value,
                self.value if self.high is None else self.high,
            )
        return None if self.low is None or self.high is None else (self.low, (self.low + self.high) / 2, self.high)

    @model_validator(mode="after")
    def _fits(self) -> ObservedRecord:
        problems = []
        if self.ratios is None:
            todo = "give value, or low and high"
            problems.append(Problem("value", "the outcome is needed as a ratio to its base", "not enough", todo))
        else:
            problems += _out_of_order(*self.ratios, "value")
        if self.to_month < self.from_month:
            problems.append(Problem("to", "it lies before 'from'", self.to_month, "correct one of the two"))
        if problems:
            raise _told(problems)
        return self


class EpisodeRecord(_Record):
    """One episode, as a file gives it."""

    id: Annotated[str, BeforeValidator(_text), Field(pattern=r"^[a-z0-9_]+$")]
    mineral: Mineral
    base_year: Annotated[int, Field(ge=1900, le=2100)]
    events: Annotated[tuple[EventRecord, ...], Field(min_length=1)]
    observed: tuple[ObservedRecord, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> EpisodeRecord:
        early = [event.start for event in self.events if int(event.start[:4]) <= self.base_year]
        if early:
            todo = "give the last full year before the episode"
            raise _told([Problem("base_year", "an event starts in it or before", ", ".join(early), todo)])
        return self


class EpisodesFile(_Record):
    """A whole file."""

    episodes: Annotated[tuple[EpisodeRecord, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _fits(self) -> EpisodesFile:
        names = [record.id for record in self.episodes]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise _told([Problem("", "two episodes have one id", ", ".join(twice), "give each its own")])
        return self


RECORDS: dict[str, type[_Record]] = {"events": EventRecord, "observed": ObservedRecord, "episodes": EpisodeRecord}
WORDS = {"kind": get_args(Kind), "quantity": get_args(Quantity), "against": get_args(Against), "grade": get_args(Grade)}
"""Fields that hold one of a few words."""


def read_episodes(path: Path) -> tuple[Episode, ...]:
    """The episodes of a file; BadInput with every fault found in it."""
    place = path.name
    raw = read_yaml(path).content
    if not isinstance(raw, dict):
        found = "nothing" if raw is None else type(raw).__name__
        todo = "begin with episodes: (docs/backtest-format.md)"
        raise BadInput(Problem(place, "the file holds no episodes", found, todo))
    try:
        return tuple(_episode(record) for record in EpisodesFile.model_validate(raw).episodes)
    except ValidationError as error:
        errors: list[dict[str, Any]] = [dict(each) for each in error.errors()]
        inside = {each["loc"][: len(each["loc"]) - cut] for each in errors for cut in range(1, len(each["loc"]))}
        told = [each for each in errors if not (each["type"] == "too_short" and each["loc"] in inside)]
        raise BadInput([problem for each in told for problem in _problems(place, raw, each)]) from None


def _episode(record: EpisodeRecord) -> Episode:
    return episode(
        record.id, record.mineral, record.base_year, map(_event, record.events), map(_observed, record.observed)
    )


def _event(record: EventRecord) -> Event:
    low, high = record.ends
    return Event(**record.model_dump(exclude={"low", "high"}), share_low=low, share_high=high)


def _observed(record: ObservedRecord) -> Observed:
    low, value, high = record.ratios or (float("nan"),) * 3
    return Observed(**record.model_dump(exclude={"low", "value", "high"}), low=low, value=value, high=high)


def _out_of_order(low: float, value: float, high: float, name: str) -> list[Problem]:
    if low <= value <= high:
        return []
    return [Problem(name, f"low, {name} and high are not in order", f"{low:g}, {value:g}, {high:g}", "put them so")]


def _impossible_share(kind: str, low: float, high: float) -> list[Problem]:
    """A cut takes at most all and more than nothing, a loss less than all, and use cannot fall by all."""
    fits, words = {
        "export_cut": (low > 0 and high <= 1, "above 0 and at most 1"),
        "capacity_loss": (high < 1, "below 1, and below 0 for a gain"),
        "demand_change": (low > -1, "above -1"),
    }[kind]
    if fits and (low, high) != (0, 0):
        return []
    wrong = f"the share of kind {kind} must be {words}, and not 0"
    return [Problem("share", wrong, f"{low:g} to {high:g}", "give a share like 0.4")]


def _problems(place: str, raw: Any, error: dict[str, Any]) -> list[Problem]:
    where, kind, value = tuple(error["loc"]), str(error["type"]), error["input"]
    spot = ", ".join([place, *_spot(raw, where)])
    if kind == TOLD:
        return [
            Problem(", ".join(filter(None, [spot, each.place])), each.wrong, each.found, each.todo)
            for each in error["ctx"]["problems"]
        ]
    if kind == "extra_forbidden":
        holder = ", ".join([place, *_spot(raw, where[:-1])])
        return [unknown_problem(holder, "key", str(where[-1]), _keys(where))]
    if kind == "missing":
        return [Problem(spot, "it is needed and not given", "nothing", "give it")]
    if kind == "literal_error":
        return [unknown_problem(spot, str(where[-1]), str(value), WORDS[str(where[-1])])]
    return [Problem(spot, f"it should be {_wanted(error)}", _shown(value), "correct it")]


def _wanted(error: dict[str, Any]) -> str:
    kind = str(error["type"])
    if kind == "string_pattern_mismatch":
        patterns = {f"^{MONTH}$": "a month like 2024-07", f"^{DATE}$": "a day like 2024-07-03"}
        return patterns.get(str(error["ctx"]["pattern"]), "small letters, digits and _ only")
    if kind == "too_short":
        return "a list that is not empty"
    if kind == "tuple_type":
        return "a list"
    return str(error["msg"]).removeprefix("Input should be ").removeprefix("String should ")


def _spot(raw: Any, where: tuple[Any, ...]) -> list[str]:
    """A place in words: an episode by its id, a row by its number."""
    words, at = [], raw
    for part in where:
        at = at[part] if isinstance(at, dict | list) and (isinstance(part, int) or part in at) else None
        if isinstance(part, int):
            words.append(str(at["id"]) if isinstance(at, dict) and "id" in at else f"row {part + 1}")
        elif part != "episodes":
            words.append(str(part))
    return words


def _keys(where: tuple[Any, ...]) -> list[str]:
    holder = next((RECORDS[part] for part in reversed(where[:-1]) if part in RECORDS), EpisodesFile)
    return [field.alias or name for name, field in holder.model_fields.items()]


def _shown(value: Any) -> str:
    text = f"'{value}'" if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
