"""What did past disruptions do, beside what the model says of them?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from orepact.api.question import Asked, Part, Question, Steps, parameter
from orepact.api.shapes.backtest import BacktestAnswer

if TYPE_CHECKING:
    import pandas as pd

    from orepact.cases.backtest import Backtest

MOST_DRAWS = 2000
MOST_AT_ONCE = 200


class BacktestJob(Asked):
    """Past disruptions as ordinary cases: what was seen, the model's median and 80 % range, and how often they meet."""

    only: str | None = parameter(
        "Ids of some episodes, joined by commas; all when left out.",
        unit="name",
        default=None,
        example="magnesium_2021",
    )
    draws: int = parameter("Number of draws over the ranges.", unit="1", default=200, ge=10, le=MOST_DRAWS)
    seed: int = parameter("Seed of the draws.", unit="1", default=1, ge=0, le=2**32 - 1)

    def ids(self) -> tuple[str, ...]:
        """The episodes that are asked for, in the order of the facts; BadInput with every name that is none."""
        from orepact import facts
        from orepact.errors import BadInput, unknown_problem

        known = [each.id for each in facts.episodes()]
        wanted = [each.strip() for each in self.only.split(",")] if self.only else known
        wrong = [unknown_problem("--only", "episode", each, known) for each in wanted if each not in known]
        if wrong:
            raise BadInput(wrong)
        return tuple(each for each in known if each in wanted)


class BacktestAsked(BacktestJob):
    """Past disruptions as ordinary cases: what was seen, the model's median and 80 % range, and how often they meet."""

    draws: int = parameter("Number of draws; more are a job.", unit="1", default=200, ge=10, le=MOST_AT_ONCE)


def _work(asked: BacktestJob) -> Backtest:
    from orepact.cases.backtest import backtest

    return backtest(only=asked.ids(), draws=asked.draws, seed=asked.seed)


def _record(found: Backtest) -> dict[str, Any]:
    return found.summary()


def _frame(found: Backtest) -> pd.DataFrame:
    return found.frame()


def _names(asked: BacktestJob) -> tuple[str, ...]:
    return asked.ids()


def _step(asked: BacktestJob, name: str, earlier: Callable[[str], Part]) -> Part:
    del earlier
    from orepact import facts
    from orepact.cases.backtest import told_of

    told = told_of(next(each for each in facts.episodes() if each.id == name), asked.draws, asked.seed)
    rows = [[row.median, row.low, row.high] for row in told.rows]
    return {"rows": rows, "base_year": told.base_year, "missing": told.missing}


def _join(asked: BacktestJob, parts: Mapping[str, Part]) -> Backtest:
    from orepact import facts
    from orepact.cases.backtest import Backtest, Row, Told

    told = []
    for episode in facts.episodes():
        if episode.id in asked.ids():
            part = parts[episode.id]
            rows = [
                Row(episode.id, seen, *figures)
                for seen, figures in zip(episode.observed if part["rows"] else (), part["rows"], strict=True)
            ]
            told.append(Told(episode, part["base_year"], tuple(rows), part["missing"]))
    return Backtest(tuple(told))


BACKTEST: Question[BacktestJob, Backtest] = Question(
    name="backtest",
    title="What did past disruptions do, beside what the model says of them?",
    asked=BacktestAsked,
    work=_work,
    record=_record,
    frame=_frame,
    shape=BacktestAnswer,
    slow=True,
    steps=Steps(_names, _step, _join),
    long=BacktestJob,
)
