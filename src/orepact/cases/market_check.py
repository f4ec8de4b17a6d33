"""What of a case does not fit the market that it is put on, all of it at once, with the place of each instrument in the file.

What enters: a case, its network and the base market. What leaves: nothing, or one error with everything that is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from orepact import facts
from orepact.cases.assemble import Base
from orepact.cases.path_case import PathCase
from orepact.errors import BadInput, MissingData, OrepactError, Problem
from orepact.network import Network
from orepact.policy import Instrument, ScrapExportLimit
from orepact.policy.scrap_limit import too_little

Refused = MissingData | BadInput
CODE = re.compile(r"\b[A-Z]{3}\b")


def check_scrap(case: PathCase, network: Network, place: str) -> None:
    """Refuse limits on exports of scrap that take more from a buyer than the table has from scrap in a year."""
    _raise(case, [(at, error) for at, each in _in_force(case) for error in _too_little(each, network)], place)


def check_on_market(case: PathCase, base: Base, place: str) -> None:
    """Refuse instruments that touch nothing in the base market, or a stage that it does not have. place: what errors call the case."""
    found: list[tuple[int, Refused]] = []
    for at, each in _in_force(case):
        try:
            flows = base.flows[base.labels.stage(each.stage)]
            each.by_year(case.step / 12.0).apply(base.problem, base.labels, flows)
        except (MissingData, BadInput) as error:
            found.append((at, error))
    _raise(case, found, place)


@contextmanager
def told_of(place: str) -> Iterator[None]:
    """Put a place before that of every problem that is raised inside."""
    try:
        yield
    except (MissingData, BadInput) as error:
        raise _kind([error])(_moved(error, place)) from None


@contextmanager
def told_in_keys(place: str) -> Iterator[None]:
    """Say what is wrong with the base year of a case as it stands in its file, and not as an option of a command."""
    try:
        yield
    except OrepactError as error:
        raise type(error)(
            Problem(
                f"{place}, base_year" if "--base-year" in each.todo else f"{place}, {each.place}",
                each.wrong,
                each.found,
                each.todo.replace("with --base-year", "as base_year, or leave it out for the usual one"),
            )
            for each in error.problems
        ) from None


def _in_force(case: PathCase) -> Iterator[tuple[int, Instrument]]:
    """Instruments that are switched on, with their number in the file."""
    return ((at, each.instrument) for at, each in enumerate(case.instruments, start=1) if each.active)


def _too_little(each: Instrument, network: Network) -> Iterator[MissingData]:
    if not isinstance(each, ScrapExportLimit) or each.kept == 0:
        return
    known = [table for table in network.stages if table.stage == each.stage]
    there = sum(
        float(tonnes)
        for table in known
        for country, tonnes in zip(table.producers, table.secondary, strict=True)
        if country == each.buyer
    )
    if known and there <= each.lost:
        yield too_little(each.name, each.buyer, there, each.lost)


def _raise(case: PathCase, found: list[tuple[int, Refused]], place: str) -> None:
    """Raise all that was found, if anything was."""
    if not found:
        return
    problems: list[Problem] = []
    for at, error in found:
        kind = case.instruments[at - 1].instrument.kind
        problems += _moved(error, f"{place}, instruments, {at}, {kind}")
    raise _kind([error for _, error in found])(problems)


def _moved(error: OrepactError, place: str) -> list[Problem]:
    """The problems of an error behind a place, with countries by their names."""
    return [
        Problem(
            f"{place}, {each.place}",
            *(
                CODE.sub(lambda code: facts.country_name(code.group()), text)
                for text in (each.wrong, each.found, each.todo)
            ),
        )
        for each in error.problems
    ]


def _kind(errors: list[Refused]) -> type[Refused]:
    """What is missing in the facts only where nothing is wrong with the input."""
    return MissingData if all(isinstance(error, MissingData) for error in errors) else BadInput
