"""Rules of reserves: one state, one kind of events, six rule sets with the same interface ``step(state, event)``.

What enters: a :class:`ReserveState` in whole grams and an event with its day. What leaves: another state, and decisions in words with
grams, money and days. A reserve has one declared objective; a release for another is refused unless an override is logged.
"""

from collections.abc import Iterable
from typing import Any

from orepact.errors import unknown
from orepact.policy.record import read
from orepact.policy.reserve.allocation import Share, allocate, pro_rata
from orepact.policy.reserve.events import EVENTS, Event, Objective, Override, Request
from orepact.policy.reserve.national import DefenseStockpile, Jogmec, Korea
from orepact.policy.reserve.rules import Rules
from orepact.policy.reserve.shared import Australia, EuropeanUnion
from orepact.policy.reserve.state import Books, Decision, Due, Entitlement, ReserveState
from orepact.policy.reserve.vault import Vault

__all__ = [
    "EVENTS", "POLICIES", "Australia", "Books", "Decision", "DefenseStockpile", "Due", "Entitlement", "EuropeanUnion", "Event",
    "Jogmec", "Korea", "Objective", "Override", "Request", "ReserveState", "Rules", "Share", "Vault", "allocate", "policy",
    "pro_rata", "run",
]  # fmt: skip

POLICIES: dict[str, type[Rules]] = {
    "vault": Vault,
    "jogmec": Jogmec,
    "korea": Korea,
    "australia": Australia,
    "eu": EuropeanUnion,
    "nds": DefenseStockpile,
}


def policy(name: str, **terms: Any) -> Rules:
    """A rule set by its short name, with terms of one's own; raises UnknownName or BadInput with all that is wrong."""
    found = POLICIES.get(name.lower())
    if found is None:
        raise unknown("--policy", "rule set", name, POLICIES)
    return read(found, terms, f"rules {name}")


def run(rules: Rules, state: ReserveState, events: Iterable[Event]) -> tuple[ReserveState, tuple[Decision, ...]]:
    """A reserve after a series of events, with all that it decided, in order."""
    decisions: list[Decision] = []
    for event in events:
        state, decided = rules.step(state, event)
        decisions += decided
    return state, tuple(decisions)
