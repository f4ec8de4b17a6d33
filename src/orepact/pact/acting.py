"""The one way in which pages and programs do something: most of it is written as it was asked, some of it the pact works out first."""

from __future__ import annotations

from collections.abc import Callable

from orepact.errors import BadInput, Problem
from orepact.pact.access import Viewer
from orepact.pact.pact import Command, Done, Pact
from orepact.pact.rounds import clearing

Service = Callable[[Pact, Viewer, str, str | None], tuple[Done, ...]]

SERVICES: dict[tuple[str, str], Service] = {
    ("round", "aggregate"): lambda pact, viewer, record, key: (clearing.aggregate(pact, viewer, record, key),),
    ("round", "match"): clearing.clear,
    ("round", "disclose"): clearing.disclose,
}
"""What the pact works out, by kind and verb; nothing is given with it."""


def act(pact: Pact, viewer: Viewer, command: Command, key: str | None = None) -> Done:
    """Do what a command says. Raises as :meth:`Pact.do` does, and BadInput where something is given that the pact works out."""
    service = SERVICES.get((command.kind, command.verb))
    if service is None or command.record is None:
        return pact.do(viewer, command, key)
    if command.data:
        place, found = f"{command.kind}, {command.verb}", ", ".join(sorted(command.data))
        raise BadInput(Problem(place, "the pact works it out itself", found, "leave it out"))
    return service(pact, viewer, command.record, key)[0]


def is_worked_out(kind: str, verb: str) -> bool:
    """Whether the pact works out what this writes."""
    return (kind, verb) in SERVICES
