"""Sums that were made public of figures that are not: which records they are of, so that no later sum gives one of them away."""

from __future__ import annotations

from orepact.pact.event import Tier
from orepact.pact.kinds.base import RECORDER, Kind, PactRecord, Verb, added
from orepact.policy.attributes import attribute
from orepact.policy.record import Record, Text, number


class Part(Record):
    """A record that a sum was made of, as it stood at one of its versions. Its figure is not repeated here."""

    record: Text = attribute(unit="id", meaning="record", source=RECORDER, max_length=120)
    version: int = attribute(unit="1", meaning="its version at that moment", source=RECORDER, ge=1, strict=True)


class Release(PactRecord):
    """A sum that was released. It names no reader: only auditors see of whom it was made, and nobody by being an administrator."""

    tier: Tier = attribute("party", unit="text", meaning="always party, without readers", source=RECORDER)
    measure: Text = attribute(unit="id", meaning="what was added up", source="D1", max_length=120)
    cell: tuple[Text, ...] = attribute(unit="texts", meaning="in which cell", source="D1", max_length=6)
    figure: float = number(unit="as the measure", meaning="the sum", source="D1")
    parts: tuple[Part, ...] = attribute(
        unit="records", meaning="records that it was made of", source="D1", max_length=10_000
    )

    def title(self) -> str:
        """Measure and cell."""
        return f"{self.measure}, {', '.join(self.cell)}"


RELEASE = Kind(
    "release", "releases", "sums made public of figures that are not", Release,
    {"add": Verb("add", "make a sum public", Release, added, frozenset(), rule="D1")}, confidential=True,
)  # fmt: skip
