"""The pages of minerals: a list, and for each who makes it, sells it, buys it, at what price and under which controls."""

from __future__ import annotations

import datetime as dt
from typing import Any

from orepact import facts
from orepact.api.profile_routes import mineral_record
from orepact.report.numbers import exact, percent
from orepact.web.charts import Chart, Column, classes, number
from orepact.web.pages.mineral_list import listed
from orepact.web.pages.profile_parts import (
    AGREEMENT_COLUMNS,
    CONTROL_COLUMNS,
    PROJECT_COLUMNS,
    agreement_rows,
    control_rows,
    country_cell,
    partners,
    project_rows,
    said_exact,
    said_percent,
    said_reliance,
    said_tonnes,
    source_of,
    stage_word,
)  # fmt: skip
from orepact.web.profile import Profile, Shown, Values

BOUNDS = (0.01, 0.05, 0.1, 0.25, 0.5)
LEGEND = ("below 1 %", "1 to 5 %", "5 to 10 %", "10 to 25 %", "25 to 50 %", "50 % and more")
MOST_ROWS = 15
MOST_SERIES = 4
LEAST_SHOWN = 0.005
LONGEST_NAME = 44
LEAST_POINTS = 3
LISTS = {
    "eu_strategic_2024": "strategic in the EU (2024)",
    "eu_critical_2024": "critical in the EU (2024)",
    "us_critical_2025": "critical in the United States (2025)",
}
OUTPUT = (
    Column("country", "Country"),
    number("value", "Output"),
    number("share", "Share of world"),
    Column("grade", "Grade"),
)
MAKERS = (Column("country", "Country"), Column("stage", "Stage"), number("tonnes", "Delivered, t"), number("share", "Share of all"),
          number("abroad", "Sent abroad"), Column("partners", "Largest buyers abroad"), Column("grade", "Grade"))  # fmt: skip
BUYERS = (Column("country", "Country"), Column("stage", "Stage"), number("tonnes", "Bought, t"), number("abroad", "From abroad"),
          number("reliance", "Net import reliance"), Column("partners", "Largest suppliers abroad"), Column("grade", "Grade"))  # fmt: skip
TRADED = (Column("country", "Country"), number("value", "Value, thousand USD"), number("share", "Share"))
RESERVES = (Column("country", "Country"), number("value", "Reserves"))
INDICES = (Column("index", "Measure"), Column("stage", "Stage"), number("value", "Value"), Column("unit", "Scale"), Column("period",
"Period"),
           Column("grade", "Grade"), Column("missing", "What is missing"))  # fmt: skip
EVENTS = (
    Column("date", "Date"),
    Column("event", "Event"),
    Column("measure", "Measure"),
    Column("target", "Against"),
    Column("status", "State"),
    Column("notice", "Notice"),
)


def one(name: str, values: Values) -> Shown:
    """One mineral."""
    del values
    record = mineral_record(name)
    from orepact.report.profile_rows import mineral_frame

    return Shown("mineral/one.html", view(record), lambda: record, lambda: mineral_frame(record))


def view(record: dict[str, Any]) -> dict[str, Any]:
    """Words, tables and pictures of a profile."""
    table = record["network"]
    return {
        "record": record, "title": _capital(record["name"]), "finding": finding(record), "normal": normal(record),
        "tags": [words for key, words in LISTS.items() if record["lists"][key] == "yes"] or ["on no list of the EU or the United States"],
        "map": _map(record), "outputs": [_output(record, each) for each in record["output"]],
        "shares": [_shares(each) for each in record["world_shares"] if each["stage"] not in {found["stage"] for found in record["output"]}],
        "prices": _prices(record), "trade": _trade(record), "reserves": _reserves(record["reserves"]),
        "indices": [_index(row) for row in record["indices"]], "index_columns": INDICES,
        "makers": [_maker(row) for row in table.get("makers", [])[:MOST_ROWS * 2] if row["share"] >= LEAST_SHOWN], "maker_columns": MAKERS,
        "buyers": _largest([_buyer(row) for row in table.get("buyers", [])], table), "buyer_columns": BUYERS,
        "controls": control_rows(record["controls"]), "control_columns": CONTROL_COLUMNS[1:],
        "events": [_event(row) for row in record["events"]],
        "event_columns": EVENTS, "agreements": agreement_rows(record["agreements"]), "agreement_columns": AGREEMENT_COLUMNS,
        "projects": project_rows(record["projects"]), "project_columns": PROJECT_COLUMNS, "old": _old(record),
    }  # fmt: skip


