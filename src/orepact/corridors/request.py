"""What a person typed of a corridor, read into what a graph needs: names resolved, all problems collected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from orepact import facts
from orepact.corridors.sea import read_passages
from orepact.corridors.ways import read_ways
from orepact.errors import BadInput, Problem, UnknownName

Read = TypeVar("Read")
Names = str | Sequence[str] | None


@dataclass(frozen=True)
class CorridorRequest:
    """A question with every name resolved: mineral slug, stage word, ISO3 countries, slugs of passages and corridors.

    stage: empty until the network says which there are. allied: name and members of the region whose rules count; empty for none.
    """

    mineral: str
    origin: str
    region: str
    members: tuple[str, ...]
    stage: str
    close: tuple[str, ...]
    allied: str
    allies: tuple[str, ...]
    via: tuple[str, ...]
    planned: bool
    base_year: int | None

    @classmethod
    def read(  # noqa: PLR0913  (one keyword for each blank in the question)
        cls, *, mineral: str, origin: str, to: str, stage: str | None, close: Names, allied_only: str | None, via: Names, planned: bool,
        base_year: int | None,
    ) -> CorridorRequest:  # fmt: skip
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
            mineral=attempt(lambda: facts.resolve_mineral(mineral), ""),
            origin=attempt(lambda: _one(origin), ""),
            region=_spoken(to),
            members=attempt(lambda: _placed(to, "--to"), ()),
            stage=attempt(lambda: "" if stage is None else facts.resolve_stage(stage), ""),
            close=attempt(lambda: read_passages(close), ()),
            allied=_spoken(allied_only or ""),
            allies=attempt(lambda: _placed(allied_only, "--allied-only") if allied_only else (), ()),
            via=attempt(lambda: read_ways(via), ()),
            planned=planned,
            base_year=base_year,
        )
        if request.origin and request.origin in request.members:
            problems.append(
                Problem("--to", "the origin lies inside it", request.origin, "ask for another region or origin")
            )
            names.append(False)
        if problems:
            raise UnknownName(problems) if all(names) else BadInput(problems)
        return request


def _one(text: str) -> str:
    found = _placed(text, "--from")
    if len(found) != 1:
        raise BadInput(Problem("--from", "a route begins in one country", f"'{text}'", "name one country, like COD"))
    return found[0]


def _placed(text: str | None, place: str) -> tuple[str, ...]:
    try:
        return facts.resolve_place(str(text or ""))
    except UnknownName as error:
        raise UnknownName([Problem(place, each.wrong, each.found, each.todo) for each in error.problems]) from None


def _spoken(text: str) -> str:
    text = text.strip()
    return facts.country_name(text.upper()) if len(text) == 3 and text.upper() != "MSP" else text
