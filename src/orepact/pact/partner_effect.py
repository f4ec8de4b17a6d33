"""What a buyer imports from a partner, before and after they signed: the test that auditors applied to the Union's partnerships.

Source: European Court of Auditors, Special Report 04/2026, through :func:`orepact.indicators.partners.partner_test`. A rise after a
signature is not yet an effect of it: prices, other buyers and the world's output move as well, which the partner's share of all the
buyer's imports shows in part.

For each mineral and stage of the trade tables: the mean of up to three full years before the year of signature against the mean of up to
three full years after it, in tonnes of content a year. The year of signature itself is in neither. A pair of countries without a recorded
flow in a year that the tables cover has no recorded imports; a year that they do not cover has no figure, and where no full year after the
signature is covered nobody can tell. The buyer is the same countries in every year: those of the day asked.

A tonnage whose unit value is out of all proportion is replaced by the value over the world's unit value, as in the network's tables.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.errors import BadInput, Problem
from orepact.facts import trade
from orepact.indicators.partners import UNTOLD, PartnerTest, partner_test
from orepact.pact.kinds.agreements import Agreement
from orepact.pact.places import countries_of, is_bloc
from orepact.pact.sight import Sight

if TYPE_CHECKING:
    import pandas as pd

WINDOW = 3
"""Full years on each side of a signature, at most."""

SMALL_SHARE = 0.01
"""Own choice: below this share of the buyer's imports in both windows a change is of small numbers, and is marked so."""

COLUMNS = (
    "mineral", "stage", "verdict", "before", "after", "change", "share_verdict", "share_before", "share_after", "years_before",
    "years_after", "grade", "small", "missing",
)  # fmt: skip


@dataclass(frozen=True)
class Effect:
    """One mineral and stage. test: None where no windows can be made. small: whether it is too little for its change to say much.

    years: first and last year of each window; empty where there is none. grade: worst of the flows and contents used.
    """

    mineral: str
    stage: str
    test: PartnerTest | None
    small: bool
    grade: str | None
    missing: str

    @property
    def verdict(self) -> str:
        """``rose``, ``fell``, ``did not change`` or ``cannot tell``."""
        return UNTOLD if self.test is None else self.test.verdict


@dataclass(frozen=True)
class PartnerEffect:
    """Imports of a buyer from the other parties of an agreement, before and after it was signed.

    effects: minerals and stages with imports in one of the windows, or where nobody can tell. none: how many had none in either.
    span: first and last full year of the trade tables that count on the day asked.
    """

    agreement: Agreement
    buyer: str
    partners: tuple[str, ...]
    signed: int | None
    as_of: date
    span: tuple[int, int] | None
    effects: tuple[Effect, ...]
    none: int
    source: str


def partner_effect(
    sight: Sight, agreement: Agreement, as_of: date, *, buyer: str | None = None, mineral: str | None = None
) -> PartnerEffect:
    """Imports before and after the signature of an agreement, by mineral and stage.

    buyer: one of its parties, or a region or country; the bloc among its parties when left out and there is one. mineral: only this one.
    Raises BadInput or UnknownName.
    """
    name = buyer or _buyer_of(sight, agreement, as_of)
    buyers = countries_of(sight, name, as_of)
    if not buyers:
        raise BadInput(Problem("--buyer", "it has no countries on that day", f"'{name}', {as_of}", "name another"))
    partners = _partners(sight, agreement, name, buyers, as_of)
    codes = _codes(None if mineral is None else facts.resolve_mineral(mineral))
    signed = None if agreement.signed is None else int(agreement.signed[:4])
    years = [year for year in _all_years() if year < as_of.year]
    span = (years[0], years[-1]) if years else None
    found = [
        _effect((str(one), str(stage)), tuple(part["hs6"]), signed, years, buyers, frozenset(partners))
        for (one, stage), part in codes.groupby(["mineral", "stage"], sort=True)
    ]
    shown = tuple(each for each in found if each.test is None or each.test.before != 0 or each.test.after != 0)
    return PartnerEffect(
        agreement, name, partners, signed, as_of, span, shown, len(found) - len(shown), ", ".join(_sources(span))
    )


def _buyer_of(sight: Sight, agreement: Agreement, as_of: date) -> str:
    blocs = [each for each in agreement.parties if is_bloc(sight, each, as_of)]
    if len(blocs) == 1:
        return blocs[0]
    raise BadInput(
        Problem("--buyer", "who buys is not clear", ", ".join(agreement.parties), "name the party whose imports you ask about")
    )  # fmt: skip


def _partners(sight: Sight, agreement: Agreement, buyer: str, buyers: frozenset[str], as_of: date) -> tuple[str, ...]:
    """Countries of the other parties that are not the buyer's."""
    others: set[str] = set()
    for party in agreement.parties:
        if party != buyer:
            others |= (countries_of(sight, party, as_of) or frozenset()) - buyers
    if not others:
        raise BadInput(
            Problem("--buyer", "no other party is a country", ", ".join(agreement.parties), "name another buyer")
        )
    return tuple(sorted(others))


def _codes(mineral: str | None) -> pd.DataFrame:
    table = facts.load("trade_codes").drop_duplicates("hs6")
    chosen = table if mineral is None else table[table["mineral"] == mineral]
    if chosen.empty:
        found = f"codes of {table['mineral'].nunique()} others"
        raise BadInput(Problem("--mineral", f"no trade of {mineral} is recorded", found, "choose another"))
    return chosen