def _largest(rows: list[dict[str, str]], table: dict[str, Any]) -> list[dict[str, str]]:
    """The largest buyers of each stage."""
    stages = list(dict.fromkeys(row["stage"] for row in table.get("buyers", [])))
    return [
        row for stage in stages for row in [each for each in rows if each["stage"] == stage_word(stage)][:MOST_ROWS]
    ]


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def finding(record: dict[str, Any]) -> str:
    """Who makes it, in one sentence."""
    verbs = {"mine": "mines", "refined": "refines"}
    said: list[str] = []
    who = facts.country_name
    for each in record["output"]:
        first = next((row for row in each["rows"] if row["value"]), None)
        if first is None or first["share"] is None:
            said.append(f"who {verbs[each['stage']]} how much{_of(record, said)} cannot be told")
            continue
        said.append(
            f"{who(first['country'])} {verbs[each['stage']]} {percent(first['share'])}{_of(record, said)} ({each['period']})"
        )
    for each in record["world_shares"]:
        if each["stage"] not in {found["stage"] for found in record["output"]}:
            first = each["rows"][0]
            said.append(
                f"{who(first['country'])} {verbs[each['stage']]} {percent(first['share'])}{_of(record, said)} ({_years(each)})"
            )
    if not said:
        return f"Who makes {record['name']}: cannot tell, because no open source gives output by country."
    text = "; ".join(said)
    return f"{_capital(text)}."


def _of(record: dict[str, Any], said: list[str]) -> str:
    return "" if said else f" of the world's {record['name']}"


def _years(each: dict[str, Any]) -> str:
    return str(each["period"]).replace("/", " to ")


def normal(record: dict[str, Any]) -> str:
    """What stands in its way, in one sentence."""
    active = [each for each in record["controls"] if each["active"]]
    open_ = [each for each in record["controls"] if each["now"].startswith(("suspended", "cannot tell"))]
    words = f"On {record['day']}, {len(active)} export control{'' if len(active) == 1 else 's'} on it in force"
    words += f" and {len(open_)} suspended or not known" if open_ else ""
    held = [row for row in record["indices"] if row["index"] == "concentration" and row["low"] is not None]
    spread = "; ".join(f"concentration {stage_word(row['stage'])} {row['low']:.2f} of 1" for row in held)
    return f"{words}." + (f" {_capital(spread)} (1 is one country)." if spread else "")


def _old(record: dict[str, Any]) -> str:
    """A remark where the latest figures are more than two years old."""
    today = dt.date.fromisoformat(record["day"]).year
    old = [
        f"{stage_word(each['stage'])}: {each['period']}"
        for each in record["output"]
        if each["period"].isdigit() and today - int(each["period"]) > 2
    ]
    return f"Older than two years: {', '.join(old)}." if old else ""


def _map(record: dict[str, Any]) -> Chart | None:
    """Who makes it, at the last stage that is published."""
    told = [each for each in record["output"] if any(row["share"] for row in each["rows"])]
    if not told:
        return None
    each = told[-1]
    rows = [row for row in each["rows"] if row["share"]]
    tones = classes([row["share"] for row in rows], BOUNDS)
    places = [
        {
            "code": row["country"],
            "name": facts.country_name(row["country"]),
            "tone": tone,
            "label": f"{percent(row['share'])} of output",
        }
        for row, tone in zip(rows, tones, strict=True)
    ]
    first = rows[0]
    word = stage_word(each["stage"])
    rest = f"{exact(each['unnamed'])} {each['unit']} belong to no country by name. " if each["unnamed"] > 0 else ""
    held = (
        f"Withheld by the publisher: {', '.join(map(facts.country_name, each['withheld']))}."
        if each["withheld"]
        else ""
    )
    return Chart(
        id="map", kind="map",
        title=f"{facts.country_name(first['country'])} has {percent(first['share'])} of what is {word}, {each['period']}",
        unit=f"share of world output, {word}, {each['period']}; {each['basis']}", data={"places": places, "origins": [], "tones": "gain"},
        columns=(Column("name", "Country"), number("value", f"Output, {each['unit']}"), number("share", "Share")),
        rows=[{"name": facts.country_name(row["country"]), "value": exact(row["value"]), "share": percent(row["share"])} for row in rows],
        source=source_of([each["source"]], each["grade"]), note=f"Grey: no published output. {rest}{held}",
        legend=tuple((f"gain-{index}", words) for index, words in enumerate(LEGEND)),
    )  # fmt: skip


