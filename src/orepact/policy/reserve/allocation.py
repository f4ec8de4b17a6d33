"""Who gets how much when not all can have what they ask for: by right first, then essential use, then pro rata.

Shares are worked out in whole grams by largest remainder; equal remainders go by name, so the order of requests changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orepact.policy.reserve.events import Request


@dataclass(frozen=True)
class Share:
    """What one holder gets, in grams: by right, for essential use, and of what is left."""

    by_right: int = 0
    essential: int = 0
    pro_rata: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return self.by_right + self.essential + self.pro_rata


def pro_rata(available: int, asked: Mapping[str, int]) -> dict[str, int]:
    """What is available shared out in proportion to what is asked for, whole grams; nobody gets more than asked."""
    wanted = sum(asked.values())
    if wanted <= available:
        return dict(asked)
    shares = {name: available * each // wanted for name, each in asked.items()}
    order = sorted(asked, key=lambda name: (-(available * asked[name] % wanted), name))
    for name in order[: available - sum(shares.values())]:
        shares[name] += 1
    return shares


def allocate(requests: Sequence[Request], rights: Mapping[str, int], *, held: int, free: int) -> dict[str, Share]:
    """Each holder's share: by right out of all that is held, the rest out of what nobody else has a right to.

    held: grams in the warehouse. free: grams of it that can go to anybody, while the rights last untouched.
    """
    asked, essential = _summed(requests)
    by_right = pro_rata(held, {name: min(grams, rights.get(name, 0)) for name, grams in asked.items()})
    left = min(free, held - sum(by_right.values()))
    vital = pro_rata(left, {name: max(min(essential[name], asked[name]) - by_right[name], 0) for name in asked})
    left -= sum(vital.values())
    rest = pro_rata(left, {name: asked[name] - by_right[name] - vital[name] for name in asked})
    return {name: Share(by_right[name], vital[name], rest[name]) for name in asked}


def _summed(requests: Sequence[Request]) -> tuple[dict[str, int], dict[str, int]]:
    """What each holder asks for, and of it for essential use, over all its requests."""
    asked: dict[str, int] = {}
    essential: dict[str, int] = {}
    for each in requests:
        asked[each.holder] = asked.get(each.holder, 0) + each.grams
        essential[each.holder] = essential.get(each.holder, 0) + each.essential
    return asked, essential
