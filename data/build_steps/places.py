"""Countries with their places, and regions as dated sets of countries."""

from __future__ import annotations

import pandas as pd

from build_steps.inputs import Inputs

NAMES = {
    "EU27": "European Union (27)",
    "G7": "Group of Seven",
    "MSP": "Minerals Security Partnership",
    "MSP_FORUM": "Minerals Security Partnership Forum",
    "FORGE": "FORGE launch delegations, 4 February 2026 (a delegation is not a membership)",
}
INITIATIVES = {
    "MSP": "MSP",
    "MSP Forum": "MSP_FORUM",
    "Critical Minerals Ministerial 2026 (FORGE launch)": "FORGE",
}


def tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """``countries`` and ``regions``."""
    raw = inputs.read("geography/countries.csv")
    raw = raw[raw["iso3"].str.fullmatch("[A-Z]{3}")]
    countries = pd.DataFrame(
        {
            "country": raw["iso3"],
            "iso2": raw["iso2"],
            "name": raw["name"],
            "continent": raw["continent"],
            "landlocked": raw["landlocked"].map({1: "yes", 0: "no"}),
            "latitude": raw["label_lat"].fillna(raw["centroid_lat"]),
            "longitude": raw["label_lon"].fillna(raw["centroid_lon"]),
            "source": "natural_earth",
        }
    )
    members = [
        _listed("EU27", raw.loc[raw["eu27"] == 1, "iso3"], "2020-02-01"),
        _listed("G7", raw.loc[raw["g7"] == 1, "iso3"], "1976-06-27"),
    ]
    members += [_initiative(inputs, name, region, raw) for name, region in INITIATIVES.items()]
    regions = pd.concat(members, ignore_index=True).drop_duplicates(["region", "country"])
    regions.insert(1, "name", regions["region"].map(NAMES))
    return {"countries": countries, "regions": regions}


def _listed(region: str, countries: pd.Series, since: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "region": region,
            "country": countries,
            "since": since,
            "until": None,
            "role": "member",
            "source": "treaties",
            "grade": "A",
            "note": None,
        }
    )


def _initiative(inputs: Inputs, name: str, region: str, countries: pd.DataFrame) -> pd.DataFrame:
    """Members of an initiative; the EU as a member stands for its 27 countries, with a note."""
    raw = inputs.read("projects/memberships.csv")
    raw = raw[raw["initiative"] == name]
    european = countries.loc[countries["eu27"] == 1, "iso3"].tolist()
    rows = []
    for row in raw.itertuples():
        union = row.member == "EU"
        note = "through the European Union as a member" if union else None
        since = row.since if isinstance(row.since, str) else ("2026-02-04" if region == "FORGE" else None)
        rows += [
            (region, country, since, None, row.role, page_id(row.source_url), "C", note)
            for country in (european if union else [row.member])
        ]
    frame = pd.DataFrame(rows, columns=["region", "country", "since", "until", "role", "source", "grade", "note"])
    return frame.sort_values("note", na_position="first", kind="stable")


def page_id(address: str) -> str:
    """Source id of a web page, from its (first) address."""
    import hashlib

    return "page_" + hashlib.sha256(first_address(address).encode()).hexdigest()[:8]


def first_address(address: str) -> str:
    """The first of several addresses joined by semicolons."""
    return address.split(" ; ", maxsplit=1)[0].strip()
