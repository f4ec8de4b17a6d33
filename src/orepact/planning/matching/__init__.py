"""Matches demand rounds: the most that bids allow under a diversity cap, then the cheapest, with certificate and reasons.

What enters: a round (``round``), from a file (``reading``) or made by whoever keeps rounds. What leaves: a :class:`Matching` that has
passed our own check in whole numbers (``check``). ``fit`` owns who may trade with whom, ``program`` and ``solve`` the optimum,
``sharing`` ties, ``auction`` prices, ``cap`` what the cap costs, ``why`` the reasons.
"""

from orepact.planning.matching.matching import RULES, Matching, match
from orepact.planning.matching.reading import demonstration, parse_round, read_round, write_demonstration
from orepact.planning.matching.round import Concern, Demand, Offer, Owner, Round

__all__ = [
    "RULES",
    "Concern",
    "Demand",
    "Matching",
    "Offer",
    "Owner",
    "Round",
    "demonstration",
    "match",
    "parse_round",
    "read_round",
    "write_demonstration",
]
