"""What the network room makes: a balanced table for one mineral and base year, with everything that was moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from orepact.network.recipe import Recipe

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Doubt:
    """What one stage's table does not know.

    unnamed: tonnes of output that the publisher gives to no country by name; NaN where it withholds figures and no world total
        says how much they are. withheld: countries without a figure. spread: countries that were given some of the unnamed
        tonnes by a rule. unknown: recorded shipments to each buyer from countries without any output figure, which the
        table leaves out, tonnes by country. output_grades: grade of output by country. use_grades: grade of published use
        by country, where the table is pinned to it. use_withheld: countries whose use would be pinned, had they a figure.
    """

    unnamed: float = 0.0
    withheld: tuple[str, ...] = ()
    spread: tuple[str, ...] = ()
    unknown: Mapping[str, float] = field(default_factory=dict)
    output_grades: Mapping[str, str] = field(default_factory=dict)
    use_grades: Mapping[str, str] = field(default_factory=dict)
    use_withheld: tuple[str, ...] = ()


@dataclass(frozen=True)
class StageTable:
    """Flows of one stage from producers to buyers in the base year, tonnes of content.

    producers: country of each row. buyers: country of each column; refiners of the next stage, or final users.
    flows: shape (producers, buyers). grades: grade of each cell, same shape.
    reported: output as the facts have it, (producers). stock_change: reported output that nobody buys in the table
        (stocks, losses, or output that the next stage's figures cannot have used), (producers); reported minus the
        row's sum minus it is what the fit moved.
    secondary: part of each row that does not come from the stage before (scrap, or feed that no mine figure explains).
    cut: recorded exports that no output or imports could have fed, (producers).
    moved: tonnes that the reconciliation sent elsewhere than the evidence said.
    doubt: what the table does not know, for those who draw verdicts from it.
    """

    stage: str
    producers: tuple[str, ...]
    buyers: tuple[str, ...]
    flows: Array
    grades: NDArray[np.str_]
    reported: Array
    stock_change: Array
    secondary: Array
    cut: Array
    moved: float
    doubt: Doubt = field(default_factory=Doubt)

    @property
    def settled(self) -> float:
        """Tonnes of output that settling it with the ore put down to other countries than the facts do, scrap apart."""
        apart = self.output - self.secondary + self.stock_change - self.reported
        return float(np.abs(apart).sum() / 2)

    @property
    def output(self) -> Array:
        """Output that reaches buyers, tonnes of content by producer."""
        total: Array = self.flows.sum(axis=1)
        return total

    @property
    def purchases(self) -> Array:
        """Purchases, tonnes of content by buyer."""
        total: Array = self.flows.sum(axis=0)
        return total

    def frame(self) -> pd.DataFrame:
        """The table in long form: origin, destination, tonnes, grade; cells at zero are left out."""
        row, column = np.nonzero(self.flows)
        return pd.DataFrame(
            {
                "stage": self.stage,
                "origin": np.asarray(self.producers)[row],
                "destination": np.asarray(self.buyers)[column],
                "tonnes": self.flows[row, column],
                "grade": self.grades[row, column],
            }
        )


@dataclass(frozen=True)
class BasePrice:
    """USD per tonne of content in the base year, nominal, with its basis, grade and source."""

    usd_per_t: float
    basis: str
    grade: str
    source: str


@dataclass(frozen=True)
class Network:
    """One mineral's balanced supply network in one base year.

    stages: tables from the first stage to the last; the buyers of a stage that is not the last are the producers of the
        next, in the same order. recovery: tonnes refined per tonne mined, by producer of the last stage (1 where unused).
    compare: makes ``comparison`` when it is asked for.
    grade: the worst grade that carries at least a tenth of the last stage's tonnes. inferred_use: whether use by
        country is inferred rather than recorded.
    """

    mineral: str
    base_year: int
    recipe: Recipe
    stages: tuple[StageTable, ...]
    recovery: Array
    price: BasePrice
    compare: Callable[[], pd.DataFrame]
    sources: tuple[str, ...]
    notes: tuple[str, ...]
    grade: str
    inferred_use: bool

    @cached_property
    def comparison(self) -> pd.DataFrame:
        """Sourcing shares against published ones, with a column saying whether the fit used them."""
        return self.compare()

    def stage(self, name: str) -> StageTable:
        """The table of one stage by its name."""
        return next(table for table in self.stages if table.stage == name)

    @property
    def users(self) -> tuple[str, ...]:
        """Final users, by country."""
        return self.stages[-1].buyers

    @property
    def use(self) -> Array:
        """Use by final user in the base year, tonnes of content."""
        return self.stages[-1].purchases

    def frame(self) -> pd.DataFrame:
        """Every flow of every stage in long form."""
        return pd.concat([table.frame() for table in self.stages], ignore_index=True)
