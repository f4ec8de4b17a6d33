"""What a person typed, read into what a case needs: names resolved, numbers checked, all problems collected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

from orepact import facts
from orepact.errors import BadInput, Problem, UnknownName
from orepact.policy.instrument import StageName

Read = TypeVar("Read")


@dataclass(frozen=True)
class ShockRequest:
    """A shock with every name resolved: mineral slug, stage word, ISO3 countries; ``cut`` between 0 and 1.

    stage: ``None`` for the last stage of the mineral's table.
    """

    mineral: str
    stage: StageName | None
    origins: tuple[str, ...]
    cut: float
    against: tuple[str, ...]
    months: float
    draws: int
    seed: int

    @classmethod
    def read(
        cls,
        *,
        mineral: str,
        origin: str | Sequence[str],
        stage: str | None,
        cut: float | str,
        against: str | Sequence[str] | None,
        months: float,
        draws: int,
        seed: int,
    ) -> ShockRequest:
        """Read and check everything; raises one error that holds every problem found."""
        problems: list[Problem] = []
        names: list[bool] = []

        def attempt(reader: Callable[[], Read], fallback: Read) -> Read:
            try:
                return reader()
            except BadInput as error:
                problems.extend(error.problems)
                names.append(isinstance(error, UnknownName))
                return fallback

        request = cls(
            mineral=attempt(lambda: facts.resolve_mineral(_text(mineral, "--mineral")), ""),
            stage=cast(
                StageName | None,
                attempt(lambda: None if stage is None else facts.resolve_stage(_text(stage, "--stage")), None),
            ),
            origins=attempt(lambda: read_places(origin, "--from"), ()),
            cut=attempt(lambda: read_share(cut, "--cut"), 1.0),
            against=attempt(lambda: () if against is None else read_places(against, "--against"), ()),
            months=attempt(lambda: _within(months, 1, 60, "--months"), 12.0),
            draws=attempt(lambda: int(_within(draws, 10, 100_000, "--draws", whole=True)), 10),
            seed=attempt(lambda: int(_within(seed, 0, 2**32 - 1, "--seed", whole=True)), 0),
        )
        both = sorted(set(request.origins) & set(request.against))
        if both:
            problems.append(
                Problem(
                    "--against", "a country cannot cut off itself", ", ".join(both), "leave it out of one of the two"
                )
            )
            names.append(False)
        if problems:
            raise UnknownName(problems) if all(names) else BadInput(problems)
        return request


def read_places(text: str | Sequence[str], place: str) -> tuple[str, ...]:
    """ISO3 countries of a list of countries and regions, a sequence or joined by commas; raises with every unknown name."""
    parts = text.split(",") if isinstance(text, str) else text
    countries: list[str] = []
    problems: list[Problem] = []
    if not _are_texts(parts):
        raise BadInput(Problem(place, "countries must be named in text", repr(text), "give one like CHN or 'USA,EU27'"))
    named = [part.strip() for part in parts if part.strip()]
    if len(named) < max(len(parts), 1):
        problems.append(Problem(place, "a name is empty", f"'{text}'", "join names by single commas"))
    for part in named:
        try:
            countries += [country for country in facts.resolve_place(part) if country not in countries]
        except UnknownName as error:
            problems += [Problem(place, each.wrong, each.found, each.todo) for each in error.problems]
    if problems:
        raise UnknownName(problems)
    return tuple(countries)


def read_share(value: float | str, place: str) -> float:
    """A share above 0 and at most 1, from ``0.6``, ``"60%"`` or ``"60 %"``."""
    text = str(value).strip()
    if isinstance(value, str) and text in {"1", "1.0"}:
        raise BadInput(
            Problem(place, "it is not clear whether that is all or a hundredth", f"'{text}'", "say 100% or 1%")
        )
    try:
        share = float(text.removesuffix("%")) / 100 if text.endswith("%") else float(text)
    except ValueError:
        share = float("nan")
    if not 0 < share <= 1:
        raise BadInput(
            Problem(place, "a share of exports must be above 0 % and at most 100 %", f"'{text}'", "give one like 60%")
        )
    return share


def _are_texts(values: object) -> bool:
    return isinstance(values, Sequence) and all(isinstance(value, str) for value in values)


def _text(value: object, place: str) -> str:
    if not isinstance(value, str):
        raise BadInput(Problem(place, "a name must be text", repr(value), "give a name in quotes"))
    return value


def _within(value: object, low: int, high: int, place: str, *, whole: bool = False) -> float:
    kind = "a whole number" if whole else "a number"
    number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else float("nan")
    if not low <= number <= high or (whole and not number.is_integer()):
        todo = f"give {kind} from {low} to {high}"
        raise BadInput(Problem(place, f"{kind} from {low} to {high} is needed", f"{value}", todo))
    return number
