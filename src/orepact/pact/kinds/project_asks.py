"""What the verbs of a project ask for, beside the parts of its record."""

from __future__ import annotations

from orepact.pact.kinds.base import RECORDER
from orepact.pact.kinds.project_parts import ACT, LostBy, State
from orepact.policy.attributes import attribute
from orepact.policy.record import Day, Record, Text

MOST_MORE_DAYS = 90
"""Article 7: how many days more there may be for the decision on recognition, in exceptional cases."""


class Move(Record):
    """The state that a project enters."""

    to: State = attribute(unit="text", meaning="the next state", source="D2")


class Placed(Record):
    """Where a project stands as its source reports it, without the steps before."""

    state: State | None = attribute(None, unit="text", meaning="state; nothing where it is not known", source="D2")
    state_since: Day | None = attribute(None, unit="date", meaning="day on which it entered it", source=RECORDER)
    reported: Text = attribute(unit="text", meaning="in the words of the source", source=RECORDER, max_length=300)
    paused: bool = attribute(default=False, unit="1", meaning="whether it stands still for now", source=RECORDER)
    construction: bool = attribute(default=False, unit="1", meaning="whether it is being built", source=RECORDER)


class ByCountry(Record):
    """Which host state."""

    country: Text = attribute(unit="id", meaning="host state", source=f"{ACT}, Article 7", max_length=120)


class Against(ByCountry):
    """Which host state objects, and why."""

    reason: Text = attribute(unit="text", meaning="why it objects", source=f"{ACT}, Article 7", max_length=2000)


class ForReason(Record):
    """Why the clock stops."""

    reason: Text = attribute(unit="text", meaning="why", source=f"{ACT}, Article 11", max_length=1000)


class Lengthening(ForReason):
    """Months more for the permit."""

    months: int = attribute(
        unit="months", meaning="months more: at most 6 with extraction, else 3", source=f"{ACT}, Article 11(4)", ge=1,
        strict=True,
    )  # fmt: skip


class MoreDays(ForReason):
    """Days more for the decision on recognition."""

    days: int = attribute(
        unit="days", meaning="days more, at most 90", source=f"{ACT}, Article 7", ge=1, le=MOST_MORE_DAYS, strict=True
    )


class Started(Record):
    """When the permit clock began."""

    complete: Day = attribute(
        unit="date", meaning="day on which the application was acknowledged as complete", source=f"{ACT}, Article 11(6)"
    )


class Decision(Record):
    """The decision on the permit."""

    granted: bool = attribute(
        unit="1", meaning="whether the permit is granted", source=f"{ACT}, Article 11", strict=True
    )
    authority: Text | None = attribute(
        None, unit="text", meaning="who decides", source=f"{ACT}, Article 9", max_length=300
    )


class Told(Record):
    """What the promoter reports."""

    words: Text = attribute(
        unit="text", meaning="progress, permits, money, reasons for delay", source=f"{ACT}, Article 8", max_length=4000
    )


class Losing(Record):
    """Why the status is lost."""

    cause: LostBy = attribute(unit="text", meaning="by what", source=f"{ACT}, Article 7")
    reason: Text = attribute(unit="text", meaning="in words", source=RECORDER, max_length=2000)
