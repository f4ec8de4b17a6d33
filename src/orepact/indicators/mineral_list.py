"""All minerals in one line each: who mines and refines most, how concentrated output is, controls in force, lists."""

from __future__ import annotations

import datetime as dt
from typing import Any

from orepact import facts
from orepact.indicators.profiles import controls
from orepact.indicators.world_output import WorldOutput, world_outputs
from orepact.network import calibrated_minerals

LISTS = {"eu_strategic_2024": "EU strategic", "eu_critical_2024": "EU critical", "us_critical_2025": "US critical"}


def all_minerals(day: dt.date | None = None) -> list[dict[str, Any]]:
    """Every mineral, by name.

    miner, refiner: the largest, with its share of the world's output in the latest year; None where nobody can tell. hhi: low end
    of the concentration at the last stage that is published.
    """
    day = day or dt.datetime.now(tz=dt.UTC).date()
    active = [each["mineral"] for each in controls(day) if each["active"]]
    tables = set(calibrated_minerals())
    rows = []
    for record in facts.load("minerals").to_dict("records"):
        slug = str(record["mineral"])
        mined, refined = (found[-1] if (found := world_outputs(slug, stage)) else None for stage in ("mine", "refined"))
        last = refined or mined
        ends = None if last is None else last.concentration
        rows.append(
            {"mineral": slug, "name": facts.mineral_name(slug), **_largest("miner", mined), **_largest("refiner", refined),
             "hhi": None if ends is None else ends.low,
             "hhi_address": None if last is None else f"concentration/{slug}/{last.stage}/{last.period}",
             "controls": active.count(slug), "lists": ", ".join(words for key, words in LISTS.items() if record[key] == "yes"),
             "table": "yes" if slug in tables else "no"}
        )  # fmt: skip
    return sorted(rows, key=lambda row: row["name"].casefold())


def _largest(who: str, output: WorldOutput | None) -> dict[str, Any]:
    country = None if output is None else output.largest
    if output is None or country is None:
        return {who: None, f"{who}_share": None, f"{who}_year": None, f"{who}_grade": None, f"{who}_address": None}
    return {
        who: country, f"{who}_share": output.share(country), f"{who}_year": output.period, f"{who}_grade": output.grade,
        f"{who}_address": f"output-share/{output.mineral}/{output.stage}/{country}/{output.period}",
    }  # fmt: skip
