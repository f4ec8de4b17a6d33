"""Which published figures the balanced tables use, said for one row at a time: the recipes read backwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact.network.evidence import FIRST_PUBLISHED
from orepact.network.recipe import Output, Recipe, calibrated_minerals, recipe_of

USED_TABLES = ("production", "shares", "trade", "use", "exports", "prices")
"""Tables whose rows a recipe may ask for."""

NAMED_SHARES = ("eu_shares", "world_shares")


def used_in_network(table: str, row: Mapping[str, Any]) -> str | None:
    """What of the balanced tables uses this row of a table of facts, in words; None where no recipe asks for it."""
    if row.get("value") is None:
        return None
    used = [
        f"{what} of {recipe.mineral}, {_when(recipe, row)}"
        for recipe in map(recipe_of, calibrated_minerals())
        if (what := _asks_for(recipe, table, row)) is not None
    ]
    return "; ".join(used) or None


def _when(recipe: Recipe, row: Mapping[str, Any]) -> str:
    period = str(row.get("period"))
    if period == str(recipe.base_year):
        return f"base year {period}"
    return f"with --base-year {period}" if period.isdigit() else f"base year {recipe.base_year}"


def _asks_for(recipe: Recipe, table: str, row: Mapping[str, Any]) -> str | None:
    asked = {
        "production": _output, "shares": _shares, "trade": _trade, "use": _use, "exports": _exports, "prices": _price,
    }.get(table)  # fmt: skip
    return asked(recipe, row) if asked is not None else None


def _shares(recipe: Recipe, row: Mapping[str, Any]) -> str | None:
    refined = recipe.refined
    if row["kind"] != "world_supply" or refined is None or refined.source not in NAMED_SHARES:
        return None
    return "shares of refined output" if _is_of(recipe, refined, row) else None


def _trade(recipe: Recipe, row: Mapping[str, Any]) -> str | None:
    return "recorded shipments" if row["hs6"] in recipe.codes else None


def _use(recipe: Recipe, row: Mapping[str, Any]) -> str | None:
    return "published use" if row["mineral"] == recipe.mineral and row["main"] == "yes" else None


def _exports(recipe: Recipe, row: Mapping[str, Any]) -> str | None:
    wanted = recipe.inferred_use and (row["mineral"], row["stage"]) == (recipe.mineral, recipe.stages[-1])
    return "published exports" if wanted else None


def _output(recipe: Recipe, row: Mapping[str, Any]) -> str | None:
    for stage, output in (("mine", recipe.mine), ("refined", recipe.refined)):
        if output is None or not _is_of(recipe, output, row):
            continue
        if output.source == "world_shares" and row["country"] == "WLD":
            return f"world output of the {stage} stage"
        if output.source in FIRST_PUBLISHED and str(row["source"]).startswith(FIRST_PUBLISHED[output.source]):
            return f"{stage} output"
    return None


def _is_of(recipe: Recipe, output: Output, row: Mapping[str, Any]) -> bool:
    return (row["mineral"], row["stage"]) == (output.mineral or recipe.mineral, output.stage)


def _price(recipe: Recipe, row: Mapping[str, Any]) -> str | None:
    price = recipe.price
    wanted = (
        price.series != "trade"
        and row["mineral"] == (price.mineral or recipe.mineral)
        and row["frequency"] == "annual"
        and row["usd_per_t"] is not None
        and price.series.casefold() in str(row["form"]).casefold()
    )
    return "base price" if wanted else None
