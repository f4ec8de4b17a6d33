"""One shock on three rungs, and how far they disagree: the stress ladder.

A rung further up assumes more and explains more. Where all three say the same the answer does not hang on the model; where they are far
apart it does, and that is said as low confidence, with the assumption that makes the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from orepact.cases import shocks
from orepact.cases.ladder_mitigations import Mitigation, Sizes, mitigations
from orepact.cases.ladder_rungs import Question, Rung, ask, by_arithmetic, by_equilibrium, by_month
from orepact.cases.request import ShockRequest
from orepact.errors import BadInput, OrepactError, Problem
from orepact.network import network

if TYPE_CHECKING:
    import pandas as pd

    from orepact.cases.path_result import PathResult
    from orepact.cases.result import ShockResult

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Ladder:
    """The rungs L0, L1 and L4 of one shock, what would help on L4, and the answers behind L1 and L4."""

    asked: Question
    rungs: tuple[Rung, ...]
    mitigations: tuple[Mitigation, ...]
    sizes: Sizes
    shock: ShockResult
    path: PathResult

    def summary(self) -> dict[str, Any]:
        """The answer in JSON terms: medians with 80 % ranges, tonnes of content, USD, ratios to base."""
        return dict(self._summary)

    @cached_property
    def _summary(self) -> dict[str, Any]:
        from orepact.cases.ladder_answer import summarise

        return summarise(self)

    def frame(self) -> pd.DataFrame:
        """One row a rung."""
        from orepact.cases.ladder_answer import frame_of

        return frame_of(self)

    def to_csv(self) -> str:
        """One row a rung as CSV text."""
        return str(self.frame().to_csv(index=False, lineterminator="\n"))


def ladder(  # noqa: PLR0913  (one keyword for each blank in the question)
    mineral: str,
    *,
    origin: str | Sequence[str],
    stage: str | None = None,
    cut: float | str = 1.0,
    against: str | Sequence[str] | None = None,
    months: int = 12,
    base_year: int | None = None,
    draws: int = 100,
    seed: int = 1,
    sizes: Sizes | None = None,
    progress: Progress | None = None,
) -> Ladder:
    """The same shock by arithmetic (L0), in one period of equilibrium (L1), and month by month (L4).

    All as in :func:`orepact.shock`, but ``months`` is a whole number. sizes: of the measures tried on L4.
    progress: called with the number of months solved, of ``5 months``.

    Raises BadInput, UnknownName, MissingData or NotSolved, each with one sentence for each problem.
    """
    request = read_request(
        mineral=mineral, origin=origin, stage=stage, cut=cut, against=against, months=months, draws=draws, seed=seed
    )
    found = network(request.mineral, base_year)
    return climb(ask(shocks.case_for(request, found), found), sizes or Sizes(), progress)


def read_request(**given: Any) -> ShockRequest:
    """A request for a shock over whole months; raises one error that holds every problem found."""
    problems: list[Problem] = []
    months = given["months"]
    if isinstance(months, float) and not months.is_integer():
        todo = "give a whole number of months"
        problems.append(Problem("--months", "the monthly rung goes by whole months", f"{months:g}", todo))
    try:
        request = ShockRequest.read(**given)
    except OrepactError as error:
        raise BadInput([*error.problems, *problems]) if problems else error from None
    if problems:
        raise BadInput(problems)
    return request


def climb(asked: Question, sizes: Sizes, progress: Progress | None = None) -> Ladder:
    """All rungs of a question, then what would help."""
    from orepact.cases.ladder_answer import hit_first

    months = int(asked.case.months)
    lowest = by_arithmetic(asked)
    middle, shock = by_equilibrium(asked)
    highest, path = by_month(asked, progress=progress)
    first = hit_first(asked, highest)[0]["country"]
    later = None if progress is None else (lambda done: progress(months + done))
    helped = mitigations(asked, highest, first, sizes, later)
    return Ladder(asked, (lowest, middle, highest), helped, sizes, shock, path)