def _output(record: dict[str, Any], each: dict[str, Any]) -> dict[str, Any]:
    """Output of a stage: the table of makers, and a picture over time."""
    word = stage_word(each["stage"])
    rows = [
        {**country_cell("country", row["country"]), "value": said_exact(row["value"]), "value.why": row["address"],
         "share": said_percent(row["share"]), "share.why": row["share_address"], "grade": row["grade"]}
        for row in each["rows"][:MOST_ROWS]
    ]  # fmt: skip
    return {
        "heading": f"Who has it {word}, {each['period']}", "columns": (OUTPUT[0], number("value", f"Output, {each['unit']}"),
        *OUTPUT[2:]), "rows": rows,
        "basis": each["basis"], "total": None if each["total"] is None else f"{exact(each['total'])} {each['unit']}",
        "total_why": each["total_address"],
        "missing": each["missing"], "more": max(len(each["rows"]) - MOST_ROWS, 0), "chart": _over_time(record, each),
        "source": source_of([each["source"]], each["grade"]),
    }  # fmt: skip


def _over_time(record: dict[str, Any], each: dict[str, Any]) -> Chart | None:
    series = each["series"]
    if len(series["periods"]) < LEAST_POINTS:
        return None
    named = {code: values for code, values in series["countries"].items() if any(value is not None for value in values)}
    return Chart(
        id=f"time-{each['stage']}", kind="lines", title=f"{_capital(record['name'])} {stage_word(each['stage'])}, by its largest makers",
        unit=f"{each['unit']}, {each['basis']}", data={"periods": series["periods"], "series": [
            {"name": facts.country_name(code), "values": values} for code, values in named.items()], "zero": True},
        columns=(Column("period", "Year"), *(number(code, facts.country_name(code)) for code in named)),
        rows=[{"period": period, **{code: said_exact(values[at]) for code, values in named.items()}} for at,
        period in enumerate(series["periods"])],
        source=source_of(series["sources"], each["grade"]),
        note="Each year from the latest edition that has it; no line where a figure is withheld.",
    )  # fmt: skip


def _shares(each: dict[str, Any]) -> dict[str, Any]:
    return {
        "heading": f"Who has it {stage_word(each['stage'])}, {each['period'].replace('/', ' to ')}: shares of the Commission’s study",
        "columns": (Column("country", "Country"), number("share", "Share of world supply")),
        "source": source_of(each["source"].split("; "), each["grade"]),
        "rows": [{**country_cell("country", row["country"]), "share": percent(row["share"]),
        "share.why": row["address"]} for row in each["rows"]],
    }  # fmt: skip


def _prices(record: dict[str, Any]) -> dict[str, Any]:
    """Prices over time: a picture of the longest series, and the latest of all."""
    long = [each for each in record["prices"] if len(each["periods"]) >= LEAST_POINTS][:MOST_SERIES]
    rows = [
        {"form": each["form"], "period": each["periods"][-1], "value": exact(round(each["usd_per_t"][-1], 2)), "value.why": each["address"],
         "since": each["periods"][0], "grade": each["grade"]}
        for each in record["prices"]
    ]  # fmt: skip
    columns = (
        Column("form", "What is priced"),
        Column("period", "Latest"),
        number("value", "USD per t"),
        Column("since", "Since"),
        Column("grade", "Grade"),
    )
    return {"rows": rows, "columns": columns, "chart": _price_chart(record, long) if long else None}


def _price_chart(record: dict[str, Any], long: list[dict[str, Any]]) -> Chart:
    periods = sorted({period for each in long for period in each["periods"]})
    held = [dict(zip(each["periods"], each["usd_per_t"], strict=True)) for each in long]
    names = [_form(each["form"]) for each in long]
    longest = long[0]
    start, end = longest["usd_per_t"][0], longest["usd_per_t"][-1]
    change = f"{end / start:.2g} times its price of {longest['periods'][0]}" if start else "no price to compare with"
    return Chart(
        id="prices", kind="lines", title=f"{_capital(record['name'])} in {longest['periods'][-1]}: {change}", unit="USD per t, nominal",
        data={"periods": periods, "series": [{"name": name, "values": [each.get(period) for period in periods]} for name,
        each in zip(names, held, strict=True)],
              "zero": True},
        columns=(Column("period", "Period"), *(number(str(at), name) for at, name in enumerate(names))),
        rows=[{"period": period, **{str(at): exact(round(each[period], 2)) if period in each else "none published" for at,
        each in enumerate(held)}}
              for period in periods],
        source=source_of([each["source"] for each in long], max(each["grade"] for each in long)),
        note="As published, not adjusted for inflation.",
    )  # fmt: skip


