"""Innocent explanations of a fall in price, each tested with a figure: does it explain the fall, does it not, or can nobody tell?

Equation: a surplus of ``s`` (change of log quantity) lowers a price by ``s / QUANTITY``, so an explanation covers ``s / QUANTITY / fall``
of it; from one half on it explains it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from orepact import facts
from orepact.watch.shipped_supply import output_by_country, region_use, world_output
from orepact.watch.shipped_trade import SOURCES, codes, mix_shift

if TYPE_CHECKING:
    from orepact.watch.series import Evidence, Series

Verdict = Literal["explains it", "does not", "cannot tell"]
EXPLAINS: Verdict = "explains it"
DOES_NOT: Verdict = "does not"
UNTOLD: Verdict = "cannot tell"

QUANTITY = 0.5
"""Change of log quantity for one of log price, demand and supply together, in a year or two: assumed (grade E), within 0.3 to 1."""

ENOUGH = 0.5
"""Share of the fall from which an explanation explains it."""

BYPRODUCT = 0.5
MOVED = 0.2
"""Share of imports that moves between a mineral's codes in a year from which a change of classification is likely."""

REVISIONS = ("2012", "2017", "2022")
"""Years in which the Harmonized System was revised (recalled): a code may hold other goods from then on."""

YEARS = 2


@dataclass(frozen=True)
class Explanation:
    """One explanation. figure: a sentence with the numbers. share: part of the fall that it covers; None where that cannot be told."""

    name: str
    verdict: Verdict
    figure: str
    share: float | None = None
    sources: tuple[str, ...] = ()
    grade: str = ""


def fall_of(series: Series | None) -> float | None:
    """Fall of log price, the last twelve months against the twelve before (or year against year); below zero is a rise."""
    if series is None:
        return None
    span = 12 if series.frequency == "monthly" else 1
    if len(series) < 2 * span:
        return None
    values = series.array
    return float(math.log(values[-2 * span : -span].mean() / values[-span:].mean()))


def explanations(evidence: Evidence, fall: float | None, currency: float | None = None) -> tuple[Explanation, ...]:
    """All five, in order. currency: change of the exporter's currency against the dollar over the same time, as a share."""
    first = (_new_mine(evidence, fall), _demand(evidence, fall), _exchange(fall, currency))
    return (*first, _byproduct(evidence, fall), _classification(evidence))


def covers(
    name: str, surplus: float, fall: float | None, figure: str, sources: tuple[str, ...], grade: str
) -> Explanation:
    """An explanation by a surplus of so much (change of log quantity)."""
    if fall is None:
        return Explanation(name, UNTOLD, f"{figure}; how far the price fell cannot be told", None, sources, grade)
    if fall <= 0:
        return Explanation(name, DOES_NOT, f"{figure}; the price did not fall", None, sources, grade)
    share = max(0.0, surplus) / QUANTITY / fall
    said = f"{figure}; that covers {min(share, 9.99):.0%} of the fall of {1 - math.exp(-fall):.0%}"
    return Explanation(name, EXPLAINS if share >= ENOUGH else DOES_NOT, said, share, sources, grade)


def _new_mine(evidence: Evidence, fall: float | None) -> Explanation:
    """Only what others than the largest producer add is innocent: growth of the largest is what the screens are about."""
    name = "a new mine or plant ramps up elsewhere"
    held = output_by_country(evidence.mineral, YEARS)
    if held is None:
        return Explanation(name, UNTOLD, "output by country in three years in a row is missing")
    surplus = math.log1p(max(held.added, 0.0) / held.world)
    figure = (
        f"{facts.country_name(held.country)} changed its output by {held.added:+,.0f} t from {held.first} to {held.last}, the most of all "
        f"but the largest producer, {held.added / held.world:+.1%} of what the world made in {held.first} "
        f"({facts.country_name(held.largest)}, the largest: {held.largest_added:+,.0f} t)"
    )
    return covers(name, surplus, fall, figure, held.sources, "D")


