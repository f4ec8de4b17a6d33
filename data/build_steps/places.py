"""Countries with their places, and regions as dated sets of countries."""

from __future__ import annotations

import pandas as pd
from babel import Locale

from build_steps.documents import page_id
from build_steps.inputs import Inputs
from orepact.facts.names import plain

NAMES = {
    "EU": "European Union, with its members of each day",
    "EU27": "European Union (27)",
    "G7": "Group of Seven",
    "MSP": "Minerals Security Partnership",
    "MSP_FORUM": "Minerals Security Partnership Forum",
    "FORGE": "FORGE launch delegations, 4 February 2026 (a delegation is not a membership)",
    "PAX_SILICA": "Pax Silica",
    "G7_ALLIANCE": "G7 Critical Minerals Production Alliance",
}
JOINED = {
    "1958-01-01": "BEL DEU FRA ITA LUX NLD", "1973-01-01": "DNK GBR IRL", "1981-01-01": "GRC", "1986-01-01": "ESP PRT",
    "1995-01-01": "AUT FIN SWE", "2004-05-01": "CYP CZE EST HUN LTU LVA MLT POL SVK SVN", "2007-01-01": "BGR ROU", "2013-07-01": "HRV",
}  # fmt: skip
"""First days of membership in the European Union and the Communities before it; the United Kingdom left on 2020-01-31."""

LANGUAGES = ("en", "ar", "de", "es", "fr", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr", "zh")
"""Languages in which a country may be named: those of the United Nations and of most parties of the alliance."""

TWO_COUNTRIES = ("congo", "kongo")
"""Names that some language gives to one country and people of the field to another."""

INITIATIVES = {
    "MSP": "MSP",
    "MSP Forum": "MSP_FORUM",
    "FORGE": "FORGE",
    "Critical Minerals Ministerial 2026 (FORGE launch)": "FORGE",
    "Pax Silica": "PAX_SILICA",
    "G7 Critical Minerals Production Alliance": "G7_ALLIANCE",
}


def tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """``countries``, their names in many spellings, and ``regions``."""
    raw = inputs.read("geography/countries.csv")
    raw = raw[raw["iso3"].str.fullmatch("[A-Z]{3}")]
    countries = pd.DataFrame(
        {
            "country": raw["iso3"],
            "iso2": raw["iso2"],
            "name": printed_names(inputs, raw),
            "continent": raw["continent"],
            "landlocked": raw["landlocked"].map({1: "yes", 0: "no"}),
            "latitude": raw["label_lat"].fillna(raw["centroid_lat"]),
            "longitude": raw["label_lon"].fillna(raw["centroid_lon"]),
            "source": "natural_earth",
        }
    )
    members = [
        *(_listed("EU", pd.Series(joined.split()), since) for since, joined in JOINED.items()),
        _listed("EU27", raw.loc[raw["eu27"] == 1, "iso3"], "2020-02-01"),
        _listed("G7", raw.loc[raw["g7"] == 1, "iso3"], "1976-06-27"),
    ]
    members += [_initiative(inputs, name, region, raw) for name, region in INITIATIVES.items()]
    regions = pd.concat(members, ignore_index=True).drop_duplicates(["region", "country"])
    regions.loc[(regions["region"] == "EU") & (regions["country"] == "GBR"), "until"] = "2020-01-31"
    regions.insert(1, "name", regions["region"].map(NAMES))
    return {"countries": countries, "country_names": _spellings(inputs, countries, raw), "regions": regions}


def printed_names(inputs: Inputs, raw: pd.DataFrame) -> pd.Series:
    """Short English names as the Unicode locale data have them, or ours where theirs would puzzle a reader of tables."""
    own = inputs.mine("country_names").dropna(subset=["printed"]).set_index("country")["printed"]
    english = Locale("en").territories
    return raw["iso3"].map(own).fillna(raw["iso2"].map(english)).fillna(raw["name"])


def _spellings(inputs: Inputs, countries: pd.DataFrame, raw: pd.DataFrame) -> pd.DataFrame:
    """Names of countries in several languages and usual spellings; a spelling that could be two countries is left out."""
    frames = [
        pd.DataFrame({"country": countries["country"], "alias": countries["name"], "source": "cldr"}),
        pd.DataFrame({"country": raw["iso3"], "alias": raw["name"], "source": "natural_earth"}),
    ]
    for language in LANGUAGES:
        names = countries["iso2"].map(dict(Locale(language).territories))
        frames.append(pd.DataFrame({"country": countries["country"], "alias": names, "source": "cldr"}))
    listed = pd.concat(frames).dropna().drop_duplicates("alias")
    own = inputs.mine("country_names").dropna(subset=["aliases"])
    ours = (
        own.assign(alias=own["aliases"].str.split("|"))[["country", "alias"]]
        .explode("alias")
        .assign(source="orepact_names")
    )
    ours = ours[ours["country"].isin(countries["country"])]
    keys = listed["alias"].map(plain)
    ambiguous = keys[listed.groupby(keys)["country"].transform("nunique") > 1]
    listed = listed[~keys.isin(ambiguous) & ~keys.isin(ours["alias"].map(plain))]
    table = pd.concat([ours, listed], ignore_index=True)
    table = table.assign(key=table["alias"].map(plain)).drop_duplicates("key")
    return table.loc[~table["key"].isin(TWO_COUNTRIES), ["alias", "country", "source"]]


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
    raw = raw[(raw["initiative"] == name) & (raw["role"] != "non-signatory participant")]
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
