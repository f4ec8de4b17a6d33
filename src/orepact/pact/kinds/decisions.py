"""Parameters of the pact itself, each change of which is a decision with a name, a day and a reason."""

from __future__ import annotations

from typing import Any

from orepact.pact.event import Draft
from orepact.pact.kinds.base import KEEPERS, RECORDER, Kind, Nothing, PactRecord, Verb, added, needs_evidence, same
from orepact.policy.attributes import attribute
from orepact.policy.record import Record, Text, number


class Parameter(PactRecord):
    """A number that the pact works with."""

    name: Text = attribute(unit="text", meaning="what it is", source=RECORDER, max_length=200)
    value: float = number(unit="as unit says", meaning="the number", source=RECORDER)
    unit: Text = attribute(unit="text", meaning="its unit", source=RECORDER, max_length=40)
    source: Text = attribute(unit="text", meaning="rule or page that it comes from", source=RECORDER, max_length=300)


class NewValue(Record):
    """A new number, and why."""

    value: float = number(unit="as the parameter's", meaning="the number from now on", source=RECORDER)
    reason: Text = attribute(unit="text", meaning="why it changes", source=RECORDER, max_length=1000)


def _set(before: Any, asked: Any, draft: Draft) -> PactRecord:
    del draft
    found: Parameter = before.model_copy(update={"value": asked.value})
    return found


PARAMETER = Kind(
    "parameter", "parameters", "numbers that the pact works with, each change of which is logged", Parameter,
    {
        "add": Verb("add", "put it into the register", Parameter, added, KEEPERS),
        "set": Verb("set", "change its value, with a reason", NewValue, _set, KEEPERS),
        "show": Verb("show", "add evidence", Nothing, same, KEEPERS, guard=needs_evidence),
    },
)  # fmt: skip
