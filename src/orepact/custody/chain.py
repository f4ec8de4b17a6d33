"""The chain as a graph: which batch was made of which, by which event, at which site; and everything that keeps it from being one.

What enters: a batch file. What leaves: a :class:`Chain`, whose names all resolve, in which no batch is made twice and none is made of
itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from orepact.custody.batch_file import BatchFile
from orepact.custody.records import MAKING, Batch, CoCEvent, Party, Site, days_of
from orepact.errors import BadInput, Problem, unknown_problem

MOST_NAMED = 12
"""Batches of a cycle that an error names."""

MOST_STEPS = 100
"""Events one after the other from a mine to a batch."""


@dataclass(frozen=True)
class Chain:
    """A file whose names resolve. order: batches with what they are made of before them."""

    file: BatchFile
    order: tuple[str, ...]

    @cached_property
    def batches(self) -> Mapping[str, Batch]:
        """Batches by id."""
        return {each.id: each for each in self.file.batches}

    @cached_property
    def sites(self) -> Mapping[str, Site]:
        """Sites by id."""
        return {each.id: each for each in self.file.sites}

    @cached_property
    def parties(self) -> Mapping[str, Party]:
        """Parties by id."""
        return {each.id: each for each in self.file.parties}

    @cached_property
    def maker(self) -> Mapping[str, CoCEvent]:
        """The event that made a batch, where one of the file did."""
        return {name: event for event in self.file.events if event.kind in MAKING for name in event.outputs}

    @property
    def making(self) -> tuple[CoCEvent, ...]:
        """Events that use batches up and make others."""
        return tuple(each for each in self.file.events if each.kind in MAKING)

    def content(self, batch: str) -> Fraction | None:
        """Content of a batch in kg; None where it is not disclosed."""
        found = self.batches[batch].content_kg
        return None if found is None else Fraction(found)

    def taken(self, event: CoCEvent) -> dict[str, Fraction | None]:
        """What an event takes of each batch, kg of content; None where it is not disclosed."""
        found: dict[str, Fraction | None] = {}
        for each in event.inputs:
            amount = self.content(each.batch) if each.content_kg is None else Fraction(each.content_kg)
            before = found.get(each.batch, Fraction(0))
            found[each.batch] = None if amount is None or before is None else before + amount
        return found

    def upstream(self, batch: str) -> tuple[str, ...]:
        """A batch and everything it is made of, directly or not, in the order of the chain."""
        found, ahead = {batch}, [batch]
        while ahead:
            event = self.maker.get(ahead.pop())
            for each in () if event is None else event.inputs:
                if each.batch not in found:
                    found.add(each.batch)
                    ahead.append(each.batch)
        return tuple(each for each in self.order if each in found)

    def events_of(self, batches: tuple[str, ...]) -> tuple[CoCEvent, ...]:
        """The events that made some batches, in the order of the file."""
        inside = set(batches)
        return tuple(each for each in self.making if inside & set(each.outputs))

    def yield_of(self, event: CoCEvent) -> Fraction:
        """The most that an event may give of what it takes; blending and splitting lose nothing on paper, and may lose in fact."""
        if event.kind != "transformed":
            return Fraction(1)
        stated = event.processing_yield
        if stated is None:
            stated = self.sites[event.site].processing_yield
        return Fraction(1) if stated is None else Fraction(stated)


def chain_of(file: BatchFile, place: str = "file") -> Chain:
    """The chain of a file; BadInput with every name that leads nowhere, every batch that is made twice, and a cycle by its names."""
    problems = [*_unknown(file, place), *_made_twice(file, place), *_wrong_form(file, place)]
    if not file.batches:
        problems.append(Problem(f"{place}, batches", "there is no batch", "nothing", "give at least one"))
    if problems:
        raise BadInput(problems)
    return Chain(file, _order(file, place))


def _unknown(file: BatchFile, place: str) -> Iterator[Problem]:
    known = {
        "batch": [each.id for each in file.batches],
        "site": [each.id for each in file.sites],
        "party": [each.id for each in file.parties],
    }
    sets = {kind: set(names) for kind, names in known.items()}
    for spot, kind, name in _named(file, place):
        if name not in sets[kind]:
            yield unknown_problem(spot, kind, name, known[kind])


def _named(file: BatchFile, place: str) -> Iterator[tuple[str, str, str]]:
    if file.batches:
        yield f"{place}, subject", "batch", file.subject
    for party in file.parties:
        for held in party.owners or ():
            yield f"{place}, parties, {party.id}, owners", "party", held.owner
    for site in file.sites:
        if site.owner is not None:
            yield f"{place}, sites, {site.id}, owner", "party", site.owner
    for batch in file.batches:
        yield f"{place}, batches, {batch.id}, site", "site", batch.site
        if batch.owner is not None:
            yield f"{place}, batches, {batch.id}, owner", "party", batch.owner
    for claim in file.claims:
        yield f"{place}, claims, {claim.id}, batch", "batch", claim.batch
    for event in file.events:
        yield from _of_event(event, f"{place}, events, {event.id}")


def _of_event(event: CoCEvent, spot: str) -> Iterator[tuple[str, str, str]]:
    yield f"{spot}, site", "site", event.site
    for taking in event.inputs:
        yield f"{spot}, inputs", "batch", taking.batch
    for name in event.outputs:
        yield f"{spot}, outputs", "batch", name
    if event.to_site is not None:
        yield f"{spot}, to_site", "site", event.to_site
    if event.to_party is not None:
        yield f"{spot}, to_party", "party", event.to_party


def _made_twice(file: BatchFile, place: str) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for event in file.events:
        for name in event.outputs:
            if name in first:
                wrong = f"the batch {name} comes from two events, or twice from one"
                found = f"{first[name]} and {event.id}"
                yield Problem(f"{place}, events, {event.id}, outputs", wrong, found, "give each batch one beginning")
            first.setdefault(name, event.id)


def _wrong_form(file: BatchFile, place: str) -> Iterator[Problem]:
    """A batch of one mineral made of another: amounts of content would add up apples and pears."""
    from orepact import facts

    minerals: dict[str, str] = {}
    for batch in file.batches:
        try:
            minerals[batch.id] = facts.resolve_mineral(batch.mineral)
        except BadInput as error:
            for each in error.problems:
                yield Problem(f"{place}, batches, {batch.id}, mineral", each.wrong, each.found, each.todo)
    for event in file.events:
        inside = {minerals.get(name) for name in (*(each.batch for each in event.inputs), *event.outputs)} - {None}
        if len(inside) > 1:
            found = ", ".join(sorted(str(each) for each in inside))
            todo = "balance each mineral in an event of its own"
            yield Problem(f"{place}, events, {event.id}", "one event holds several minerals", found, todo)


def backwards(file: BatchFile, place: str) -> Iterator[Problem]:
    """A batch that is made of what is not there yet, and an event on a day outside its period."""
    periods = {each.id: each.period for each in file.batches}
    for event in file.events:
        first, last = days_of(event.period)
        if event.on is not None and not first <= event.on <= last:
            wrong, found = "its day lies outside the period that it is balanced in", f"{event.on}, {event.period}"
            yield Problem(f"{place}, events, {event.id}, on", wrong, found, "correct the day or the period")
        for name in event.outputs:
            for taking in event.inputs:
                made, used = periods.get(name), periods.get(taking.batch)
                if made is not None and used is not None and days_of(used)[0] > days_of(made)[1]:
                    wrong = f"the batch {name} is made of what comes later"
                    found = f"{name} in {made}, of {taking.batch} in {used}"
                    yield Problem(f"{place}, events, {event.id}", wrong, found, "correct the periods")


def not_yet(file: BatchFile, on: date, place: str) -> Iterator[Problem]:
    """What has not happened on a day."""
    for event in file.events:
        begins = event.on or days_of(event.period)[0]
        if begins > on:
            wrong = f"on {on} the event {event.id} has not happened"
            yield Problem(f"{place}, events, {event.id}", wrong, f"{begins}", "judge on a later day, or correct it")
    for batch in file.batches:
        begins = days_of(batch.period)[0]
        if begins > on:
            wrong = f"on {on} the batch {batch.id} is not there"
            yield Problem(
                f"{place}, batches, {batch.id}, period", wrong, batch.period, "judge on a later day, or correct it"
            )


def _order(file: BatchFile, place: str) -> tuple[str, ...]:
    """Batches so that everything stands after what it is made of; BadInput with the cycle where there is one."""
    made_of: dict[str, dict[str, None]] = {each.id: {} for each in file.batches}
    for event in file.events:
        if event.kind in MAKING:
            for name in event.outputs:
                made_of[name] |= dict.fromkeys(each.batch for each in event.inputs)
    try:
        order = tuple(TopologicalSorter(made_of).static_order())
    except CycleError as error:
        wrong = "the chain goes round in a circle: a batch is made of itself"
        todo = "give what is made anew a number of its own"
        raise BadInput(Problem(f"{place}, events", wrong, circle(error), todo)) from None
    _not_endless(made_of, order, place)
    return order


def circle(error: CycleError) -> str:
    """The names of a circle in their order, the first once more at its end."""
    names = [str(each) for each in error.args[1]]
    return " → ".join(names if len(names) <= MOST_NAMED else [*names[:MOST_NAMED], "…", names[-1]])


def _not_endless(made_of: Mapping[str, Iterable[str]], order: tuple[str, ...], place: str) -> None:
    """Refuse a chain of more steps than goods ever take: exact shares grow longer with each of them."""
    steps: dict[str, int] = {}
    for name in order:
        steps[name] = 1 + max((steps[each] for each in made_of[name]), default=0)
    longest = max(steps.values(), default=0)
    if longest > MOST_STEPS:
        todo = f"give at most {MOST_STEPS} steps from a mine to a batch"
        raise BadInput(Problem(f"{place}, events", "the chain has too many steps", str(longest), todo))
