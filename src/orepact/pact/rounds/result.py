"""What a round publishes with its match: sums of which neither one nor the difference of two tells of a firm, and the rest coarsely."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from orepact.pact.pact import Pact
from orepact.pact.rounds.sums import added, bids_hash, bids_of, by_firm, by_form, less, tellable, told
from orepact.pact.state import State
from orepact.planning import matching as engine


@dataclass(frozen=True)
class Bids:
    """Figures of a round by firm. left: demand withdrawn since it was published; wanted and left by form; got and sold: matched."""

    wanted: dict[tuple[str, str], dict[str, int]]
    left: dict[tuple[str, str], dict[str, int]]
    offered: dict[str, int]
    got: dict[tuple[str, str], dict[str, int]]
    sold: dict[str, int]

    @property
    def demand(self) -> int | None:
        """Demand that stands, in sum."""
        moved = all(tellable(each) for each in self.left.values()) and tellable(added(self.left.values()))
        return told(added(self.wanted.values())) if moved and self._unseen(self.wanted) else None

    @property
    def matched(self) -> int | None:
        """What is matched, in sum: not where that tells what one firm did not get."""
        all_got = added(self.got.values())
        missed = less(added(self.wanted.values()), all_got)
        since = added([missed, *self.left.values()])
        return told(all_got) if tellable(missed) and tellable(since) and self._unseen(self.got) else None

    @property
    def offers(self) -> int | None:
        """What is offered, in sum: not where that tells what one firm did not sell."""
        return told(self.offered) if tellable(less(self.offered, self.sold)) else None

    def _unseen(self, figures: dict[tuple[str, str], dict[str, int]]) -> bool:
        """Whether the cells that were withheld from the sheet stay so when the sum of all is told."""
        shown = {form for form, cell in added_cells(self.wanted, self.left).items() if told(cell) is not None}
        return tellable(added(cell for form, cell in figures.items() if form not in shown))


def added_cells(*tables: dict[tuple[str, str], dict[str, int]]) -> dict[tuple[str, str], dict[str, int]]:
    """Tables by form, cell by cell."""
    forms = sorted({form for table in tables for form in table})
    return {form: added(table.get(form, {}) for table in tables) for form in forms}


def bids(pact: Pact, state: State, record: str, answer: engine.Matching) -> Bids:
    """The figures behind a result."""
    demands = bids_of(state, "demand", record)
    offers = {each.id: each.owner for each in bids_of(state, "offer", record)}
    of: dict[str, Any] = {each.id: each for each in demands}
    got: dict[tuple[str, str], list[dict[str, int]]] = {}
    for pair in answer.pairs:
        bid = of[pair.demand]
        got.setdefault((bid.mineral, bid.stage), []).append({bid.owner: pair.quantity})
    return Bids(
        by_form(demands), by_form(_left(pact, state, record)), by_firm(bids_of(state, "offer", record)),
        {form: added(parts) for form, parts in got.items()},
        added({offers[pair.offer]: pair.quantity} for pair in answer.pairs),
    )  # fmt: skip


def _left(pact: Pact, state: State, record: str) -> Iterator[Any]:
    """Demands that were withdrawn once demand was published: a bid that was taken back is touched no more."""
    published: datetime | None = None
    for event in pact.store.events(kind="round", record=record):
        published = event.recorded if event.draft.verb == "aggregate" else published
    for kept in state.all("demand"):
        held: Any = kept.record
        if held.round == record and held.withdrawn and published is not None and kept.recorded > published:
            yield held


def result(pact: Pact, state: State, record: str, answer: engine.Matching) -> dict[str, Any]:
    """The result of a match as it is published; a figure that would tell of one firm is left out."""
    found = bids(pact, state, record, answer)
    wanted, got = added(found.wanted.values()), added(found.got.values())
    said: dict[str, Any] = {
        "demand": found.demand, "offered": found.offers, "matched": found.matched,
        "gap": max((each.gap for each in answer.certificates), default=0.0), "bids": bids_hash(state, record),
        "offers_to_demand": tenths(told(found.offered), told(wanted)), "matched_to_demand": tenths(told(got), told(wanted)),
    }  # fmt: skip
    cap = answer.record()["diversity_cap"]
    if cap is not None and told(got) is not None and told(found.offered) is not None:
        said |= {
            "cap_cost": _one_digit(sum(each["money_per_point"] for each in cap["shadow_prices"])),
            "cap_total": _one_digit(cap["without"]["worth_lost"]),
        }  # fmt: skip
    return {name: value for name, value in said.items() if value is not None}


def tenths(part: int | None, whole: int | None) -> float | None:
    """A share to the nearest tenth, which hides what one firm adds; None where there is nothing to hold it against."""
    return None if part is None or not whole else round(part / whole, 1)


def _one_digit(money: float) -> float:
    """Money to one digit: the marginal price of one bid less that of another is not to be worked out of it."""
    return float(f"{Decimal(money):.0e}")
