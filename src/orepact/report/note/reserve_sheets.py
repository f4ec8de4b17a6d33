"""A plan for a reserve as a spreadsheet: holdings, halts, assumptions."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pandas as pd

from orepact import facts
from orepact.report.note.reserve import reserve_brief
from orepact.report.workbook import Sheet, Workbook

if TYPE_CHECKING:
    from orepact.planning.reserve_size import ReservePlan

CONTENT, DOLLARS = "t of content", "USD"
HELD = {
    "tonnes": CONTENT, "days": "days of normal use", "cost": DOLLARS, "carry_usd_a_year": "USD a year",
    "use_t_a_year": "t of content a year",
    "price_usd_per_t": "USD per t of content", "cost_usd_per_t": "USD per t of content", "carry_usd_per_t": "USD per t a year",
    "target_days": "days of normal use", "break_even": "times the assumed probabilities", "newsvendor_t": CONTENT,
    "path_target_t": CONTENT, "largest_share": "share", "tonnes_a_month": "t of content a month", "months_to_fill": "months",
    "unserved_t_expected": "t of content a year",
}  # fmt: skip


def reserve_workbook(plan: ReservePlan, *, own_scenarios: bool = False) -> Workbook:
    """The plan as a spreadsheet: what to hold, what each halt does without and with it, the odds, the terms, prices and storage."""
    brief, answer = reserve_brief(plan, own_scenarios=own_scenarios), plan.summary()
    every = brief.numbers(each.source for each in brief.sources)
    cited = f"Sources: numbers {every} of sheet Sources. Grade of each mineral in its row."
    inputs = answer["inputs"]
    held = pd.read_csv(io.StringIO(plan.to_csv()))
    halts = pd.json_normalize(
        [
            {"mineral": row["name"], **each, "origin": ", ".join(map(facts.country_name, each["origin"]))}
            for row in answer["avoided"]["by_mineral"]
            for each in row["if_it_happens"]
        ],
        sep="_",
    )  # fmt: skip
    odds, terms = pd.DataFrame(inputs["scenarios"]), pd.DataFrame(inputs["terms"])
    prices = pd.json_normalize(inputs["prices"], sep="_")
    untold = pd.DataFrame(answer["cannot_tell"], columns=["mineral", "name", "missing", "supply"])
    assumed = "Assumptions of Orepact, grade and reason in each row; a file of your own can take their place."
    return Workbook(
        brief,
        (
            Sheet("Holdings", held, HELD, "Held and not held, one row a mineral.", cited),
            Sheet("Halts", halts, units_of(halts), "Of what is held, by halt if it happens: medians and 80 % range of draws.", cited),
            Sheet("Odds", odds, {"probability_a_year": "share", "months": "months", "cut": "share"}, assumed),
            Sheet("Terms", terms, note=assumed),
            Sheet("Prices", prices, units_of(prices), "Base price, and what an unserved tonne is worth (the price ceiling).", cited),
            Sheet("Storage", pd.DataFrame(inputs["storage"]), {"usd_per_t_a_year": "USD per t a year"}, "Cost of storing.", cited),
            Sheet("Cannot tell", untold, note="Minerals without an answer, and what to supply."),
        ),
    )  # fmt: skip


def units_of(frame: pd.DataFrame) -> dict[str, str]:
    """Units by how the columns of an answer are named."""
    found = {}
    for name in map(str, frame.columns):
        if "usd_per" in name:
            found[name] = "USD per t of content"
        elif "_usd" in name:
            found[name] = DOLLARS
        elif "days" in name:
            found[name] = "days of normal use"
        elif name.startswith("price"):
            found[name] = "times base"
        elif "_t_" in f"{name}_":
            found[name] = CONTENT
        elif name == "months":
            found[name] = "months"
        elif name in {"cut", "probability_a_year"}:
            found[name] = "share"
    return found
