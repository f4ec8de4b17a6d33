"""Parts that the pages of minerals and countries share: cells with their trails, controls, agreements, sorting of lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from orepact import facts
from orepact.errors import BadInput, unknown_problem
from orepact.indicators.profiles import EVERYBODY, place_name
from orepact.report.numbers import UNTOLD, exact, percent, tonnes
from orepact.web.charts import Column, number
from orepact.web.sources import source_line

STAGE_WORDS = {"mine": "mined", "refined": "refined", "all": "all stages", "*": "any stage"}
Row = dict[str, str]

CONTROL_COLUMNS = (
    Column("mineral", "Mineral"), Column("measure", "Measure"), Column("now", "On this day"), Column("stage", "Stage"),
    Column("by", "By"), Column("target", "Against"), Column("basis", "What it is"), Column("grade", "Grade"),
)  # fmt: skip
AGREEMENT_COLUMNS = (
    Column("name", "Agreement"),
    Column("date", "Date"),
    Column("status", "State"),
    Column("parties", "Parties"),
    Column("grade", "Grade"),
)
PROJECT_COLUMNS = (
    Column("name", "Project"), Column("where", "Where"), Column("minerals", "Minerals"), Column("stages", "Stages"), Column("status",
    "State"),
    number("start", "Start"), number("value", "Size"), Column("grade", "Grade"),
)  # fmt: skip


def said_percent(share: float | None) -> str:
    """A share in words; ``cannot tell`` where there is none."""
    return UNTOLD if share is None else percent(share)


def said_tonnes(value: float | None) -> str:
    """Tonnes in words; ``cannot tell`` where there are none."""
    return UNTOLD if value is None else tonnes(value)


def said_exact(value: float | None) -> str:
    """A published figure in words; ``cannot tell`` where there is none."""
    return UNTOLD if value is None else exact(value)


def said_reliance(row: Mapping[str, Any]) -> str:
    """Net import reliance in words: a net exporter relies on nobody."""
    value = row["net_import_reliance"]
    return said_percent(value) if value is None or value > 0 else "net exporter"


def stage_word(stage: str) -> str:
    """A stage in words."""
    return STAGE_WORDS.get(stage, stage)


def country_cell(key: str, code: str) -> Row:
    """A cell that names a country and leads to its page."""
    name = place_name(code)
    return {key: name} if code in ("ROW", "OTH", "WLD") else {key: name, f"{key}.page": f"/country/{code}"}


def mineral_cell(key: str, slug: str) -> Row:
    """A cell that names a mineral and leads to its page."""
    name = facts.mineral_name(slug)
    return {
        key: name.replace("_", " "),
        **(
            {f"{key}.page": f"/mineral/{slug}"}
            if name != slug or facts.load("minerals")["mineral"].eq(slug).any()
            else {}
        ),
    }


def partners(row: Mapping[str, Any]) -> str:
    """The largest partners abroad with their shares."""
    said = ", ".join(f"{facts.country_name(each['country'])} {percent(each['share'])}" for each in row["partners"])
    return said.replace("\u2009", "\u202f") or "nobody abroad"


def control_rows(controls: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Controls as rows, those in force first."""
    rows = sorted(controls, key=lambda each: (not each["active"], each["mineral"], each["start"] or ""))
    return [
        {**mineral_cell("mineral", each["mineral"]), "measure": each["measure"], "measure.why": each["address"], "now": each["now"],
         "stage": stage_word(each["stage"]), **country_cell("by", each["country"]), "basis": each["basis"], "grade": each["grade"],
         "target": "everybody" if each["target"] == EVERYBODY else place_name(each["target"])}
        for each in rows
    ]  # fmt: skip


def agreement_rows(agreements: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Agreements as rows."""
    return [
        {"name": each["name"], "name.why": each["address"], "date": each["date"] or f"{UNTOLD}: no page seen gives it",
        "status": each["status"],
         "parties": ", ".join(place_name(code) for code in str(each["parties"]).split("|")), "grade": each["grade"]}
        for each in agreements
    ]  # fmt: skip


def project_rows(projects: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Projects as rows."""
    return [
        {"name": each["name"], "name.why": each["address"],
         "where": ", ".join(place_name(code) for code in str(each["parties"] or "").split("|") if code) or UNTOLD,
         "minerals": ", ".join(facts.mineral_name(slug) for slug in str(each["minerals"] or "").split("|") if slug),
         "stages": str(each["stages"] or "").replace("|", ", "), "status": each["status"] or UNTOLD, "start": each["start"] or UNTOLD,
         "value": UNTOLD if each["value"] is None else f"{exact(float(each['value']))} {each['unit']}", "grade": each["grade"]}
        for each in projects
    ]  # fmt: skip


def source_of(ids: Sequence[str], grade: str) -> str:
    """The line of sources under a picture."""
    return source_line(facts.sources(sorted(set(ids))).astype(str).to_dict("records"), grade)


def sorted_rows(
    rows: Sequence[Mapping[str, Any]], values: Mapping[str, str], keys: Sequence[str], usual: str
) -> tuple[list[Mapping[str, Any]], str]:
    """Rows by the column that an address asks for (``-`` first for the largest first), and that column; empty cells last."""
    sort = values.get("sort", usual)
    key = sort.removeprefix("-")
    if key not in keys:
        raise BadInput(unknown_problem("sort", "column", key, keys))
    held = [row for row in rows if row[key] is not None]
    ordered = sorted(held, key=lambda row: row[key], reverse=sort.startswith("-"))
    return [*ordered, *(row for row in rows if row[key] is None)], sort


def headings(base: str, columns: Sequence[tuple[str, str, bool]], sort: str) -> list[dict[str, Any]]:
    """Headings that sort: key, words, whether a number, link, and how it is sorted now. Numbers begin with the largest."""
    found = []
    for key, words, is_number in columns:
        first = f"-{key}" if is_number else key
        other = key if is_number else f"-{key}"
        state = {key: "ascending", f"-{key}": "descending"}.get(sort, "")
        found.append(
            {
                "key": key,
                "words": words,
                "number": is_number,
                "sorted": state,
                "link": f"{base}?{urlencode({'sort': other if sort == first else first})}",
            }
        )
    return found
