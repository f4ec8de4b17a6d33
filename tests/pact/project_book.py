"""A pact in memory with a few parties, for tests of projects: what is done to one project, and what it leads to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from orepact.pact import KEEPER, Command, Pact, Sight
from orepact.pact.access import Viewer
from orepact.pact.kinds.project_record import Project

SHOWN = ({"title": "a page"},)
CRITERIA = ("security of supply", "technical feasibility", "sustainability")
MINE = {
    "name": "Hill mine", "host": ["PRT"], "minerals": ["lithium"], "stages": ["mine"], "activity": "extraction",
    "unfc": "E1.1 F2.1 G1+2",
}  # fmt: skip
STATES = ("PRT", "ZMB", "DEU")


class Book:
    """One pact, and one project of it."""

    def __init__(self, pact: Pact) -> None:
        self.pact = pact

    def do(self, verb: str, data: dict[str, Any] | None = None, day: str | None = None, **how: Any) -> Project:
        """Do something to the project; the project after it."""
        on = None if day is None else date.fromisoformat(day)
        how = {"evidence": SHOWN, "record": "mine"} | how
        viewer: Viewer = how.pop("viewer", KEEPER)
        found = self.pact.do(viewer, Command("project", verb, data or {}, effective=on, **how)).kept.record
        assert isinstance(found, Project)
        return found

    def sight(self, day: str | None = None) -> Sight:
        """What the keeper sees on a day."""
        return self.pact.sight(KEEPER, None if day is None else date.fromisoformat(day))

    def to_permitting(self, **said: Any) -> Project:
        """The project taken to permitting: application complete on 31 May 2024."""
        self.do("add", MINE | said, "2024-01-02")
        self.do("move", {"to": "complete"}, "2024-01-20")
        for name in (*CRITERIA, "cross-border benefit"):
            self.do("assess", {"criterion": name, "met": "yes", "reason": "the study"}, "2024-02-01")
        self.do("move", {"to": "assessed"}, "2024-03-01")
        self.do("move", {"to": "recognised"}, "2024-03-25")
        return self.do("move", {"to": "permitting"}, "2024-05-31")


@contextmanager
def book() -> Iterator[Book]:
    """A book with states and a firm as parties."""
    pact = Pact.at("sqlite://")
    firms = [Command("party", "add", {"name": "Miner", "kind": "firm"}, "miner", date(2000, 1, 1))]
    states = [Command("party", "add", {"name": each, "kind": "state"}, each, date(2000, 1, 1)) for each in STATES]
    pact.do_all(KEEPER, [*states, *firms])
    yield Book(pact)
    pact.close()
