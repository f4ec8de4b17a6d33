"""Origin as a vector: the shares of a batch's content by country that mined it and by country that last refined it, exactly.

Equations (a vector sums to one, what is not known standing in it as ``unknown``):

* O1, mixing: the vector of what an event makes is Σ amount taken * vector of the input / Σ amount taken.
* O2, last refining: what is not refined yet and comes out refined was refined where the event's site stands; refined material that is
  melted or mixed again keeps where it was refined (own proposal: melting again gives no new origin).
* O3, a limit on the content of a country: its share of the content, times content over gross mass (or over value), between the share
  that is known and that plus the unknown; the answer is yes, no, or cannot tell where the limit lies between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from orepact.custody.chain import Chain
from orepact.custody.records import Batch, CoCEvent, Origin

UNKNOWN = "unknown"
NOT_REFINED = "not refined"
DONE = frozenset({"refined", "component"})
"""Stages of what has been refined."""

Vector = dict[str, Fraction]
State = Literal["yes", "no", "cannot tell"]
Basis = Literal["content", "mass", "value"]


@dataclass(frozen=True)
class Origins:
    """Shares of each batch's content by country, or unknown: mined, refined (where it is not refined yet, ``not refined``)."""

    mined: Mapping[str, Vector]
    refined: Mapping[str, Vector]


def origins(chain: Chain) -> Origins:
    """The vectors of every batch of a chain."""
    mined: dict[str, Vector] = {}
    refined: dict[str, Vector] = {}
    for name in chain.order:
        event = chain.maker.get(name)
        batch = chain.batches[name]
        if event is None:
            mined[name], refined[name] = _first_mined(chain, batch), _first_refined(chain, batch)
        else:
            mined[name] = mixed(chain, event, mined)
            refined[name] = _refined(chain, event, batch, refined)
    return Origins(mined, refined)


def vector(parts: Iterable[Origin]) -> Vector:
    """The shares that are given, and what is left of one as unknown."""
    found: Vector = defaultdict(Fraction)
    for each in parts:
        found[each.country] += Fraction(each.share)
    return with_rest({country: share for country, share in found.items() if share})


def with_rest(known: Vector) -> Vector:
    """The vector with what is missing to one as unknown."""
    rest = 1 - sum(known.values(), Fraction(0))
    return known | {UNKNOWN: known.get(UNKNOWN, Fraction(0)) + rest} if rest else dict(known)


def _first_mined(chain: Chain, batch: Batch) -> Vector:
    if batch.mined_in is not None:
        return vector(batch.mined_in)
    country = chain.sites[batch.site].country
    return {country: Fraction(1)} if batch.stage == "mine" and country else {UNKNOWN: Fraction(1)}


def _first_refined(chain: Chain, batch: Batch) -> Vector:
    if batch.refined_in is not None:
        return vector(batch.refined_in)
    if batch.stage not in DONE:
        return {NOT_REFINED: Fraction(1)}
    country = chain.sites[batch.site].country
    return {country: Fraction(1)} if batch.stage == "refined" and country else {UNKNOWN: Fraction(1)}


def mixed(chain: Chain, event: CoCEvent, vectors: Mapping[str, Vector]) -> Vector:
    """O1. Where amounts are not disclosed, what all inputs have in common is kept, and the rest is unknown."""
    taken = chain.taken(event)
    if any(amount is None for amount in taken.values()) or not sum(amount or 0 for amount in taken.values()):
        return _in_common([vectors[name] for name in taken])
    total = sum((amount or Fraction(0) for amount in taken.values()), Fraction(0))
    found: Vector = defaultdict(Fraction)
    for name, amount in taken.items():
        for country, share in vectors[name].items():
            found[country] += share * (amount or 0) / total
    return {country: share for country, share in found.items() if share}


def _in_common(vectors: list[Vector]) -> Vector:
    """The smallest share of each country over some vectors, which every mixture of them has at least."""
    least = {country: min(each.get(country, Fraction(0)) for each in vectors) for country in vectors[0]}
    return with_rest({country: share for country, share in least.items() if share})


def _refined(chain: Chain, event: CoCEvent, batch: Batch, refined: Mapping[str, Vector]) -> Vector:
    """O2."""
    if event.kind == "transformed" and batch.stage == "refined":
        return _refined_here(chain, event, refined)
    found = mixed(chain, event, refined)
    raw = found.pop(NOT_REFINED, Fraction(0)) if batch.stage in DONE else Fraction(0)
    return found | {UNKNOWN: found.get(UNKNOWN, Fraction(0)) + raw} if raw else found


def _refined_here(chain: Chain, event: CoCEvent, refined: Mapping[str, Vector]) -> Vector:
    """What comes out of a refinery: what was refined before keeps where; ore, intermediates and scrap are refined here."""
    taken = chain.taken(event)
    done = [name for name in taken if chain.batches[name].stage in DONE]
    here = chain.sites[event.site].country or UNKNOWN
    if not done:
        return {here: Fraction(1)}
    if len(done) == len(taken):
        return mixed(chain, event, refined)
    total = sum((amount or Fraction(0) for amount in taken.values()), Fraction(0))
    if None in taken.values() or not total:
        return {UNKNOWN: Fraction(1)}
    found: Vector = defaultdict(Fraction)
    for name, amount in taken.items():
        for country, share in (refined[name] if name in done else {here: Fraction(1)}).items():
            found[country] += share * (amount or 0) / total
    return {country: share for country, share in found.items() if share}


@dataclass(frozen=True)
class Bounds:
    """A share that lies between two ends."""

    low: Fraction
    high: Fraction

    def at_least(self, limit: Fraction) -> State:
        """Whether it reaches a limit."""
        if self.low >= limit:
            return "yes"
        return "no" if self.high < limit else "cannot tell"

    def above(self, limit: Fraction) -> State:
        """Whether it is more than a limit."""
        if self.low > limit:
            return "yes"
        return "no" if self.high <= limit else "cannot tell"


def share_in(found: Vector, countries: Iterable[str]) -> Bounds:
    """The share of a set of countries; the unknown may all be theirs, or none of it."""
    inside = set(countries)
    low = sum((share for country, share in found.items() if country in inside), Fraction(0))
    return Bounds(low, low + found.get(UNKNOWN, Fraction(0)))


def in_product(batch: Batch, share: Bounds, basis: Basis) -> Bounds:
    """O3: the share of a country's content in the goods, by content, gross mass or value; from nothing where the batch does not say."""
    if basis == "content":
        return share
    part, whole = (batch.content_kg, batch.mass_kg) if basis == "mass" else (batch.content_value_usd, batch.value_usd)
    if part is None or not whole:
        return Bounds(Fraction(0), share.high)
    weight = Fraction(part) / Fraction(whole)
    return Bounds(share.low * weight, share.high * weight)
