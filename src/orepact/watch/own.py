"""A mineral's evidence with a user's own series in place of the facts'."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from orepact.errors import BadInput, OrepactError, Problem
from orepact.watch.own_series import Kind, Row, cost_percentile, rows_of, series_of, usd_a_tonne
from orepact.watch.series import Evidence, Level, Series
from orepact.watch.shipped import FREIGHT

MOST_TAX = 2.0
LEAST_PRICE, MOST_PRICE = 1e-6, 1e12


def with_own(
    evidence: Evidence,
    texts: Mapping[Kind, str],
    *,
    reference: float | None = None,
    tax: float = 0.0,
    place: str = "--{kind}",
) -> Evidence:
    """The evidence with what a user gives: CSV texts by kind, a reference price (USD a tonne), a tax (share of the price).

    Raises BadInput with everything that is wrong in all of them.
    """
    problems: list[Problem] = []
    changed: dict[str, Any] = {}
    for kind, text in texts.items():
        try:
            changed |= READERS[kind](place.format(kind=kind), text)
        except OrepactError as error:
            problems += error.problems
    if reference is not None:
        if not LEAST_PRICE <= reference <= MOST_PRICE:
            said = f"a price lies between {LEAST_PRICE:g} and {MOST_PRICE:g}"
            problems.append(Problem("--reference", said, f"{reference:g}", "give USD a tonne"))
        changed["reference"] = Level(reference, "USD/t", "the reference price that was given", ("own",))
    if not 0 <= tax <= MOST_TAX:
        problems.append(
            Problem("--tax", "a tax is a share of the price", f"{tax:g}", f"give 0 to {MOST_TAX:g}, as in 0.13")
        )
    if problems:
        raise BadInput(problems)
    if "gap" in changed:
        reach = (1 + FREIGHT) * (1 + tax)
        changed["band"] = (1 / reach, reach)
    return replace(evidence, **changed)


def _prices(place: str, text: str) -> dict[str, Any]:
    rows = rows_of("prices", text, place)
    sides = {
        side: [row for row in rows if row.texts.get("market", "outside") == side] for side in ("outside", "inside")
    }
    found: dict[str, Any] = {}
    series = {
        side: series_of(
            held,
            usd_a_tonne,
            f"{place}, {side}" if sides.get("inside") else place,
            f"{side} price",
            "USD/t",
            "price",
        )
        for side, held in sides.items()
        if held
    }
    if "outside" in series:
        found["price"] = found["held_price"] = replace(series["outside"], what="price that was given")
    if len(series) == len(sides):
        found["gap"] = _ratio(series["inside"], series["outside"], place)
    return found


def _ratio(inside: Series, outside: Series, place: str) -> Series:
    both = [period for period in inside.periods if period in outside.periods]
    if not both:
        found = f"{inside.periods[0]} to {inside.periods[-1]} and {outside.periods[0]} to {outside.periods[-1]}"
        raise BadInput(
            Problem(place, "inside and outside prices share no period", found, "give both for the same months")
        )
    values = tuple(
        inside.values[inside.periods.index(each)] / outside.values[outside.periods.index(each)] for each in both
    )
    return replace(inside, what="inside price over outside price", unit="1", periods=tuple(both), values=values)


def _trade(place: str, text: str) -> dict[str, Any]:
    rows = rows_of("trade", text, place)
    found: dict[str, Any] = {}
    mirrored = [row for row in rows if "reporter" in row.texts]
    if mirrored:
        for reporter, name in (("exporter", "reported_exports"), ("importer", "reported_imports")):
            held = [row for row in mirrored if row.texts["reporter"] == reporter]
            if held:
                found[name] = series_of(
                    held, _tonnes, f"{place}, {reporter}", f"flow as the {reporter} reports it", "t", "reports"
                )
        _none_empty(found.values(), place)
        return found
    came = [row for row in rows if row.texts.get("flow", "imports") == "imports"]
    left = [row for row in rows if row.texts.get("flow") == "exports"]
    if came:
        tonnes = series_of(came, _tonnes, place, "imports that were given", "t", "trade")
        _none_empty([tonnes], place)
        paid = series_of(
            came, lambda row: row.numbers["usd"] / row.numbers["tonnes"], place, "unit value", "USD/t", "trade"
        )
        found |= {"imports": tonnes, "import_price": paid}
    if left:
        found["exports"] = series_of(left, _tonnes, place, "exports that were given", "t", "routes")
    return found


def _tonnes(row: Row) -> float:
    return row.numbers["tonnes"]


def _none_empty(held: Any, place: str) -> None:
    problems = [
        Problem(f"{place}, {period}", "a unit value needs tonnes", "0 t", "leave the row out, or begin after it")
        for series in held
        for period, value in zip(series.periods, series.values, strict=True)
        if value <= 0
    ]
    if problems:
        raise BadInput(problems[:20])


def _costs(place: str, text: str) -> dict[str, Any]:
    return {"cost90": cost_percentile(rows_of("costs", text, place), place)}


def _stocks(place: str, text: str) -> dict[str, Any]:
    rows = rows_of("stocks", text, place)
    found: dict[str, Any] = {"stocks": series_of(rows, _tonnes, place, "stocks that were given", "t", "stocks")}
    spread = [row for row in rows if "spread" in row.numbers]
    if spread:
        found["spread"] = series_of(
            spread, lambda row: row.numbers["spread"], place, "cash less three months", "1", "stocks"
        )
    return found


def _submitters(place: str, text: str) -> dict[str, Any]:
    counts: dict[str, int] = {}
    for row in rows_of("submitters", text, place):
        name = row.texts["submitter"]
        if name in counts:
            raise BadInput(
                Problem(f"{place}, line {row.line}", "a submitter stands twice", f"'{name}'", "add the two up")
            )
        counts[name] = int(row.numbers["submissions"])
    return {"submissions": counts}


READERS: dict[Kind, Callable[[str, str], dict[str, Any]]] = {
    "prices": _prices,
    "trade": _trade,
    "costs": _costs,
    "stocks": _stocks,
    "submitters": _submitters,
}
