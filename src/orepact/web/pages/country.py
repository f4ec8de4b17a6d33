"""The pages of countries and regions: a list by dependence, and for each what it makes, what it buys, from whom, and under which rules."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from orepact import facts
from orepact.api.profile_routes import country_record
from orepact.indicators.country_profile import DEPENDS
from orepact.report.numbers import exact, percent
from orepact.web.charts import Chart, Column, number
from orepact.web.pages.profile_parts import (
    AGREEMENT_COLUMNS,
    CONTROL_COLUMNS,
    PROJECT_COLUMNS,
    agreement_rows,
    control_rows,
    country_cell,
    headings,
    mineral_cell,
    partners,
    project_rows,
    said_exact,
    said_percent,
    said_reliance,
    said_tonnes,
    sorted_rows,
    stage_word,
)  # fmt: skip
from orepact.web.profile import Profile, Shown, Values

STEPS = (1, 2, 4, 7, 11)
LEGEND = ("none", "1", "2 to 3", "4 to 6", "7 to 10", "11 and more")
MADE = (Column("mineral", "Mineral"), Column("stage", "Stage"), number("value", "Output"), Column("basis", "Counted as"), number("share",
"Share of world"),
        number("rank", "Rank"), Column("period", "Year"), Column("grade", "Grade"))  # fmt: skip
SOLD = (Column("mineral", "Mineral"), Column("stage", "Stage"), number("tonnes", "Delivered, t of content"), number("abroad",
"Sent abroad"),
        Column("partners", "Largest buyers abroad"), Column("period", "Year"), Column("grade", "Grade"))  # fmt: skip
BOUGHT = (Column("mineral", "Mineral"), Column("stage", "Stage"), number("tonnes", "Bought, t of content"), number("abroad", "From abroad"),
          number("reliance", "Net import reliance"), Column("largest", "Largest supplier abroad"), number("share", "Its share"),
          Column("partners", "Largest suppliers abroad"), Column("period", "Year"), Column("grade", "Grade"))  # fmt: skip
DEPENDENCE = (
    Column("country", "Supplier"),
    number("largest_of", "Largest supplier of"),
    number("above_65", "Of them above 65 %"),
    Column("items", "What, with its share"),
)
RELIANCE = (
    Column("mineral", "Mineral"),
    Column("what", "Counted as"),
    Column("stage", "Stage"),
    number("value", "Net import reliance"),
    Column("period", "Period"),
    Column("grade", "Grade"),
)
HELD = (
    Column("scheme", "Scheme"),
    Column("measure", "Measure"),
    number("value", "Value"),
    Column("period", "Period"),
    Column("grade", "Grade"),
)
MOST_ITEMS = 6
MOST_NAMED = 3
TENTH = 0.1
WITH_THE = ("USA", "GBR", "NLD", "PHL", "ARE", "MDV", "BHS", "GMB", "SDN")


def one(place: str, values: Values) -> Shown:
    """One country or region."""
    del values
    record = country_record(place)
    from orepact.report.profile_rows import country_frame

    return Shown("country/one.html", view(record), lambda: record, lambda: country_frame(record))


def view(record: dict[str, Any]) -> dict[str, Any]:
    """Words, tables and pictures of a profile."""
    return {
        "shock": _largest_sale(record),
        "record": record, "title": record["name"], "finding": finding(record), "normal": normal(record),
        "map": _map(record) if record["depends_on"] else None,
        "buys": [_bought(row) for row in sorted(record["buys"], key=lambda row: -row["largest_share"])], "buy_columns": BOUGHT,
        "makes": [_made(row) for row in record["makes"]], "make_columns": MADE, "sells": [_sold(row) for row in record["sells"]],
        "sell_columns": SOLD,
        "dependence": [_dependence(row) for row in record["depends_on"]], "dependence_columns": DEPENDENCE,
        "reliance": [_reliance(row) for row in sorted(record["reliance"], key=lambda row: -(row["value"] or 0.0))],
        "reliance_columns": RELIANCE,
        "imposes": control_rows(record["imposes"]), "under": control_rows(record["under"]), "control_columns": CONTROL_COLUMNS,
        "agreements": agreement_rows(record["agreements"]), "agreement_columns": AGREEMENT_COLUMNS,
        "projects": project_rows(record["projects"]),
        "project_columns": PROJECT_COLUMNS, "stockpiles": [_held(row) for row in record["stockpiles"]], "held_columns": HELD,
        "members": ", ".join(map(facts.country_name, record["members"])) if record["is_region"] else "",
        "tables_source": _tables_source(record),
    }  # fmt: skip


def _in_a_sentence(record: dict[str, Any]) -> str:
    if record["is_region"]:
        return facts.region_name(record["code"])
    return f"the {record['name']}" if record["code"] in WITH_THE else str(record["name"])


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]


def _largest_sale(record: dict[str, Any]) -> str:
    """What would be missed most if it stopped exports, as the state of the page of shocks; empty where it sells nothing."""
    sells = [row for row in record["sells"] if row["abroad"] > 0]
    if not sells:
        return ""
    most = max(sells, key=lambda row: row["share"] * row["abroad"])
    return urlencode({"mineral": most["mineral"], "origin": record["code"], "stage": most["stage"]})


def finding(record: dict[str, Any]) -> str:
    """On whom it depends most, and what it is to others, in one sentence."""
    name = _in_a_sentence(record)
    above = sum(row["largest_share"] > DEPENDS for row in record["buys"])
    if not record["buys"]:
        buyer = f"What {name} buys cannot be told: it stands in no balanced table by name"
    elif not record["depends_on"]:
        buyer = f"nothing that {name} buys comes to a tenth or more from one country abroad"
    else:
        first = record["depends_on"][0]
        buyer = (
            f"Of {len(record['buys'])} minerals and stages that {name} buys, {above} come to more than "
            f"65 % from one country abroad; "
            f"{facts.country_name(first['country'])} is the largest supplier of {first['largest_of']}"
        )
    held = [row for row in record["makes"] if (row["share"] or 0.0) >= TENTH]
    large = [f"{facts.mineral_name(row['mineral'])} ({stage_word(row['stage'])})" for row in held]
    more = f" and {len(large) - MOST_NAMED} more" if len(large) > MOST_NAMED else ""
    maker = (
        f"it makes a tenth or more of the world's {', '.join(large[:MOST_NAMED])}{more}"
        if large
        else "of no mineral does it make a tenth of the world's output"
    )
    return _capital(f"{buyer}; {maker}.")


def normal(record: dict[str, Any]) -> str:
    """Rules that hold on the day, in one sentence."""
    imposes, under = (sum(each["active"] for each in record[key]) for key in ("imposes", "under"))
    return (
        f"On {record['day']}: {imposes} export control{'' if imposes == 1 else 's'} of its own in force, {under} of others that reach it, "
        f"{len(record['agreements'])} agreement{'' if len(record['agreements']) == 1 else 's'} on minerals. "
        "Purchases are those of the balanced tables."
    )


def _tables_source(record: dict[str, Any]) -> str:
    grades = [row["grade"] for row in record["buys"]]
    years = sorted({row["base_year"] for row in record["buys"]})
    if not years:
        return ""
    span = str(years[0]) if len(years) == 1 else f"{years[0]} to {years[-1]}"
    return (
        f"Balanced tables of {span}; evidence grades {min(grades)} to {max(grades)}. "
        "Calculation: Orepact; each figure opens its sources."
    )


def _map(record: dict[str, Any]) -> Chart:
    """On whom it depends: of how many purchases each country is the largest supplier."""
    rows = record["depends_on"]
    places = [
        {"code": row["country"], "name": facts.country_name(row["country"]), "tone": sum(row["largest_of"] >= step for step in STEPS),
         "label": f"largest supplier of {row['largest_of']} of {row['of']}"}
        for row in rows
    ]  # fmt: skip
    first = rows[0]
    return Chart(
        id="map", kind="map",
        title=f"{facts.country_name(first['country'])} is the largest supplier of {first['largest_of']} of {first['of']}",
        unit="minerals and stages of which a country is the largest supplier, with a tenth or more of what is bought",
        data={"places": places, "origins": record["members"], "tones": "loss"}, columns=DEPENDENCE,
        rows=[{key: value for key, value in _dependence(row).items() if "." not in key} for row in rows],
        source=_tables_source(record), note="Outlined: the buyer. Grey: largest supplier of nothing.",
        legend=tuple((f"loss-{index}", words) for index, words in enumerate(LEGEND) if index),
    )  # fmt: skip


def _dependence(row: dict[str, Any]) -> dict[str, str]:
    items = row["items"]
    said = ", ".join(
        f"{facts.mineral_name(each['mineral'])} {stage_word(each['stage'])} {percent(each['share'])}"
        for each in items[:MOST_ITEMS]
    )
    more = f" and {len(items) - MOST_ITEMS} more" if len(items) > MOST_ITEMS else ""
    return {
        **country_cell("country", row["country"]), "largest_of": f"{row['largest_of']} of {row['of']}", "above_65": str(row["above_65"]),
        "items": said + more,
    }  # fmt: skip


def _bought(row: dict[str, Any]) -> dict[str, str]:
    largest = {"largest": "nobody abroad"} if row["largest"] is None else country_cell("largest", row["largest"])
    pair = row["address"].replace("/*/", f"/{row['largest']}/") if row["largest"] else ""
    return {
        **mineral_cell("mineral", row["mineral"]), "stage": stage_word(row["stage"]), "tonnes": said_tonnes(row["tonnes"]),
        "tonnes.why": row["address"],
        "abroad": percent(row["abroad"]), "abroad.why": row["address"], "reliance": said_reliance(row), **largest,
        "share": percent(row["largest_share"]),
        "share.why": pair, "partners": partners(row), "period": str(row["base_year"]), "grade": row["grade"],
    }  # fmt: skip


def _sold(row: dict[str, Any]) -> dict[str, str]:
    return {
        **mineral_cell("mineral", row["mineral"]), "stage": stage_word(row["stage"]), "tonnes": said_tonnes(row["tonnes"]),
        "tonnes.why": row["address"],
        "abroad": percent(row["abroad"]), "abroad.why": row["address"], "partners": partners(row), "period": str(row["base_year"]),
        "grade": row["grade"],
    }  # fmt: skip


def _made(row: dict[str, Any]) -> dict[str, str]:
    value = said_exact(row["value"]) + ("" if row["value"] is None else f" {row['unit']}")
    withheld = f"; without {', '.join(map(facts.country_name, row['withheld']))}, withheld" if row["withheld"] else ""
    return {
        **mineral_cell("mineral", row["mineral"]), "stage": stage_word(row["stage"]), "value": value, "value.why": row["address"],
        "basis": row["basis"] + withheld, "share": said_percent(row["share"]), "share.why": row["share_address"],
        "rank": "" if row["rank"] is None else str(row["rank"]), "period": row["period"], "grade": row["grade"],
    }  # fmt: skip


def _reliance(row: dict[str, Any]) -> dict[str, str]:
    value = (
        f"{said_exact(None)} ({row['flag']})"
        if row["value"] is None
        else percent(row["value"])
        if row["unit"] == "share"
        else f"{exact(row['value'])} {row['unit']}"
    )
    return {
        **mineral_cell("mineral", row["mineral"]), "what": row["what"], "stage": stage_word(row["stage"]), "value": value,
        "value.why": row["address"],
        "period": str(row["period"]).replace("/", " to "), "grade": row["grade"],
    }  # fmt: skip


def _held(row: dict[str, Any]) -> dict[str, str]:
    value = said_exact(None) if row["value"] is None else f"{exact(float(row['value']))} {row['unit']}"
    return {
        "scheme": row["scheme"],
        "measure": row["measure"],
        "value": value,
        "value.why": row["address"],
        "period": row["period"],
        "grade": row["grade"],
    }


LIST_COLUMNS = (
    ("name", "Country", False), ("above_65", "Purchases above 65 % from one country", True), ("buys", "Purchases told apart", True),
    ("largest_supplier", "Most often the largest supplier", False), ("largest_of", "Of how many", True), ("makes",
    "Deliveries told apart", True),
    ("over_10_percent", "With a tenth of the world’s", True),
)  # fmt: skip


def listed(values: Values) -> Shown:
    """All countries that stand in a balanced table, the most dependent first, and the regions."""
    import pandas as pd

    from orepact.indicators.country_profile import all_countries

    rows = all_countries()
    ordered, sort = sorted_rows(rows, values, [key for key, _, _ in LIST_COLUMNS], "-above_65")
    regions = facts.load("regions").drop_duplicates("region")
    most = [row["name"] for row in rows if row["above_65"] == rows[0]["above_65"]]
    return Shown(
        template="country/list.html",
        context={"headings": headings("/country", LIST_COLUMNS, sort), "rows": [_listed(row) for row in ordered],
                 "regions": list(zip(regions["region"], regions["name"], strict=True)),
                 "finding": f"{_joined(most)} {'has' if len(most) == 1 else 'have'} the most purchases that come to more than 65 % "
                             f"from one country: {rows[0]['above_65']}{'' if len(most) == 1 else ' each'}."},
        record=lambda: list(ordered), frame=lambda: pd.DataFrame(list(ordered)),
    )  # fmt: skip


def _joined(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _listed(row: Any) -> dict[str, str]:
    supplier = (
        {"largest_supplier": "nobody"}
        if row["largest_supplier"] is None
        else country_cell("largest_supplier", row["largest_supplier"])
    )
    return {
        "name": row["name"], "name.page": f"/country/{row['country']}", **supplier,
        **{key: str(row[key]) for key in ("above_65", "buys", "largest_of", "makes", "over_10_percent")},
    }  # fmt: skip


COUNTRY_PAGE = Profile(name="country", nav="Countries", listed=listed, one=one, parameters=("sort",))
