"""Bookings of an invented reserve for the demonstration pact: a lot taken in, drawn, given back late, billed; a release overridden."""

from __future__ import annotations

from datetime import date
from typing import Any

from orepact.pact.pact import Command

METAL = "cobalt metal 99.8 %"
OWNER, HOLDER, BUYER = "demo-northern-vault", "demo-fjordmagnet", "demo-kobaltika"
SHOWN = ({"address": "https://example.org/invented/trigger", "grade": "A"},)
_LOT = {
    "form": METAL,
    "purity": 998_000,
    "place": "Rotterdam (invented shed)",
    "custody": "a warehouse keeper (invented)",
}
_ORDER = {
    "form": METAL,
    "grams": 20_000_000,
    "supplier": "a refinery (invented)",
    "price": 2_950_000,
    "due": date(2026, 9, 30),
}
_BOUGHT = {
    "grams": 25_000_000,
    "cost": 75_000_000,
    "assay": "certificate 1 (invented)",
    "origin": "FIN",
    "rotate_by": date(2030, 1, 1),
}
_STEPS: tuple[tuple[str, dict[str, Any], date], ...] = (
    ("form", {"form": METAL, "mineral": "cobalt", "stage": "refined", "storage": 12_000, "least_purity": 998_000}, date(2026, 1, 5)),
    ("agree", {"trigger": "halt", "kind": "verified halt", "words": "two parties verify a halt of exports"}, date(2026, 1, 5)),
    ("order", _ORDER, date(2026, 1, 8)),
    ("receive", {**_LOT, **_BOUGHT}, date(2026, 1, 12)),
    ("grant", {"holder": HOLDER, "form": METAL, "grams": 10_000_000, "price": 3_000_000, "transferable": True}, date(2026, 1, 15)),
    ("draw", {"holder": HOLDER, "form": METAL, "grams": 4_000_000}, date(2026, 2, 2)),
    ("replenish", {**_LOT, "holder": HOLDER, "grams": 3_000_000}, date(2026, 3, 20)),
    ("invoice", {"payer": HOLDER}, date(2026, 4, 15)),
)  # fmt: skip


def demo_parties() -> tuple[Command, ...]:
    """The invented firm that owns the reserve; holder and buyer are firms of the demonstration already."""
    said = {"name": "Northern Vault (invented)", "kind": "firm", "home": "FIN", "demonstration": True}
    return (Command("party", "add", said, OWNER, date(2025, 1, 1)),)


def demo_reserve() -> Command:
    """The books that begin."""
    said = {
        "name": "Northern Vault (invented)", "owner": OWNER, "tier": "firm", "policy": "vault", "objective": "emergency",
        "currency": "EUR", "interest": 50_000, "fee": 10_000, "replenish_days": 30, "lag": 0, "demonstration": True,
    }  # fmt: skip
    return Command("reserve", "add", said, None, date(2026, 1, 5))


def demo_commands(reserve: str) -> tuple[Command, ...]:
    """Bookings, in order, of the reserve whose id :func:`demo_reserve` was given; all of them invented.

    The last is a release for market-making out of an emergency reserve: refused without its override.
    """
    steps = tuple(Command("reserve", verb, data, reserve, day) for verb, data, day in _STEPS)
    release = {"to": BUYER, "form": METAL, "grams": 1_000_000, "purpose": "market-making", "price": 3_100_000}
    reason = "one month's bridge for a plant, agreed by the board (invented)"
    return (
        *steps,
        Command("reserve", "release", release, reserve, date(2026, 4, 20), evidence=SHOWN, override=reason),
    )
