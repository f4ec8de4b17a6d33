"""Recipes: which figures make each mineral's table, and which minerals cannot have one, with the reason.

A recipe chooses among facts; it holds no figure of the world itself, only ranges of assumptions that name their grade.
The file ``recipes.yaml`` beside this module is the list; every choice in it can be argued with.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from orepact.errors import MissingData, Problem
from orepact.files import parse_yaml


class Strict(BaseModel):
    """A frozen record in which an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Output(Strict):
    """Where a stage's output by country comes from.

    source: ``usgs`` or ``iea``, the publisher of the production table; ``eu_shares``, the Commission's world supply shares
        times the world's mine output and the recovery; ``world_shares``, the same shares times a published world output.
    mineral: the mineral under which the source keeps the figures, when it is not the recipe's own.
    stage: the stage under which the source keeps them.
    """

    source: Literal["usgs", "iea", "eu_shares", "world_shares"]
    mineral: str | None = None
    stage: Literal["mine", "refined"]


class Recovery(Strict):
    """Tonnes of content refined of one tonne mined: a range, with the reason for it."""

    low: float = Field(gt=0, le=1)
    value: float = Field(gt=0, le=1)
    high: float = Field(gt=0, le=1)
    grade: Literal["A", "B", "C", "D", "E"] = "E"
    why: str


class Price(Strict):
    """Which price scales the money of the answer: a price series, or the unit value of the trade itself."""

    series: str = Field(
        description="words found in the form of the price series, or 'trade' for the unit value of trade"
    )
    mineral: str | None = None
    content: float = Field(default=1.0, gt=0, description="tonnes of the mineral's content in a tonne that is priced")


class Recipe(Strict):
    """How one mineral's table is made."""

    mineral: str
    base_year: int
    mine: Output | None = None
    refined: Output | None = None
    recovery: Recovery | None = None
    codes: tuple[str, ...] = Field(default=(), description="HS6 codes whose flows are this mineral's trade")
    ore_content: dict[str, float] = Field(
        default_factory=dict, description="content of a code when its flow is the earlier stage, by HS6"
    )
    product: Output | None = Field(
        default=None, description="what is made of the mineral: use by country is shared out by its output (grade D)"
    )
    secondary: Literal["none", "included", "added"] = "none"
    price: Price
    why: str

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages of the table, from the first: ``mine``, ``refined`` or both."""
        return tuple(stage for stage, output in (("mine", self.mine), ("refined", self.refined)) if output is not None)

    @property
    def inferred_use(self) -> bool:
        """Whether use by country must be inferred because no bilateral trade of the last stage is recorded."""
        return not self.codes


class CannotTell(Strict):
    """A mineral for which no table can be made, and what would be needed."""

    mineral: str
    missing: str


class Recipes(Strict):
    """All recipes, and all minerals known to have none."""

    recipes: tuple[Recipe, ...]
    cannot_tell: tuple[CannotTell, ...]


@cache
def _all() -> Recipes:
    text = resources.files("orepact.network").joinpath("recipes.yaml").read_text(encoding="utf-8")
    return Recipes.model_validate(parse_yaml(text, "recipes.yaml").content)


def calibrated_minerals() -> tuple[str, ...]:
    """Slugs of the minerals that have a recipe, in the order of the file."""
    return tuple(recipe.mineral for recipe in _all().recipes)


def reasons_for_none() -> dict[str, str]:
    """For every mineral known to have no recipe: what is missing."""
    return {entry.mineral: entry.missing for entry in _all().cannot_tell}


def recipe_of(mineral: str) -> Recipe:
    """The recipe of a mineral (slug); ``MissingData`` with what is missing where there is none."""
    for recipe in _all().recipes:
        if recipe.mineral == mineral:
            return recipe
    missing = reasons_for_none().get(
        mineral, "a table of output by country and of trade or sourcing shares in one basis"
    )
    raise MissingData(
        Problem(
            f"network, {mineral}",
            "cannot tell: no balanced table can be made of the facts at hand",
            f"that this is missing: {missing}",
            f"choose another, like {', '.join(calibrated_minerals()[:5])} (orepact minerals lists all)",
        )
    )