def _form(form: str) -> str:
    """What a series prices, short enough for a legend: without the unit that the publisher puts first."""
    said = form.rpartition("dollars per")[2].partition(": ")[2] or form
    return said if len(said) <= LONGEST_NAME else f"{said[: LONGEST_NAME - 1]}…"


def _trade(record: dict[str, Any]) -> dict[str, Any] | None:
    trade = record["trade"]
    if trade is None:
        return None

    def side(rows: list[dict[str, Any]], who: str) -> list[dict[str, str]]:
        flows = f"/facts/trade?mineral={record['mineral']}&period={trade['period']}&sort=-value_usd_k&where={who}%3D"
        return [
            {
                **country_cell("country", row["country"]),
                "value": exact(round(row["value"])),
                "value.page": flows + row["country"],
                "share": said_percent(row["share"]),
            }
            for row in rows
        ]

    series = trade["series"]
    codes = {each["hs6"]: each["form"] for each in trade["codes"]}
    values = series["unit_values"]
    chart = Chart(
        id="trade", kind="lines", title="What a tonne of it was worth at the border", unit=series["unit"],
        data={"periods": series["periods"], "series": [{"name": f"{code} {codes.get(code, '')}"[:44], "values": each} for code,
        each in values.items()],
              "zero": True},
        columns=(Column("period", "Year"), *(number(code, f"{code}, USD per t") for code in values)),
        rows=[{"period": period, **{code: said_exact(None if each[at] is None else round(each[at])) for code, each in values.items()}}
              for at, period in enumerate(series["periods"])],
        source=source_of([trade["source"]], trade["grade"]),
        note="Value of the world's recorded trade over its gross weight; suspect flows left out.",
    )  # fmt: skip
    return {
        "period": trade["period"], "value": exact(round(trade["value"])), "codes": trade["codes"], "chart": chart, "columns": TRADED,
        "exporters": side(trade["exporters"], "exporter"), "importers": side(trade["importers"], "importer"),
        "source": source_of([trade["source"]],
        trade["grade"]),
    }  # fmt: skip


def _reserves(reserves: dict[str, Any] | None) -> dict[str, Any] | None:
    if reserves is None:
        return None
    rows = [
        {**country_cell("country", row["country"]), "value": exact(row["value"]), "value.why": row["address"]}
        for row in reserves["rows"]
    ]
    return {
        "columns": (RESERVES[0], number("value", f"Reserves, {reserves['unit']}")), "rows": rows, "period": reserves["period"],
        "basis": reserves["basis"],
        "withheld": ", ".join(map(facts.country_name, reserves["withheld"])), "source": source_of([reserves["source"]], reserves["grade"]),
    }  # fmt: skip


def _index(row: dict[str, Any]) -> dict[str, str]:
    from orepact.api.why.of_output import said_ends

    value = said_exact(None) if row["low"] is None else said_ends(row["low"], row["high"])
    more = f"; the three largest have {percent(row['top_3'])}" if row.get("top_3") else ""
    return {
        "index": row["index"], "stage": stage_word(row["stage"]), "value": value, "value.why": row["address"], "unit": row["unit"] + more,
        "period": str(row["period"]).replace("/", " to "), "grade": row["grade"], "missing": row["missing"] or "",
    }  # fmt: skip


def _maker(row: dict[str, Any]) -> dict[str, str]:
    return {
        **country_cell("country", row["country"]), "stage": stage_word(row["stage"]), "tonnes": said_tonnes(row["tonnes"]),
        "tonnes.why": row["address"],
        "share": percent(row["share"]), "abroad": percent(row["abroad"]), "abroad.why": row["address"], "share.why": row["address"],
        "partners": partners(row), "grade": row["grade"],
    }  # fmt: skip


def _buyer(row: dict[str, Any]) -> dict[str, str]:
    return {
        **country_cell("country", row["country"]), "stage": stage_word(row["stage"]), "tonnes": said_tonnes(row["tonnes"]),
        "tonnes.why": row["address"],
        "abroad": percent(row["abroad"]), "abroad.why": row["address"], "reliance": said_reliance(row), "partners": partners(row),
        "grade": row["grade"],
    }  # fmt: skip


def _event(row: dict[str, Any]) -> dict[str, str]:
    target = "everybody" if row["target"] == "all" else facts.country_name(row["target"])
    return {
        "date": row["date"] or said_exact(None), "date.why": row["address"], "event": row["event"], "measure": row["measure"],
        "target": target,
        "status": row["status"], "notice": row["notice"] or "",
    }  # fmt: skip


MINERAL_PAGE = Profile(name="mineral", nav="Minerals", listed=listed, one=one, parameters=("sort",))
