"""Minerals, their aliases, and the 34 entries of the EU's list with what can and cannot be told of each."""

from __future__ import annotations

import pandas as pd

from build_steps.inputs import Inputs

MAGNETS = {
    "neodymium", "praseodymium", "terbium", "dysprosium", "gadolinium", "samarium", "cerium", "rare_earths",
    "rare_earths_magnet",
}  # fmt: skip
"""The rare earths of Annex I, which names those for permanent magnets, and the groups that hold them."""


def tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """``minerals`` and ``aliases``."""
    own = inputs.mine("minerals")
    published = inputs.read("minerals/minerals.csv")
    flags = (
        published.assign(mineral=inputs.slug(published["slug"])).dropna(subset=["mineral"]).drop_duplicates("mineral")
    )
    flags = flags.set_index("mineral")["us_critical_2025"].map({1: "yes", 0: "no"})
    entries = inputs.mine("eu_materials")
    lists = inputs.read("parameters/crma_lists.csv").set_index("material")
    critical, strategic = set(), set()
    for row in entries.itertuples():
        members = row.minerals.split("|")
        critical |= set(members)
        if lists.loc[row.entry, "strategic"] == "yes":
            rare = "rare earth" in row.entry.lower()
            strategic |= {member for member in members if not rare or member in MAGNETS}
    minerals = own[["mineral", "name", "symbol", "group"]].assign(
        us_critical_2025=own["mineral"].map(flags).fillna("no"),
        eu_critical_2024=own["mineral"]
        .isin(critical | MAGNETS | {"light_rare_earths", "platinum_group"})
        .map({True: "yes", False: "no"}),
        eu_strategic_2024=own["mineral"].isin(strategic | MAGNETS | {"platinum_group"}).map({True: "yes", False: "no"}),
        source="eu_2024_1252",
    )
    aliases = pd.DataFrame(sorted(inputs.slugs.items()), columns=["alias", "mineral"]).assign(source="eu_2024_1252")
    return {"minerals": minerals, "aliases": aliases}


def eu_materials(inputs: Inputs, built: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The 34 entries of Annex II: which figures the tables hold for each, or why nothing can be told."""
    entries = inputs.mine("eu_materials")
    lists = inputs.read("parameters/crma_lists.csv").set_index("material")
    output = built["production"].dropna(subset=["value"])
    shares, trade = built["shares"], built["trade"]
    rows = []
    for row in entries.itertuples():
        members = row.minerals.split("|")
        mined = output[output["mineral"].isin(members)]
        held = [
            f"{stage} output of {', '.join(sorted(set(part['mineral'])))}" for stage, part in mined.groupby("stage")
        ]
        if shares["mineral"].isin(members).any():
            held.append("supply or sourcing shares")
        if trade["mineral"].isin(members).any():
            held.append("trade")
        if mined.empty:
            reason = "cannot tell output, because no open table gives it by country in tonnes"
            status = f"{reason}; held: {', '.join(held)}" if held else reason
        else:
            status = "held: " + ", ".join(held)
        rows.append((row.entry, row.minerals, lists.loc[row.entry, "strategic"], status, "eu_2024_1252", "A"))
    return {"eu_materials": pd.DataFrame(rows, columns=["entry", "minerals", "strategic", "status", "source", "grade"])}
