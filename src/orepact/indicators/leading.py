"""Who makes most: the largest producer of every mineral at every stage of its balanced table, with its share of what the world makes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from orepact import facts
from orepact.network import network
from orepact.network.recipe import calibrated_minerals

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["mineral", "name", "stage", "country", "country_name", "share", "output_t", "world_t", "year", "grade"]
NO_COUNTRY = ("ROW", "OTH")
"""Groups of countries, which lead nothing."""


@cache
def leading() -> pd.DataFrame:
    """One row for each mineral and stage: the country that makes most.

    share: of world output of the base year, 0 to 1. output_t, world_t: tonnes of content. grade: of the mineral's table.
    """
    import pandas as pd

    rows = []
    for mineral in calibrated_minerals():
        found = network(mineral)
        for table in found.stages:
            output = dict(zip(table.producers, (float(value) for value in table.flows.sum(axis=1)), strict=True))
            world = sum(output.values())
            named = {country: value for country, value in output.items() if country not in NO_COUNTRY}
            first = max(named, key=lambda country: (named[country], country))
            rows.append(
                {
                    "mineral": mineral, "name": facts.mineral_name(mineral), "stage": table.stage, "country": first,
                    "country_name": facts.country_name(first), "share": named[first] / world, "output_t": named[first],
                    "world_t": world, "year": found.base_year, "grade": found.grade,
                }
            )  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)
