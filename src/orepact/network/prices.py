"""The base price of a mineral, USD per tonne of content in the base year: it scales money, not ratios or tonnes."""

from __future__ import annotations

from orepact import facts
from orepact.errors import MissingData, Problem
from orepact.facts import trade
from orepact.network.evidence import years_of
from orepact.network.model import BasePrice
from orepact.network.recipe import Recipe


def base_price(recipe: Recipe, year: int) -> BasePrice:
    """Annual average price of the series that the recipe names, or the unit value of the mineral's trade."""
    if recipe.price.series == "trade":
        return _unit_value(recipe, year)
    table = facts.load("prices")
    rows = table[
        (table["mineral"] == (recipe.price.mineral or recipe.mineral))
        & (table["frequency"] == "annual")
        & table["usd_per_t"].notna()
        & table["form"].str.contains(recipe.price.series, case=False, regex=False)
    ]
    found = rows[rows["period"] == str(year)].sort_values(["grade", "form"])
    if found.empty:
        raise MissingData(
            Problem(
                f"network, {recipe.mineral}, price",
                f"there is no price '{recipe.price.series}' for {year}",
                f"a table for {', '.join(years_of(recipe)) or 'no year'}",
                "choose one of these with --base-year",
            )
        )
    row = found.iloc[0]
    return BasePrice(
        float(row["usd_per_t"]) / recipe.price.content, str(row["form"]), str(row["grade"]), str(row["source"])
    )


def _unit_value(recipe: Recipe, year: int) -> BasePrice:
    flows = trade.flows(recipe.codes, str(year))
    flows = flows[~flows["suspect"]]
    flows = flows[(flows["value"] > 0) & (flows["value_usd_k"] > 0)]
    codes = facts.load("trade_codes")
    content = codes[codes["mineral"] == recipe.mineral].drop_duplicates("hs6").set_index("hs6")["content"]
    tonnes = float((flows["value"] * flows["hs6"].map(content)).sum())
    if tonnes <= 0:
        raise MissingData(
            Problem(
                f"network, {recipe.mineral}, price",
                f"there is no trade to take a unit value from in {year}",
                f"no flow of {', '.join(recipe.codes)}",
                "choose another year with --base-year",
            )
        )
    basis = "unit value of the world's trade under the customs codes (HS) " + ", ".join(recipe.codes)
    return BasePrice(1000.0 * float(flows["value_usd_k"].sum()) / tonnes, basis, "C", str(flows["source"].iloc[0]))
