"""Ports, sea routes between gateways and the passages they cross."""

from __future__ import annotations

import pandas as pd

from build_steps.inputs import Inputs

SOURCE = "searoute_1_6"
YEAR = "2026"


def tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """``ports``, ``sea_routes`` and ``chokepoints``; distances of CEPII's GeoDist are left out, their licence is not checked."""
    return {"ports": _ports(inputs), "sea_routes": _routes(inputs), "chokepoints": _passages(inputs)}


def _ports(inputs: Inputs) -> pd.DataFrame:
    """Every port; gateways are those of the list and ours, chosen where a country's others lie behind one passage."""
    raw = inputs.read("geography/ports.csv")
    gates = inputs.read("geography/gateway_ports.csv").set_index("unlocode")
    countries = inputs.read("geography/countries.csv")
    by_code = dict(zip(countries["iso2"], countries["iso3"], strict=True))
    # The code of Namibia is read as "no answer" by the list of countries.
    country = raw["unlocode"].str[:2].map(by_code | {"NA": "NAM"})
    unknown = ("country as the list prints it: " + raw["country_name"].str.replace("_", " ")).where(country.isna())
    more = inputs.mine("gateways").set_index("port")
    seen = more["note"] + (" (" + more["address"] + ")").fillna("")
    gateway = raw["unlocode"].isin([*gates.index, *more.index])
    table = pd.DataFrame(
        {
            "port": raw["unlocode"], "name": raw["name"], "country": country, "latitude": raw["lat"], "longitude": raw["lon"],
            "gateway": gateway.map({True: "yes", False: "no"}), "source": SOURCE,
            "grade": raw["unlocode"].map(more["grade"]).fillna("C"),
            "note": raw["unlocode"].map(gates["note"]).fillna(raw["unlocode"].map(seen)).fillna(unknown),
        }
    )  # fmt: skip
    return table.drop_duplicates(["port", "name"]).sort_values(["port", "name"], ignore_index=True)


def _routes(inputs: Inputs) -> pd.DataFrame:
    raw = inputs.read("geography/sea_routes.csv")
    table = pd.DataFrame(
        {
            "origin_port": raw["origin_port"], "destination_port": raw["destination_port"], "scenario": raw["scenario"], "value": raw["length_km"],
            "unit": "km", "period": YEAR, "passages": raw["passages"], "basis": "shortest path on the sea network", "source": SOURCE, "grade": "C",
        }
    )  # fmt: skip
    return table.sort_values(["origin_port", "destination_port", "scenario"], ignore_index=True)


def _passages(inputs: Inputs) -> pd.DataFrame:
    raw = inputs.read("geography/chokepoints.csv")
    return pd.DataFrame(
        {
            "passage": raw["passage_key"], "name": raw["name"], "latitude": raw["lat"], "longitude": raw["lon"], "portwatch": raw["portwatch_slug"],
            "source": SOURCE, "grade": "C",
        }
    )  # fmt: skip
