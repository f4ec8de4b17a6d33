"""Pictures of the page of question 3: duty by origin, prices, output, who gains and who loses, by party and by country."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.report.numbers import interval_of_tonnes, money, money_range, percent, ratio, tonnes
from orepact.report.price_text import BY_USE, SCRAP, SMALLEST, charged, in_words, nobody, paid
from orepact.web.charts import Chart, Column, number

if TYPE_CHECKING:
    from orepact.cases.price_chain import PriceAnswer

MOST_ORIGINS = 8
MOST_PARTIES = 8
"""Of those who lose and of those who gain."""

STEPS = 3
Answer = Mapping[str, Any]


def amount_rows(rows: Sequence[tuple[str, Mapping[str, float]]]) -> list[dict[str, Any]]:
    """Gains and losses as bars with their range: a loss is warm, a gain is cool."""
    return [
        {"name": name, "value": amount["median"], "low": amount["low"], "high": amount["high"], "label": money(amount["median"]),
         "tone": "loss" if amount["median"] < 0 else "gain"}
        for name, amount in rows
    ]  # fmt: skip


def table_rows(rows: Sequence[tuple[str, Mapping[str, float]]]) -> list[dict[str, str]]:
    """The same as a table."""
    return [{"who": name, "median": money(amount["median"]), "range": money_range(amount)} for name, amount in rows]


WHO = (Column("who", "Who"), number("median", "USD a year, median"), number("range", "80 % range"))


def groups(answer: Answer, source: str) -> Chart:
    """Every group that gains or loses, the largest loss first."""
    rows = sorted(((row["who"], row["amount"]) for row in answer["groups"]), key=lambda row: row[1]["median"])
    rows = [row for row in rows if abs(row[1]["median"]) >= SMALLEST]
    title = nobody(answer).removesuffix(".")
    if rows:
        (worst, lost), (best, won) = rows[0], rows[-1]
        title = f"Who pays: {worst} lose {money(-lost['median'])}" if lost["median"] < 0 else "Who pays: nobody loses"
        title += f"; {best} gain {money(won['median'])}" if won["median"] > 0 else ""
    scrap = f" {SCRAP.format(stage=answer['stages'][-1])}" if len(answer["stages"]) > 1 else ""
    return Chart(
        id="groups", kind="bars", title=title, unit=f"USD a year ({answer['base_year']} prices), below zero for who loses",
        data={"rows": amount_rows(rows)}, columns=WHO, rows=table_rows(rows), source=source,
        note="Bar: median of the draws. Line: 80 % of them. The zone levies the duty; partner states are others that "
             f"sent a delegation to the launch of FORGE on 4 February 2026.{scrap}",
    )  # fmt: skip


def parties(answer: Answer, source: str) -> Chart:
    """The parties that lose most and gain most; the table has them all."""
    rows = [(in_words(row["who"], answer["stages"][0]), row["amount"]) for row in answer["payers"]]
    told = [row for row in rows if abs(row[1]["median"]) >= SMALLEST]
    lost = [row for row in told if row[1]["median"] < 0][:MOST_PARTIES]
    won = [row for row in told if row[1]["median"] > 0][-MOST_PARTIES:]
    shown = [*lost, *won]
    title = f"{_first(shown[0][0])} lose most of all" if lost else "No party loses"
    rest = len(rows) - len(shown)
    return Chart(
        id="parties", kind="bars", title=title, unit=f"USD a year ({answer['base_year']} prices), below zero for who loses",
        data={"rows": amount_rows(shown)}, columns=WHO, rows=table_rows(rows), source=source,
        note=f"{rest} more parties, all in the table: producers, refiners, users and treasuries by country." if rest > 0 else "",
    )  # fmt: skip


def _first(text: str) -> str:
    return text[:1].upper() + text[1:]


def duties(answer: Answer, source: str) -> Chart:
    """The duty on a tonne of each origin, and what arrives of it before and after."""
    rows = [row for row in answer["duties"] if row["imports_before_t"] >= 1.0]
    rows = rows or [row for row in answer["duties"] if row["imports_before_t"] > 0]
    shown = [
        {
            "name": facts.country_name(row["origin"]),
            **row["duty"],
            "label": charged(row, "duty", lambda found: tonnes(found["median"])),
            "tone": "plain" if row["exempt"] else "loss",
        }
        for row in rows[:MOST_ORIGINS]
    ]
    title = "Nobody outside sells into the zone"
    if shown:
        title = f"Goods of {shown[0]['name']} pay USD {shown[0]['label']} a tonne"
        title = f"Goods of {shown[0]['name']} pay no duty" if rows[0]["duty"]["median"] <= 0 else title
        title = f"Goods of {shown[0]['name']} are exempt" if rows[0]["exempt"] else title
    why = (
        "Suppliers outside take less, and so the duty fills a wider gap than at the base price."
        if answer["binds"]
        else ""
    )
    more = f" {len(rows) - MOST_ORIGINS} more origins are in the table." if len(rows) > MOST_ORIGINS else ""
    return Chart(
        id="duties", kind="ranges", title=title, unit="duty after, USD per tonne of content; largest origins first",
        data={"rows": shown, "zero": True},
        columns=(Column("origin", "Origin"), number("first", "At the base price, USD/t"), number("then", "After, USD/t (80 % range)"),
                 number("before", "Imports before, t a year"), number("after", "Imports after, t a year"),
                 number("revenue", "Duty paid, USD a year")),
        rows=[
            {"origin": facts.country_name(row["origin"]),
             "first": charged(row, "duty_at_base_price", lambda found: tonnes(found["median"])),
             "then": charged(row, "duty", interval_of_tonnes), "before": tonnes(row["imports_before_t"]),
             "after": interval_of_tonnes(row["imports_after_t"]),
             "revenue": f"{money(row['revenue']['median'])} ({money_range(row['revenue'])})"}
            for row in rows
        ],
        source=source, note=f"{why}{more}".strip(),
    )  # fmt: skip


PRICES = (("zone", "Buyers in the zone pay"), ("outside", "Buyers elsewhere pay"), ("zone_producers", "Producers in the zone get"),
          ("outside_producers", "Producers elsewhere get"))  # fmt: skip


def prices(answer: Answer, source: str) -> Chart:
    """Prices inside and outside the zone, times the base price."""
    rows = [(name, answer["prices"][key]) for key, name in PRICES if key in answer["prices"]]
    shown = [
        {"name": name, **found, "label": f"{ratio(found['median'])} ×", "tone": _tone(key, found)}
        for (name, found), key in zip(rows, [key for key, _ in PRICES if key in answer["prices"]], strict=True)
    ]
    title = paid(answer) if "zone" in answer["prices"] else "No prices can be told"
    return Chart(
        id="prices", kind="ranges", title=title, unit="times the base price", data={"rows": shown, "rule": 1.0, "padded": True},
        columns=(Column("name", "Who"), number("median", "Median, × base"), number("range", "80 % range")),
        rows=[
            {"name": name, "median": ratio(found["median"]), "range": f"{ratio(found['low'])} to {ratio(found['high'])}"}
            for name, found in rows
        ],
        source=source, note="Dot: median of the draws. Bar: 80 % of them. 1 is the base price; the duty is in what users pay.",
    )  # fmt: skip


def _tone(key: str, found: Mapping[str, float]) -> str:
    """Whether the party is worse off: users where they pay more, producers where they get less."""
    if found["low"] <= 1 <= found["high"]:
        return "plain"
    return "loss" if (found["median"] > 1) != key.endswith("producers") else "gain"


MADE = {"mine": "Mined", "refined": "Refined", "use": "Used"}


def output(answer: Answer, source: str) -> Chart:
    """What is made and used more (or less), inside and outside."""
    rows = []
    for key, found in answer["output"].items():
        what, _, side = key.removesuffix("_t").rpartition("_")
        rows.append((f"{MADE.get(what, what)} {'in the zone' if side == 'zone' else 'elsewhere'}", found))
    shown = [
        {"name": name, **found, "label": tonnes(found["median"]), "tone": "loss" if found["median"] < 0 else "gain"}
        for name, found in rows
    ]
    stage = answer["stage"]
    made = answer["output"][f"{stage}_zone_t"]
    verb = "mined" if stage == "mine" else stage
    return Chart(
        id="output", kind="ranges", title=f"{tonnes(made['median'])} tonnes a year more are {verb} in the zone",
        unit="tonnes of content a year, against the base year", data={"rows": shown, "rule": 0.0, "zero": True},
        columns=(Column("name", "What"), number("more", "More (below zero: less), t a year (80 % range)")),
        rows=[{"name": name, "more": interval_of_tonnes(found)} for name, found in rows], source=source,
        note="With the capacity that is there: a mine or plant that the price would open is not among it.",
    )  # fmt: skip


def sectors(answer: Answer, source: str) -> Chart | None:
    """What users lose by the sector that uses the mineral, where the facts have shares of use."""
    rows = answer["sectors"]
    if not rows:
        return None
    names = {"EU27": "EU", "USA": "US"}
    shown = [(f"{names.get(row['region'], row['region'])}: {_sector(row['sector'])}", row) for row in rows]
    bars = [
        {"name": name, **row["amount"], "label": money(row["amount"]["median"]), "tone": "loss"} for name, row in shown
    ]
    return Chart(
        id="sectors", kind="ranges", title=f"By using sector: {shown[0][0]} loses most", unit="USD a year, below zero for a loss",
        data={"rows": bars, "zero": True},
        columns=(Column("name", "Sector"), number("share", "Share of use"),
                 number("median", "USD a year, median"), number("range", "80 % range")),
        rows=[
            {"name": name, "share": percent(row["share_of_use"]), "median": money(row["amount"]["median"]),
             "range": money_range(row["amount"])}
            for name, row in shown
        ],
        source=source, note=f"By sector; {BY_USE}." if any(row["named_by"] == "use" for row in rows) else "",
    )  # fmt: skip


def _sector(name: str) -> str:
    """A sector without its code and what begins every name of its kind."""
    words = name.split(" - ", 1)[-1]
    return words.removeprefix("Manufacture of ")


def country_map(found: PriceAnswer, source: str) -> Chart:
    """Gains and losses of countries, in steps of ten; hatched where the range holds both signs."""
    rows = sorted(found.countries().items(), key=lambda row: row[1]["median"])
    told = [row for row in rows if abs(row[1]["median"]) >= 1.0]
    most = max((abs(amount["median"]) for _, amount in told), default=1.0)
    top = 10.0 ** math.floor(math.log10(most))
    places = [
        {"code": country, "name": facts.country_name(country), "untold": _both_signs(amount),
         "tones": "loss" if amount["median"] < 0 else "gain", "tone": _step(abs(amount["median"]), top),
         "label": f"{'loses' if amount['median'] < 0 else 'gains'} USD {money(abs(amount['median']))} a year ({money_range(amount)})"}
        for country, amount in told
    ]  # fmt: skip
    sure = [row for row in told if not _both_signs(row[1])]
    title = _map_title(sure, len(told) - len(sure))
    return Chart(
        id="map", kind="map", title=title, unit=f"USD a year ({found.network.base_year} prices): users, producers, "
        "refiners and treasury of a country together", data={"places": places, "origins": [], "tones": "loss"},
        columns=WHO, rows=table_rows([(facts.country_name(country), amount) for country, amount in rows]), source=source,
        note="Hatched: the 80 % range holds both a gain and a loss. Grey: no figure of its own.", legend=_legend(top),
    )  # fmt: skip


def _both_signs(amount: Mapping[str, float]) -> bool:
    return amount["low"] < 0 < amount["high"]


def _step(size: float, top: float) -> int:
    """Classes of ten: 5 from ``top`` on, 3 from a tenth of it, 1 below."""
    return 5 if size >= top else 3 if size >= top / 10 else 1


def _legend(top: float) -> tuple[tuple[str, str], ...]:
    words = ((5, f"{money(top)} and more"), (3, f"{money(top / 10)} to {money(top)}"), (1, f"below {money(top / 10)}"))
    lost = [(f"loss-{step}", f"loses {said}") for step, said in words]
    won = [(f"gain-{step}", f"gains {said}") for step, said in reversed(words)]
    return (*lost, *won, ("untold", "either"))


def _map_title(rows: Sequence[tuple[str, Mapping[str, float]]], either: int) -> str:
    """Who loses and gains most, of those whose sign is sure where ``either`` others may do both."""
    lost = [row for row in rows if row[1]["median"] < 0 and row[0] != "ROW"]
    won = [row for row in rows if row[1]["median"] > 0 and row[0] != "ROW"]
    parts = [f"{facts.country_name(lost[0][0])} loses most"] if lost else []
    parts += [f"{facts.country_name(won[-1][0])} gains most"] if won else []
    if not parts:
        return "No country's gain or loss can be told"
    said = ", ".join(parts)
    return f"Of those whose sign is sure {said}; {either} more may gain or lose" if either else said
