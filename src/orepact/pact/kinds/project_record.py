"""Joint projects."""

from __future__ import annotations

from collections.abc import Iterable

from orepact.pact.kinds.base import EVERY_SIDE, RECORDER, Kind, PactRecord, ordinary
from orepact.policy.attributes import attribute
from orepact.policy.record import Text


class Project(PactRecord):
    """A project with its place in the pipeline."""

    name: Text = attribute(unit="text", meaning="its usual name", source=RECORDER, max_length=300)
    host: tuple[str, ...] = attribute(
        unit="ids", meaning="states in which it lies", source=RECORDER, min_length=1, max_length=10
    )
    minerals: tuple[str, ...] = attribute(unit="ids", meaning="minerals", source=RECORDER, min_length=1, max_length=60)

    def names(self) -> Iterable[tuple[str, str, str]]:
        """Its hosts."""
        return tuple(("host", "party", each) for each in self.host)


PROJECT = Kind("project", "projects", "joint projects and where they stand", Project, ordinary(Project, EVERY_SIDE))
