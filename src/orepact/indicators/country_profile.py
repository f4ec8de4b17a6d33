"""One country or region: what it makes and who buys it, what it uses and on whom it depends, and which agreements and controls hold."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from orepact import facts
from orepact.facts.names import region_code
from orepact.indicators.profiles import EVERYBODY, agreements, all_tables, controls, place_name, projects, records
from orepact.indicators.sides import NOWHERE, bought, sold
from orepact.indicators.world_output import world_outputs
from orepact.network import Network

DEPENDS = 0.65
"""Share from one country that Regulation (EU) 2024/1252, Article 5(1)(b), sets as the most."""


COUNTS = 0.1
"""Share of what is bought from which a largest supplier counts as one that is depended on."""


def country_profile(place: str, day: dt.date | None = None) -> dict[str, Any]:
    """Everything that the facts and the balanced tables say of a country or region, in JSON terms.

    place: code or name. day: of membership and controls; today when left out. Shares from 0 to 1; tonnes as each publisher counts
    them, or of content in the balanced tables; every figure with period, grade and address.
    """
    day = day or dt.datetime.now(tz=dt.UTC).date()
    members = facts.resolve_place(place, day)
    code = region_code(place) or members[0]
    tables = all_tables()
    buys = [
        row for found in tables for table in found.stages if (row := bought(found, table, members, code)) is not None
    ]
    sells = [
        row for found in tables for table in found.stages if (row := sold(found, table, members, code)) is not None
    ]
    own = {code, *members}
    parties = (code, *members, *(["EU"] if code in ("EU", "EU27") or _is_member(members, "EU27") else []))
    held = controls(day)
    return {
        "code": code, "name": place_name(code), "members": list(members), "is_region": len(members) > 1, "day": day.isoformat(),
        "facts_version": facts.version(), "makes": made(members, code), "sells": sells, "buys": buys, "depends_on": depends_on(buys),
        "reliance": _published_reliance(code), "agreements": agreements(parties),
        "imposes": [each for each in held if each["country"] in own],
        "under": [each for each in held if each["country"] not in own and (each["target"] == EVERYBODY or each["target"] in own)],
        "projects": projects(countries=members), "stockpiles": _stockpiles(own),
        "missing": f"the other minerals: only {len(tables)} have a balanced table, from which purchases by country can be told",
    }  # fmt: skip


def _is_member(members: tuple[str, ...], region: str) -> bool:
    return len(members) == 1 and members[0] in facts.resolve_place(region)


def made(members: tuple[str, ...], code: str) -> list[dict[str, Any]]:
    """What some countries make, by mineral and stage in the latest year: published output, share of the world's, and rank."""
    table = facts.load("production")
    found = []
    pairs = table.loc[table["country"].isin(members), ["mineral", "stage"]].drop_duplicates()
    for mineral, stage in pairs.itertuples(index=False):
        years = world_outputs(str(mineral), str(stage))
        if not years:
            continue
        last = years[-1]
        value, withheld = last.value(*members), sorted(set(last.withheld) & set(members))
        if not withheld and not (value or 0.0) > 0:
            continue
        share = last.share(*members)
        others = last.rows.loc[~last.rows["country"].isin(members), "value"].dropna()
        found.append(
            {"mineral": mineral, "stage": stage, "period": last.period, "value": value, "unit": last.unit, "basis": last.basis,
             "share": share, "rank": None if value is None else int((others > value).sum()) + 1, "grade": last.grade, "withheld": withheld,
             "missing": last.missing or _lacking(withheld),
             "address": last.address(members[0]) if len(members) == 1 else f"output-share/{mineral}/{stage}/{code}/{last.period}",
             "share_address": f"output-share/{mineral}/{stage}/{code}/{last.period}"}
        )  # fmt: skip
    return sorted(found, key=lambda row: -(row["share"] or 0.0))


def _lacking(withheld: list[str]) -> str:
    return f"output of {', '.join(map(facts.country_name, withheld))}, which is withheld" if withheld else ""


def depends_on(buys: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Whom a buyer depends on: for each country abroad, of how many purchases it is the largest supplier, with a tenth or more."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in buys:
        if row["largest"] is not None and row["largest_share"] >= COUNTS:
            found.setdefault(row["largest"], []).append(row)
    return sorted(
        (
            {"country": country, "largest_of": len(rows), "of": len(buys), "above_65": sum(row["largest_share"] > DEPENDS for row in rows),
             "items": [{"mineral": row["mineral"], "stage": row["stage"], "share": row["largest_share"], "grade": row["grade"]}
                       for row in sorted(rows, key=lambda each: -each["largest_share"])]}
            for country, rows in found.items()
        ),
        key=lambda row: (-row["largest_of"], row["country"]),
    )  # fmt: skip


def _published_reliance(code: str) -> list[dict[str, Any]]:
    """Net import reliance as it is published: by the USGS for the United States, by the Commission for the Union."""
    if code == "USA":
        table = facts.load("us_balance")
        rows = table[table["measure"] == "net_import_reliance"]
        rows = rows.sort_values(["period", "source"]).drop_duplicates(["mineral", "basis"], keep="last")
        return [_reliance("us_balance", row) for row in rows.to_dict("records")]
    if code in ("EU", "EU27"):
        table = facts.load("eu_assessments")
        rows = (
            table[table["measure"] == "import_reliance"]
            .sort_values("edition")
            .drop_duplicates(["material", "stage"], keep="last")
        )
        return [
            _reliance("eu_assessments", row)
            for row in rows[rows["edition"] == rows["edition"].max()].to_dict("records")
        ]
    return []


def _reliance(table: str, row: dict[Any, Any]) -> dict[str, Any]:
    flag = row.get("flag")
    return {
        "mineral": row["mineral"], "stage": row.get("stage") or "*", "what": row.get("material") or row["basis"], "period": row["period"],
        "value": None if row["value"] != row["value"] else float(row["value"]), "unit": row["unit"], "grade": row["grade"],
        "flag": flag if isinstance(flag, str) else "", "address": facts.address_of(table, row),
    }  # fmt: skip


def _stockpiles(own: set[str]) -> list[dict[str, Any]]:
    table = facts.load("stockpiles")
    rows = table[table["country"].isin(own)]
    return [{**row, "address": facts.address_of("stockpiles", row)} for row in records(rows)]


def all_countries() -> list[dict[str, Any]]:
    """Every country with a part in some balanced table: how much it makes, buys and depends, most dependent first."""
    tables = all_tables()
    codes = {each for found in tables for table in found.stages for each in (*table.producers, *table.buyers)} - set(
        NOWHERE
    )
    return sorted((_listed(tables, code, (code,)) for code in codes), key=lambda row: (-row["above_65"], row["name"]))


def _listed(tables: list[Network], code: str, members: tuple[str, ...]) -> dict[str, Any]:
    buys = [
        row
        for found in tables
        for table in found.stages
        if (row := bought(found, table, members, code, reliance=False)) is not None
    ]
    sells = [
        row for found in tables for table in found.stages if (row := sold(found, table, members, code)) is not None
    ]
    most = Counter(
        row["largest"] for row in buys if row["largest"] is not None and row["largest_share"] >= COUNTS
    ).most_common(1)
    return {
        "country": code, "name": facts.country_name(code), "buys": len(buys),
        "above_65": sum(row["largest_share"] > DEPENDS for row in buys),
        "largest_supplier": most[0][0] if most else None, "largest_of": most[0][1] if most else 0, "makes": len(sells),
        "over_10_percent": sum(row["share"] > 0.1 for row in sells),  # noqa: PLR2004
    }  # fmt: skip
