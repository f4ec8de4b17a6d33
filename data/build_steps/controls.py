"""Export controls: one row a measure, and one row for each thing that happened to it; a suspension deletes nothing."""

from __future__ import annotations

import pandas as pd

from build_steps.documents import page_id
from build_steps.inputs import Inputs

STAGES = {"ore_concentrate": "mine", "semi_finished": "component"}
SEEN_UNTIL = "2026-06-30"
"""The pages seen end about here; an event dated later is what the notice says will happen."""


def tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """``export_controls`` and ``export_control_events``."""
    raw = inputs.read("policy/export_restrictions.csv")
    dates = raw["status"].str.extract(r"suspended (\d{4}-\d{2}-\d{2}) to (\d{4}-\d{2}-\d{2})")
    suspended = dates[0].notna()
    mineral = inputs.slug(raw["mineral"])
    table = pd.DataFrame(
        {
            "mineral": mineral.fillna(raw["mineral"]), "country": raw["country"], "stage": raw["stage"].replace(STAGES),
            "measure": raw["measure_type"], "target": raw["target"], "start": raw["start"].astype("string"),
            "suspended_from": dates[0], "suspended_until": dates[1], "end": raw["end"].where(~suspended).astype("string"),
            "status": raw["status"].str.replace(r"suspended .*", "suspended", regex=True), "basis": raw["details"],
            "source": raw["source_url"].map(page_id), "grade": "C",
        }
    )  # fmt: skip
    table = table.sort_values(["country", "mineral", "start", "measure"], ignore_index=True)
    return {"export_controls": table, "export_control_events": _events(inputs, table)}


def _ids(table: pd.DataFrame) -> pd.Series:
    words = (
        table["country"]
        + "_"
        + table["mineral"]
        + "_"
        + table["measure"]
        + "_"
        + table["stage"]
        + "_"
        + table["start"].fillna("undated")
    )
    return words.str.lower().str.replace(r"[^a-z0-9]+", "_", regex=True)


def _events(inputs: Inputs, table: pd.DataFrame) -> pd.DataFrame:
    """Events that the rows of measures give, and those of our own list that other pages give."""
    notice = table["basis"].str.extract(r"(Announcement \d+ of \d{4}|SI \d+ of \d{4})")[0]
    common = table.assign(control=_ids(table), notice=notice)
    # A quota that follows a suspension is a measure of its own, so every measure has each event at most once.
    never = table["suspended_from"].notna() & (table["suspended_from"] < table["start"])
    announced = table["basis"].str.contains("announced and effective") | table["status"].str.startswith("announced")
    parts = [
        common[announced].assign(event="announced", date=common["start"].where(common["status"] == "in force"), note=common["status"].where(common["status"] != "in force")),
        common[table["start"].notna()].assign(event="in force", date=common["start"], note=never.map({True: "suspended before it took effect", False: None})),
        common[table["suspended_from"].notna()].assign(event="suspended", date=common["suspended_from"], note=common["basis"]),
        common[table["suspended_until"].notna()].assign(event="suspension ends", date=common["suspended_until"], note="as the suspending notice says"),
        common[table["end"].notna()].assign(event="ended", date=common["end"], note=None),
    ]  # fmt: skip
    found = pd.concat(parts, ignore_index=True)
    overtaken = found["note"] == "suspended before it took effect"
    later = found["date"].fillna("") > SEEN_UNTIL
    found["status"] = later.map({True: "scheduled; whether it happened was not seen", False: "happened"})
    found.loc[overtaken, "status"] = "did not happen on that day"
    own = inputs.mine("control_events")
    own = own.assign(source=own["address"].map(page_id), grade="C").drop(columns="address")
    both = pd.concat([found[own.columns], own], ignore_index=True)
    return both.sort_values(["country", "control", "date", "event"], ignore_index=True)
