"""The format of a market of a user's own, as a validated record: what a YAML file or a dictionary must look like.

Unknown keys are refused with the nearest valid one, and everything that is wrong is said at once. The fields and their meaning are
in docs/own-market.md; equations in ``orepact.market.own``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from orepact.errors import BadInput, Problem, unknown_problem


def _name(value: Any) -> Any:
    """A name as text; YAML reads 2020 as a number and NO as false."""
    if isinstance(value, bool) or value is None:
        raise ValueError("a name in quotes is needed")
    return str(value).strip() if isinstance(value, str | int | float) else value


Name = Annotated[str, BeforeValidator(_name), Field(min_length=1)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(allow_inf_nan=False, gt=0)]
NotNegative = Annotated[float, Field(allow_inf_nan=False, ge=0)]


class Record(BaseModel):
    """A frozen record in which an unknown key is an error and numbers are numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, populate_by_name=True)


class Sourcing(Record):
    """Either ``classical: true`` or ``elasticity``."""

    classical: bool = False
    elasticity: Positive | None = None


class LinearCurve(Record):
    """Price = intercept + slope q of a supply, intercept - slope q of a demand."""

    kind: Literal["linear"]
    intercept: Finite
    slope: NotNegative


class StepCurve(Record):
    """Up to ``capacity`` at ``cost``."""

    kind: Literal["step"]
    cost: Finite
    capacity: NotNegative


class IsoelasticCurve(Record):
    """``quantity`` at ``price`` with a constant elasticity, given positive for a demand too."""

    kind: Literal["isoelastic"]
    quantity: Positive
    price: Positive
    elasticity: Positive


class HillCurve(Record):
    """``quantity`` at ``price`` with that elasticity there, never above ``capacity``."""

    kind: Literal["hill"]
    quantity: Positive
    price: Positive
    elasticity: Positive
    capacity: Positive


class FixedCurve(Record):
    """``quantity`` whatever the price."""

    kind: Literal["fixed"]
    quantity: NotNegative


SupplyCurve = Annotated[LinearCurve | StepCurve | IsoelasticCurve | HillCurve | FixedCurve, Field(discriminator="kind")]
DemandCurve = Annotated[LinearCurve | IsoelasticCurve | FixedCurve, Field(discriminator="kind")]


class ProducerRecord(Record):
    """A producer."""

    name: Name
    stage: Name
    supply: SupplyCurve


class RefinerRecord(Record):
    """A refiner; ``yield`` is ``recovery`` here."""

    name: Name
    from_stage: Name
    to_stage: Name
    recovery: Positive = Field(alias="yield")
    cost: Finite = 0.0
    capacity: NotNegative | None = None
    elasticity: Positive | None = None


class UserRecord(Record):
    """A final user."""

    name: Name
    stage: Name
    demand: DemandCurve


class RouteRecord(Record):
    """A pair that can trade; ``from`` and ``to`` are ``origin`` and ``buyer`` here."""

    origin: Name = Field(alias="from")
    buyer: Name = Field(alias="to")
    freight: Finite = 0.0
    tariff: Annotated[float, Field(allow_inf_nan=False, gt=-1)] = 0.0
    wedge: Finite = 0.0
    cap: NotNegative | None = None
    share: Annotated[float, Field(ge=0, le=1)] | None = None


class CapRecord(Record):
    """A cap on several routes together."""

    routes: Annotated[tuple[tuple[Name, Name], ...], Field(min_length=1)]
    quantity: NotNegative
    name: Name | None = None


class FloorRecord(Record):
    """A buyer of last resort."""

    producer: Name
    price: Finite


class MarketFile(Record):
    """A whole file. base_price: by stage; needed where ``sourcing`` has an elasticity, or a refiner has one."""

    sourcing: Sourcing
    stages: Annotated[tuple[Name, ...], Field(min_length=1)]
    producers: Annotated[tuple[ProducerRecord, ...], Field(min_length=1)]
    refiners: tuple[RefinerRecord, ...] = ()
    users: Annotated[tuple[UserRecord, ...], Field(min_length=1)]
    routes: tuple[RouteRecord, ...] = ()
    caps: tuple[CapRecord, ...] = ()
    floors: tuple[FloorRecord, ...] = ()
    base_price: dict[Name, Positive] = Field(default_factory=dict)


CURVES: dict[str, type[Record]] = {
    "linear": LinearCurve,
    "step": StepCurve,
    "isoelastic": IsoelasticCurve,
    "hill": HillCurve,
    "fixed": FixedCurve,
}
KINDS = {"supply": tuple(CURVES), "demand": ("linear", "isoelastic", "fixed")}
ROWS: dict[str, type[Record]] = {
    "producers": ProducerRecord,
    "refiners": RefinerRecord,
    "users": UserRecord,
    "routes": RouteRecord,
    "caps": CapRecord,
    "floors": FloorRecord,
    "sourcing": Sourcing,
}


