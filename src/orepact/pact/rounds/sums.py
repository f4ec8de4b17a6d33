"""Sums of sealed bids that tell of nobody: with three firms or more, and none of them at 85 % or more (D1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orepact.pact.aggregates import LARGEST, LEAST
from orepact.pact.canonical import canonical, digest
from orepact.pact.kinds.rounds import SheetRow
from orepact.pact.state import State


def told(by_firm: Mapping[str, int]) -> int | None:
    """The sum of what each firm has; None where fewer than three have anything, or one of them has 85 % or more."""
    amounts = [amount for amount in by_firm.values() if amount > 0]
    total = sum(amounts)
    if len(amounts) < LEAST or max(amounts) >= LARGEST * total:
        return None
    return total


def by_firm(bids: Iterable[Any]) -> dict[str, int]:
    """Quantity of each firm over its bids, in kilograms."""
    found: dict[str, int] = {}
    for each in bids:
        found[each.owner] = found.get(each.owner, 0) + each.kg
    return found


def bids_of(state: State, kind: str, record: str) -> tuple[Any, ...]:
    """Every standing bid of a round, whoever may read it, in the order of their ids."""
    found: list[Any] = [each.record for each in state.all(kind)]
    return tuple(
        sorted((each for each in found if each.round == record and not each.withdrawn), key=lambda each: each.id)
    )


def sheet(state: State, record: str) -> tuple[SheetRow, ...]:
    """Demand of a round in sum by mineral and stage. One form is one cell; no cell is part of another, so none can be cut out of two."""
    forms: dict[tuple[str, str], list[Any]] = {}
    for each in bids_of(state, "demand", record):
        forms.setdefault((each.mineral, each.stage), []).append(each)
    return tuple(
        SheetRow(mineral=mineral, stage=stage, kg=told(by_firm(bids)))
        for (mineral, stage), bids in sorted(forms.items())
    )


def bids_hash(state: State, record: str) -> str:
    """SHA-256 of every bid that was matched, so that an auditor can tell that these and no others were."""
    rows = [each.model_dump(mode="json") for side in ("demand", "offer") for each in bids_of(state, side, record)]
    for row in rows:
        row.pop("answer"), row.pop("matched")
    return digest(canonical(rows))
