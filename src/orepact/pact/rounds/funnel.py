"""How far a round came: offers against demand, matches against demand, contracts against matches, time, and small firms.

The gas platform that the EU copies for raw materials matched 78 % of demand and contracted about 2 % of it: what counts is the last step.
Figures are those that were published at the close of demand and with the match; what came of matches is told once the round is closed,
since a sum that grows with each report tells of each. Where an exact sum would tell of one firm, a share to the nearest tenth stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from orepact.pact.kinds.bids import REASONS
from orepact.pact.rounds.result import tenths
from orepact.pact.rounds.sums import added, less, tellable, told
from orepact.pact.state import State

WITHHELD = "withheld: too few firms, one of them too large, or a difference that tells of one"


@dataclass(frozen=True)
class Funnel:
    """What a round came to. Quantities in kilograms of content; None where they would tell of one firm, or are not there yet.

    small: share of small and medium firms in what is matched. days: from the opening of demand to the report. reasons: outcomes by code,
    and unreported: matches without one, once the round is closed and where three firms or more report. about: shares to the nearest
    tenth, told where exact ones are not.
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
    about: Mapping[str, float | None]

    def share(self, name: str) -> float | None:
        """Offers to demand, matched to demand, or contracted to matched; None where it is not told."""
        parts = {
            "offers_to_demand": (self.offered, self.demand), "matched_to_demand": (self.matched, self.demand),
            "contracted_to_matched": (self.contracted, self.matched),
        }  # fmt: skip
        part, whole = parts[name]
        return self.about.get(name) if part is None or not whole else part / whole

    def record(self) -> dict[str, Any]:
        """The funnel in JSON terms."""
        return {
            "round": self.round, "state": self.state, "demand_kg": self.demand, "offered_kg": self.offered, "matched_kg": self.matched,
            "contracted_kg": self.contracted, "offers_to_demand": self.share("offers_to_demand"),
            "matched_to_demand": self.share("matched_to_demand"), "contracted_to_matched": self.share("contracted_to_matched"),
            "small_share": self.small, "days": self.days, "reasons": dict(self.reasons), "unreported": self.unreported,
        }  # fmt: skip


def funnel(state: State, record: str) -> Funnel:
    """The funnel of a round, from what is published of it and, once it is closed, from every outcome."""
    kept: Any = state.get("round", record)
    held = kept.record
    result = held.result
    found: list[Any] = [each.record for each in state.all("match")]
    matches = [each for each in found if each.round == record]
    outcomes = _outcomes(matches) if held.state == "closed" else {}
    return Funnel(
        round=record, state=held.state, demand=_demand(held), offered=result and result.offered, matched=result and result.matched,
        contracted=outcomes.get("contracted"), small=_small(state, matches), days=_days(held.steps),
        reasons=outcomes.get("reasons", ()), unreported=outcomes.get("unreported"),
        about={
            "offers_to_demand": result and result.offers_to_demand, "matched_to_demand": result and result.matched_to_demand,
            "contracted_to_matched": outcomes.get("share"),
        },
    )  # fmt: skip


def _demand(held: Any) -> int | None:
    """Demand as published last; in sum only where every cell of the sheet is told."""
    if held.result is not None:
        found: int | None = held.result.demand
        return found
    cells = [row.kg for row in held.sheet]
    return None if None in cells or not cells else sum(cells)


def _outcomes(matches: list[Any]) -> dict[str, Any]:
    """What came of matches: contracts, their share, reasons, and how many have no report; of three buyers or more."""
    got = added({each.buyer: each.kg} for each in matches)
    if told(got) is None:
        return {}
    reported = [each for each in matches if each.outcome is not None]
    signed = added({each.buyer: each.outcome.kg or 0} for each in reported if each.outcome.status == "concluded")
    return {
        "contracted": told(signed) if tellable(less(got, signed)) else None, "share": tenths(told(signed), told(got)),
        "reasons": _reasons(reported), "unreported": len(matches) - len(reported),
    }  # fmt: skip


def _small(state: State, matches: Iterable[Any]) -> float | None:
    """Share of small and medium firms in what is matched; None where of one firm nobody knows its size, or it would tell of one firm."""
    amounts = added({each.buyer: each.kg} for each in matches)
    sizes: dict[str, str | None] = {}
    for firm in amounts:
        kept: Any = state.get("party", firm)
        sizes[firm] = None if kept is None else kept.record.firm_size
    if None in sizes.values() or told(amounts) is None:
        return None
    small = {firm: amount for firm, amount in amounts.items() if sizes[firm] == "small or medium"}
    large = {firm: amount for firm, amount in amounts.items() if firm not in small}
    if not tellable(small) or not tellable(large):
        return None
    return sum(small.values()) / sum(amounts.values())


def _days(steps: Iterable[str]) -> int | None:
    """Days from the opening of demand to the report."""
    days = {name: date.fromisoformat(day) for name, _, day in (each.rpartition(" ") for each in steps)}
    if "demand open" not in days or "reported" not in days:
        return None
    return (days["reported"] - days["demand open"]).days


def _reasons(reported: Iterable[Any]) -> tuple[tuple[str, int], ...]:
    """Outcomes by code. A contract is what has the status of one; where a report of old contradicts itself, its status counts."""
    found: dict[str, int] = {}
    for each in reported:
        status, reason = each.outcome.status, each.outcome.reason
        word = reason if reason in REASONS[status] else "contract signed" if status == "concluded" else "other"
        found[word] = found.get(word, 0) + 1
    return tuple(sorted(found.items(), key=lambda each: (-each[1], each[0])))