def read_format(raw: Any, place: str) -> MarketFile:
    """The record of a dictionary as YAML gives it; BadInput with everything that does not fit the format."""
    if not isinstance(raw, dict):
        found = "nothing" if raw is None else type(raw).__name__
        todo = "begin with sourcing, stages, producers, users and routes (docs/own-market.md)"
        raise BadInput(Problem(place, "the file holds no market", found, todo))
    given = {key: value for key, value in raw.items() if value is not None}
    problems = _sourcing_problems(place, given)
    try:
        file = MarketFile.model_validate(given)
    except ValidationError as error:
        errors: list[dict[str, Any]] = [dict(each) for each in error.errors()]
        inside = {each["loc"][0] for each in errors if len(each["loc"]) > 1}
        told = [each for each in errors if not (each["type"] == "too_short" and each["loc"][0] in inside)]
        raise BadInput([*problems, *(_problem(place, raw, each) for each in told)]) from None
    if problems:
        raise BadInput(problems)
    return file


def _sourcing_problems(place: str, given: dict[str, Any]) -> list[Problem]:
    """One kind of sourcing is needed, with the base prices that elasticities are relative to."""
    sourcing, stages, prices = given.get("sourcing"), given.get("stages"), given.get("base_price", {})
    if not isinstance(sourcing, dict) or not isinstance(stages, list) or not isinstance(prices, dict):
        return []
    problems, elastic = [], sourcing.get("elasticity") is not None
    if bool(sourcing.get("classical")) == elastic:
        found = "both" if elastic else "neither"
        wrong = "one of classical: true and elasticity is needed"
        problems.append(Problem(f"{place}, sourcing", wrong, found, "give one of them"))
    known = [str(stage) for stage in stages]
    needs = dict.fromkeys(known, "sourcing") if elastic else {}
    refiners = given.get("refiners")
    for refiner in refiners if isinstance(refiners, list) else []:
        if isinstance(refiner, dict) and refiner.get("elasticity") is not None:
            needs.setdefault(str(refiner.get("to_stage")), f"refiner {refiner.get('name')}")
    names = {str(stage) for stage in prices}
    for stage, why in needs.items():
        if stage in known and stage not in names:
            todo = f"give base_price: {{{stage}: …}}, a usual price that elasticities are relative to"
            wrong = f"the elasticity of {why} needs a base price of stage {stage}"
            problems.append(Problem(f"{place}, base_price", wrong, "none", todo))
    return problems + [
        unknown_problem(f"{place}, base_price", "stage", stage, known) for stage in sorted(names - set(known))
    ]


def _problem(place: str, raw: Any, error: dict[str, Any]) -> Problem:
    where = [part for part in error["loc"] if part not in CURVES]
    spot = f"{place}, {_spot(raw, where)}" if where else place
    kind, value = str(error["type"]), error.get("input")
    if kind == "extra_forbidden":
        key, holder = str(where[-1]), f"{place}, {_spot(raw, where[:-1])}" if where[:-1] else place
        return unknown_problem(holder, "key", key, _valid_keys(error["loc"]))
    if kind == "missing":
        return Problem(spot, "it is needed and not given", "nothing", "give it")
    if kind.startswith("union_tag"):
        side = "demand" if "demand" in where else "supply"
        tag = str(value.get("kind", "")) if isinstance(value, dict) else ""
        return unknown_problem(f"{spot}, kind", "kind of curve", tag, KINDS[side])
    words = str(error["msg"]).removeprefix("Value error, ").removeprefix("Input should be ").removeprefix("Input ")
    return Problem(spot, f"it should be {words}", _shown(value), "correct it")


def _spot(raw: Any, where: list[Any]) -> str:
    """A place in words: ``producers, A, supply, slope``; rows are named where they have a name, else counted."""
    words, at = [], raw
    for part in where:
        try:
            at = at[part]
        except (KeyError, IndexError, TypeError):
            at = None
        words.append(_row(at, part) if isinstance(part, int) else str(part))
    return ", ".join(words)


def _row(row: Any, index: int) -> str:
    if isinstance(row, dict):
        if "name" in row:
            return str(row["name"])
        if "from" in row and "to" in row:
            return f"{row['from']} to {row['to']}"
    return f"row {index + 1}"


def _valid_keys(where: tuple[Any, ...]) -> list[str]:
    for part in reversed(where[:-1]):
        if part in CURVES:
            return _keys(CURVES[part])
        if part in ROWS:
            return _keys(ROWS[part])
    return _keys(MarketFile)


def _keys(record: type[Record]) -> list[str]:
    return [field.alias or name for name, field in record.model_fields.items()]


def _shown(value: Any) -> str:
    text = f"'{value}'" if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
