"""Options that several commands of the pact read alike."""

from __future__ import annotations

from datetime import date

from orepact.policy.record import Day, Record, read


class _AsOf(Record):
    """The day that a question is about."""

    as_of: Day


def day_of(text: str | None) -> date | None:
    """The day of ``--as-of``; None where it is left out. Raises BadInput for what is no day."""
    return None if text is None else read(_AsOf, {"as_of": text}).as_of