@cache
def _covered() -> dict[str, frozenset[int]]:
    """Years of the trade tables by code."""
    world = facts.load("trade_world")
    return {str(code): frozenset(int(year) for year in part["period"]) for code, part in world.groupby("hs6")}


def _all_years() -> list[int]:
    return sorted(set().union(*_covered().values()))


def _sources(span: tuple[int, int] | None) -> list[str]:
    return [] if span is None else sorted(set(_flows(span[1])["source"]))


def _effect(
    pair: tuple[str, str], codes: tuple[str, ...], signed: int | None, years: list[int], buyers: frozenset[str], partners: frozenset[str]
) -> Effect:  # fmt: skip
    """The test of one mineral and stage."""
    covered = [year for year in years if all(year in _covered()[code] for code in codes)]
    before, after, missing = windows(signed, covered)
    if missing or signed is None:
        return Effect(*pair, None, small=False, grade=None, missing=missing)
    ours, everybody, grades = {}, {}, set()
    for year in (*before, *after):
        ours[year], everybody[year], found = _imports(codes, year, buyers, partners)
        grades |= found
    test = partner_test(_known(ours), signed, _known(everybody), before=len(before), after=len(after))
    small = max(test.share_before, test.share_after) < SMALL_SHARE
    return Effect(*pair, test, small=small, grade=max(grades, default=None), missing=test.missing)


def windows(signed: int | None, covered: Iterable[int]) -> tuple[range, range, str]:
    """Up to three full years before and after the year of signature, of those that the tables cover; what is missing where one is empty.

    Example: signed 2022, tables of 2010 to 2024: 2019-21 and 2023-24.
    """
    if signed is None:
        return range(0), range(0), "the day of signature"
    known = set(covered)
    before = after = 0
    while before < WINDOW and signed - before - 1 in known:
        before += 1
    while after < WINDOW and signed + after + 1 in known:
        after += 1
    gaps = [word for word, count in (("before", before), ("after", after)) if not count]
    missing = " and ".join(f"trade of a full year {word} {signed}" for word in gaps)
    return range(signed - before, signed), range(signed + 1, signed + after + 1), missing


def _known(by_year: Mapping[int, float]) -> dict[str, float]:
    return {str(year): value for year, value in by_year.items() if not math.isnan(value)}


def _imports(
    codes: tuple[str, ...], year: int, buyers: frozenset[str], partners: frozenset[str]
) -> tuple[float, float, set[str]]:
    """Tonnes of content that buyers import from partners and from everybody outside; and the grades of the flows from partners."""
    flows = _flows(year)
    flows = flows[flows["hs6"].isin(list(codes))]
    bought = flows[flows["importer"].isin(list(buyers)) & ~flows["exporter"].isin(list(buyers))]
    ours = bought[bought["exporter"].isin(list(partners))]
    return (
        float(ours["tonnes"].sum(skipna=False)),
        float(bought["tonnes"].sum(skipna=False)),
        {str(each) for each in ours["grade"]},
    )


@cache
def _flows(year: int) -> pd.DataFrame:
    """Flows of a year in tonnes of content, each with the worse grade of its flow and of its content."""
    flows = trade.flows(tuple(sorted(_covered())), str(year))
    table = facts.load("trade_codes").drop_duplicates("hs6").set_index("hs6")
    world = facts.load("trade_world")
    unit_value = world[world["period"] == str(year)].set_index("hs6")["unit_value"]
    by_value = flows["value_usd_k"] * 1000.0 / flows["hs6"].map(unit_value)
    doubtful = flows["suspect"] | flows["value"].isna()
    gross = flows["value"].where(~doubtful, by_value).astype(float)
    content_grade = flows["hs6"].map(table["grade"])
    worse = flows["grade"].where(flows["grade"] >= content_grade, content_grade)
    return flows.assign(tonnes=gross * flows["hs6"].map(table["content"]).astype(float), grade=worse)


def effect_answer(found: PartnerEffect) -> dict[str, Any]:
    """The test in JSON terms; tonnes of content a year, shares and changes 0-1."""
    return {
        "agreement": found.agreement.id,
        "name": found.agreement.name,
        "signed": found.agreement.signed,
        "buyer": found.buyer,
        "partners": list(found.partners),
        "as_of": found.as_of.isoformat(),
        "trade_years": None if found.span is None else list(found.span),
        "source": found.source,
        "unit": "t of content a year",
        "counts": dict(Counter(each.verdict for each in found.effects)),
        "no_imports_in_either": found.none,
        "effects": [effect_row(each) for each in found.effects],
    }


def effect_row(each: Effect) -> dict[str, Any]:
    """One mineral and stage in JSON terms."""
    test = each.test
    row: dict[str, Any] = {"mineral": each.mineral, "stage": each.stage, "verdict": each.verdict}
    names = ("before", "after", "change", "share_verdict", "share_before", "share_after")
    row |= {name: None if test is None else _plain(getattr(test, name)) for name in names}
    years = [None, None] if test is None else ["-".join(map(str, each)) for each in test.windows]
    return row | {
        "years_before": years[0], "years_after": years[1], "grade": each.grade, "small": each.small, "missing": each.missing,
    }  # fmt: skip


def _plain(value: float | str) -> float | str | None:
    return None if isinstance(value, float) and math.isnan(value) else value
