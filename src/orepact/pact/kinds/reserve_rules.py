"""Rules of reserves as data, for the books that a reserve keeps: who may draw, what opens it, what is given back and by when.

Each row is a policy of ``orepact.policy.reserve``, from whose terms its numbers come; the books apply them to real lots. What a reserve
agrees for itself (days to give back, say) stands before the row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

PolicyName = Literal["vault", "jogmec", "korea", "australia", "eu_art_22", "nds"]
TriggerKind = Literal["verified halt", "import fall", "premium", "official request"]
EVERY_TRIGGER: frozenset[TriggerKind] = frozenset({"verified halt", "import fall", "premium", "official request"})


@dataclass(frozen=True)
class BookRules:
    """What the books of one policy allow.

    draws: whether holders have rights to draw. give_back: whether a draw is given back in kind. replenish_months: by when.
    lends: whether it lends; loan_months: for how long at most. opened_by: triggers that can open it. emergency_only: whether it serves
    nothing else, whoever says so. hidden: whether quantities are never published. release_days and emergency_days: days to a release.
    fall, weeks, premium: from which an observed figure counts as a trigger, where the trigger itself names none.
    """

    name: str
    title: str
    source: str
    draws: bool = False
    give_back: bool = False
    replenish_months: int | None = None
    lends: bool = False
    loan_months: int | None = None
    opened_by: frozenset[TriggerKind] = EVERY_TRIGGER
    emergency_only: bool = False
    hidden: bool = False
    release_days: int | None = None
    emergency_days: int | None = None
    fall: float = 0.25
    weeks: int = 8
    premium: float = 0.25


OWN: dict[str, dict[str, Any]] = {
    "vault": {"draws": True, "give_back": True},
    "jogmec": {"hidden": True},
    "korea": {"lends": True},
    "australia": {"draws": True},
    "eu_art_22": {},
    "nds": {"opened_by": frozenset({"official request"}), "emergency_only": True},
}
"""What is each policy's own, beside its numbers."""


@cache
def rules_of(name: str) -> BookRules:
    """The rules of a policy, with its numbers. Raises KeyError where there is none."""
    from orepact.policy.reserve import policy

    own = OWN[name]
    terms: Any = policy({"eu_art_22": "eu"}.get(name, name))
    return BookRules(
        name, terms.RULE, terms.SOURCE, **own, fall=terms.fall, weeks=terms.weeks, premium=terms.premium,
        replenish_months=terms.replenish_months if own.get("give_back") else None,
        loan_months=getattr(terms, "loan_months", None), release_days=getattr(terms, "days", None),
        emergency_days=getattr(terms, "emergency_days", None),
    )  # fmt: skip
