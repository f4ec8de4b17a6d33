"""Names in rounds and bids, held against the facts and the parties of the pact: what nobody knows is refused, with what is near."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from orepact.errors import OrepactError, Problem, unknown_problem
from orepact.pact.kinds.base import Guard, Situation


def plainly(name: str) -> str:
    """A name without case and without blanks around or doubled: as sanctions and places are compared."""
    return " ".join(name.split()).casefold()


def round_names(situation: Situation) -> Iterator[Guard]:
    """Minerals, region, countries of concern and sanctioned parties of a round that nobody knows."""
    from orepact import facts

    after: Any = situation.after
    for mineral in after.minerals:
        yield from _slug("round, minerals", mineral, facts.resolve_mineral)
    yield from _known("round, region", after.region, facts.resolve_place)
    for country in after.concern:
        yield from _slug("round, concern", country, facts.resolve_country)
    yield from _parties(situation)


def bid_names(situation: Situation) -> Iterator[Guard]:
    """Mineral, places, and countries of a bid that nobody knows, or that are not written as everybody writes them."""
    from orepact import facts

    after: Any = situation.after
    yield from _slug("mineral", after.mineral, facts.resolve_mineral)
    places = getattr(after, "places", None) or [each.place for each in after.delivered]
    for place in places:
        if place != " ".join(place.split()) or not place:
            yield Guard(Problem("places", "a place is named without blanks around", f"'{place}'", "correct it"))
    if len({plainly(each) for each in places}) < len(places):
        yield Guard(Problem("places", "a place is there twice", ", ".join(places), "give each once"))
    if hasattr(after, "refined_in"):
        yield from _slug("refined_in", after.refined_in, facts.resolve_country)
        for owner in after.owners:
            if owner.country is not None:
                yield from _slug("owners, country", owner.country, facts.resolve_country)


def is_sanctioned(names: Iterable[str], sanctioned: Iterable[str]) -> bool:
    """Whether one of the names of a party is on a list, whatever case and blanks they are written with."""
    return not {plainly(each) for each in names}.isdisjoint(plainly(each) for each in sanctioned)


def _slug(place: str, name: str, resolve: Callable[[str], str]) -> Iterator[Guard]:
    """A name that is to be written by its slug or code."""
    try:
        found = resolve(name)
    except OrepactError as error:
        yield from _at(place, error)
        return
    if found != name:
        yield Guard(Problem(place, "it goes by its short name", f"'{name}'", f"did you mean {found}?"))


def _known(place: str, name: str, resolve: Callable[[str], Any]) -> Iterator[Guard]:
    try:
        resolve(name)
    except OrepactError as error:
        yield from _at(place, error)


def _at(place: str, error: OrepactError) -> Iterator[Guard]:
    for each in error.problems:
        yield Guard(Problem(place, each.wrong, each.found, each.todo))


def _parties(situation: Situation) -> Iterator[Guard]:
    """Sanctioned parties are parties of the pact, or countries; a name of nobody would shut nobody out."""
    after: Any = situation.after
    known = [name for each in situation.sight.all("party") for name in (each.id, each.record.title())]
    spelled = {plainly(each) for each in known}
    for name in after.sanctioned:
        if plainly(name) not in spelled:
            yield Guard(unknown_problem("round, sanctioned", "party", name, known))
