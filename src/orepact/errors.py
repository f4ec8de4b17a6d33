"""The failures that a caller of Orepact may want to handle, and the one grammar in which they speak.

A message reads *(place) what is wrong; what was found; what to do*. All problems of one input are collected
and raised together. This module is the floor of the house: every room may import it, and it imports nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import ClassVar

MOST_OFFERED = 8
"""Valid names that an error lists when none is near."""

LONGEST_NAME = 80
"""Characters of a name that are repeated, and up to which near ones are looked for: longer ones take seconds to compare."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with an input: the place, what is wrong, what was found there, what to do."""

    place: str
    wrong: str
    found: str
    todo: str

    def __str__(self) -> str:
        end = "" if self.todo.endswith(("?", "…")) else "."
        return f"({self.place}) {self.wrong}; found {self.found}; {self.todo}{end}"


class OrepactError(Exception):
    """Base of every failure that Orepact raises on purpose; ``exit_code`` is what a command ends with."""

    exit_code: ClassVar[int] = 2

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class BadInput(OrepactError):
    """A name, number, option or file that cannot be what it is given as."""

    exit_code = 2


class UnknownName(BadInput):
    """A country, region, mineral, stage or table that Orepact does not know."""


class NotSolved(OrepactError):
    """The market was not solved within its tolerance; names the node or the instrument that missed it."""

    exit_code = 3


class MissingData(OrepactError):
    """The facts that an answer needs do not exist: "cannot tell", with what is missing."""

    exit_code = 4


class NotFetched(OrepactError):
    """A publisher's file could not be fetched, or is not what it should be; nothing was changed."""

    exit_code = 5


def unknown(place: str, kind: str, found: str, valid: Iterable[str]) -> UnknownName:
    """The error for a name that is not known, with the nearest valid ones.

    ``valid`` may hold several spellings (codes and full names); the three nearest are offered.
    """
    return UnknownName(unknown_problem(place, kind, found, valid))


def unknown_problem(place: str, kind: str, found: str, valid: Iterable[str]) -> Problem:
    """The same as a :class:`Problem`, for a caller that collects several before raising."""
    spellings = {name.casefold(): name for name in valid}
    close = [] if len(found) > LONGEST_NAME else get_close_matches(found.casefold(), spellings, n=3, cutoff=0.5)
    near = [spellings[match] for match in close]
    some = sorted(spellings.values())[:MOST_OFFERED]
    rest = " …" if len(spellings) > len(some) else ""
    offered = f"choose one of {', '.join(some)}{rest}" if some else "there is none to choose from"
    todo = f"did you mean {', '.join(near)}?" if near else offered
    shown = found if len(found) <= LONGEST_NAME else f"{found[:LONGEST_NAME]}…"
    return Problem(place, f"there is no {kind} of that name", f"'{shown}'", todo)
