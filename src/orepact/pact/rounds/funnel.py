"""How far a round came: offers against demand, matches against demand, contracts against matches, time, and small firms.

The gas platform that the EU copies for raw materials matched 78 % of demand and contracted about 2 % of it: what counts is the last step.
A share is told only where both of its sums may be told; else it is withheld, and said so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from orepact.pact.kinds.rounds import ORDER
from orepact.pact.rounds.sums import bids_of, by_firm, told
from orepact.pact.state import State

WITHHELD = "withheld: too few firms, or one of them too large"


@dataclass(frozen=True)
class Funnel:
    """What a round came to. Quantities in kilograms of content; None where they would tell of one firm, or are not there yet.

    small: share of small and medium firms in what is matched. days: from the opening of demand to the report. reasons: outcomes by code,
    counted only where three firms or more report.
    """

    round: str
    state: str
    demand: int | None
    offered: int | None
    matched: int | None
    contracted: int | None
    small: float | None
    days: int | None
    reasons: tuple[tuple[str, int], ...]
    unreported: int | None

    def ratio(self, part: int | None, whole: int | None) -> float | None:
        """A share; None where either is not told, or there is nothing to have a share of."""
        return None if part is None or not whole else part / whole

    def record(self) -> dict[str, Any]:
        """The funnel in JSON terms."""
        return {
            "round": self.round, "state": self.state, "demand_kg": self.demand, "offered_kg": self.offered, "matched_kg": self.matched,
            "contracted_kg": self.contracted, "offers_to_demand": self.ratio(self.offered, self.demand),
            "matched_to_demand": self.ratio(self.matched, self.demand), "contracted_to_matched": self.ratio(self.contracted, self.matched),
            "small_share": self.small, "days": self.days, "reasons": dict(self.reasons), "unreported": self.unreported,
        }  # fmt: skip


def funnel(state: State, record: str) -> Funnel:
    """The funnel of a round, from every bid and outcome, with what tells of one firm left out."""
    kept: Any = state.get("round", record)
    held = kept.record
    found: list[Any] = [each.record for each in state.all("match")]
    matches = [each for each in found if each.round == record]
    reported = [each for each in matches if each.outcome is not None]
    firms = {each.buyer for each in matches}
    enough = told({each.buyer: 1 for each in matches}) is not None if len(firms) > 1 else False
    closed = ORDER.index(held.state) > ORDER.index("demand open")
    return Funnel(
        round=record, state=held.state,
        demand=told(by_firm(bids_of(state, "demand", record))) if closed else None,
        offered=told(by_firm(bids_of(state, "offer", record))) if ORDER.index(held.state) > ORDER.index("supply open") else None,
        matched=told(_sums(matches, "kg")), contracted=told(_contracted(reported)), small=_small(state, matches) if enough else None,
        days=_days(held.steps), reasons=_reasons(reported) if enough else (), unreported=len(matches) - len(reported) if enough else None,
    )  # fmt: skip


def _sums(matches: Iterable[Any], field: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in matches:
        found[each.buyer] = found.get(each.buyer, 0) + getattr(each, field)
    return found


def _contracted(reported: Iterable[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in reported:
        found[each.buyer] = found.get(each.buyer, 0) + (each.outcome.kg or 0)
    return found


def _small(state: State, matches: Iterable[Any]) -> float | None:
    """Share of small and medium firms in what is matched; None where of one firm nobody knows its size, or it would tell of one firm."""
    sizes: dict[str, str | None] = {}
    amounts = _sums(matches, "kg")
    for firm in amounts:
        kept: Any = state.get("party", firm)
        sizes[firm] = None if kept is None else kept.record.firm_size
    if None in sizes.values():
        return None
    small = {firm: amount for firm, amount in amounts.items() if sizes[firm] == "small or medium"}
    large = {firm: amount for firm, amount in amounts.items() if firm not in small}
    if (small and told(small) is None) or (large and told(large) is None):
        return None
    total = sum(amounts.values())
    return sum(small.values()) / total if total else None


def _days(steps: Iterable[str]) -> int | None:
    """Days from the opening of demand to the report."""
    days = {name: date.fromisoformat(day) for name, _, day in (each.rpartition(" ") for each in steps)}
    if "demand open" not in days or "reported" not in days:
        return None
    return (days["reported"] - days["demand open"]).days


def _reasons(reported: Iterable[Any]) -> tuple[tuple[str, int], ...]:
    found: dict[str, int] = {}
    for each in reported:
        found[each.outcome.reason] = found.get(each.outcome.reason, 0) + 1
    return tuple(sorted(found.items(), key=lambda each: (-each[1], each[0])))
