"""The answer to a shock as a spreadsheet: the tables behind its note."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from orepact import facts
from orepact.cases.draws import ranges_frame
from orepact.report.note.shock import ranges, shock_brief
from orepact.report.workbook import Sheet, Workbook

if TYPE_CHECKING:
    from orepact.cases import ShockResult


def shock_workbook(result: ShockResult) -> Workbook:
    """The answer as a spreadsheet: who loses, who replaces, flows before and after, drivers, and the ranges that were drawn from."""
    brief, answer = shock_brief(result), result.summary()
    tonnes_of = f"t of content in {result.case.months:g} months"
    cited = f"Sources: numbers {brief.numbers(row['source'] for row in answer['sources'])} of sheet Sources. Grade {answer['grade']}."
    losses = result.losses_frame()
    gains = pd.DataFrame(
        [
            {"country": row["country"], "name": facts.country_name(row["country"]), "gained_t": row["gained_t"],
             "gained_t_low": row["gained_range_t"]["low"], "gained_t_high": row["gained_range_t"]["high"]}
            for row in answer["replaced_by"]
        ]
    )  # fmt: skip
    drawn = ranges_frame(ranges(result.case.mineral)).rename(columns={"name": "parameter"})
    drivers = pd.DataFrame(answer["drivers"]).merge(drawn, on="parameter", how="left")
    about = "Medians and 80 % range (low, high) over the draws."
    return Workbook(
        brief,
        (
            Sheet("Losses", losses, _units(losses, tonnes_of), about, cited),
            Sheet("Who replaces", gains, _units(gains, tonnes_of), f"Extra deliveries to those cut off. {about}", cited),
            Sheet("Flows", _flows(result), dict.fromkeys(("before", "after"), tonnes_of), "Median flows of the stage that is cut.", cited),
            Sheet(
                "Drivers", drivers,
                {"rank_correlation": "1", "price_abroad_when_low": "times base", "price_abroad_when_high": "times base"},
                "What moves the price most: median price in the lower and the upper third of each parameter; the range drawn from.",
            ),
        ),
    )  # fmt: skip


def _units(frame: pd.DataFrame, tonnes_of: str) -> dict[str, str]:
    found = {str(name): tonnes_of for name in frame.columns if "_t" in str(name)}
    return found | ({"share_lost": "share"} if "share_lost" in frame.columns else {})


def _flows(result: ShockResult) -> pd.DataFrame:
    """Median flows of the stage that is cut, before and after, from origin to destination; those that are nothing left out."""
    frame = result.data[["flow_base", "flow"]].to_dataframe().reset_index()
    frame = frame.rename(columns={"flow_base": "before", "flow": "after"})
    frame = frame[(frame["before"] > 0) | (frame["after"] > 0)].sort_values("before", ascending=False)
    return frame[["origin", "destination", "before", "after"]].reset_index(drop=True)
