"""What a reader of an 80 % range must know before anything else: how often such ranges held what was seen."""

from __future__ import annotations

from orepact.cases.past import PAST, Held


def too_narrow(held: Held = PAST) -> str:
    """One sentence, for wherever the ranges of an answer over draws are shown."""
    seen = f"{held.inside} of {held.outcomes} observed outcomes"
    return f"In past disruptions {seen} lay inside such 80\u2009% ranges: read them as too narrow."


def with_command() -> str:
    """The same where there is no page to follow: with the command that shows it."""
    return f"{too_narrow()[:-1]} (orepact backtest)."