def _demand(evidence: Evidence, fall: float | None) -> Explanation:
    name = "demand fell"
    use = region_use(evidence.mineral, facts.resolve_place(evidence.region), facts.region_name(evidence.region))
    if use is None or len(use) < YEARS + 1:
        return Explanation(
            name, UNTOLD, "use by year is missing: nobody publishes the world's, and the region's cannot be added up"
        )
    lost = -math.log(use.values[-1] / use.values[-1 - YEARS])
    figure = f"{use.what} changed by {math.exp(-lost) - 1:+.0%} from {use.periods[-1 - YEARS]} to {use.periods[-1]}"
    return covers(name, lost, fall, f"{figure} (one region in place of the world)", use.sources, "D")


def _exchange(fall: float | None, currency: float | None) -> Explanation:
    name = "the exchange rate moved"
    if currency is None:
        return Explanation(
            name,
            UNTOLD,
            "no table of exchange rates is held; give the change of the exporter's currency with --currency",
        )
    figure = f"the exporter's currency changed by {currency:+.1%} against the dollar (given)"
    if currency <= -1:
        return Explanation(name, UNTOLD, "a currency cannot lose all of its value; give a share above -1")
    if fall is None or fall <= 0:
        return covers(name, 0.0, fall, figure, ("own",), "E")
    return covers(name, -math.log1p(currency) * QUANTITY, fall, figure, ("own",), "E")


def _byproduct(evidence: Evidence, fall: float | None) -> Explanation:
    name = "it comes as a by-product of another metal"
    rows = facts.load("coefficients")
    rows = rows[(rows["mineral"] == evidence.mineral) & rows["value"].notna()]
    total = rows[rows["parameter"] == "share of output as by-product or co-product"]
    hosts = rows[rows["parameter"] == "share of output by host"].sort_values("value", ascending=False)
    if total.empty:
        return Explanation(name, UNTOLD, "the share that comes as a by-product is missing")
    share = float(total["value"].iloc[0])
    sources, grade = tuple(dict.fromkeys(map(str, total["source"]))), str(total["grade"].iloc[0])
    if share < BYPRODUCT:
        return Explanation(name, DOES_NOT, f"{share:.0%} of output is a by-product", None, sources, grade)
    host = next((slug for scope in hosts["scope"] if (slug := _slug(str(scope))) not in {None, evidence.mineral}), None)
    made = None if host is None else world_output(host, "mine") or world_output(host, "refined")
    if host is None or made is None or len(made) < YEARS + 1:
        return Explanation(
            name,
            UNTOLD,
            f"{share:.0%} of output is a by-product; output of its host by year is missing",
            None,
            sources,
            grade,
        )
    grown = math.log(made.values[-1] / made.values[-1 - YEARS])
    years = f"{made.periods[-1 - YEARS]} to {made.periods[-1]}"
    figure = f"{share:.0%} of output is a by-product, and output of {host} changed by {math.exp(grown) - 1:+.0%} from {years}"
    return covers(name, share * grown, fall, figure, (*sources, *made.sources), "D")


def _slug(scope: str) -> str | None:
    from orepact.errors import OrepactError

    try:
        return facts.resolve_mineral(re.split("[;,]", scope, maxsplit=1)[0].strip())
    except OrepactError:
        return None


def _classification(evidence: Evidence) -> Explanation:
    name = "goods moved to another customs code"
    held = codes().get(evidence.mineral)
    if not held:
        return Explanation(name, UNTOLD, "no code of the customs holds this mineral alone, so a move cannot be seen")
    if len(held) == 1:
        code = next(iter(held))
        revised = evidence.imports is not None and evidence.imports.periods[-1] in REVISIONS
        said = f"one code ({code}, Harmonized System of 1992) holds it; the last year {'is' if revised else 'is not'} one of a revision"
        return Explanation(name, UNTOLD if revised else DOES_NOT, said, None, SOURCES, "C")
    moved, year = mix_shift(evidence.mineral, facts.resolve_place(evidence.region))
    if year == "":
        return Explanation(name, UNTOLD, "imports by code in two years in a row are missing")
    said = f"{moved:.0%} of imports moved between the codes {', '.join(held)} in {year}"
    return Explanation(name, EXPLAINS if moved >= MOVED else DOES_NOT, said, moved, SOURCES, "C")
