"""A market of one's own as a body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact.api.body import LARGEST_YAML, YAML
from orepact.api.media import JSON
from orepact.api.posted import Posted, Told
from orepact.errors import BadInput, Problem

MOST = {"stages": 20, "producers": 200, "refiners": 200, "users": 200, "routes": 2000, "caps": 200, "floors": 200}
"""Records of each kind in a market that is solved while somebody waits."""

EXAMPLE = {
    "sourcing": {"classical": True},
    "stages": ["metal"],
    "producers": [{"name": "A", "stage": "metal", "supply": {"kind": "linear", "intercept": 10, "slope": 1}}],
    "users": [{"name": "B", "stage": "metal", "demand": {"kind": "linear", "intercept": 100, "slope": 1}}],
    "routes": [{"from": "A", "to": "B", "freight": 5}],
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["sourcing", "stages", "producers", "users", "routes"],
    "properties": {
        "sourcing": {"type": "object", "description": "classical: true, or elasticity."},
        "base_price": {"type": "object", "additionalProperties": {"type": "number"}},
        "stages": {"type": "array", "items": {"type": "string"}, "maxItems": MOST["stages"]},
        **{
            name: {"type": "array", "items": {"type": "object"}, "maxItems": MOST[name]}
            for name in ("producers", "refiners", "users", "routes", "caps", "floors")
        },
    },
    "description": "docs/own-market.md says what each record holds.",
}


def _solve(given: Any, words: Mapping[str, str]) -> Told:
    del words
    from orepact.cases.own_market import solve

    if not isinstance(given, Mapping):
        raise BadInput(Problem("market", "a market has keys", type(given).__name__, "see docs/own-market.md"))
    problems = [
        Problem(f"market, {name}", "there are too many to wait for", str(len(given[name])), f"give at most {most}")
        for name, most in MOST.items()
        if isinstance(given.get(name), list) and len(given[name]) > most
    ]
    if problems:
        raise BadInput(problems)
    found = solve({str(key): value for key, value in given.items()})
    return found.summary(), found.flows_frame()


SOLVE = Posted(
    name="solve",
    title="What is the equilibrium of a market of your own?",
    about="A market, as docs/own-market.md has it, in JSON or YAML.",
    types=(JSON, *YAML),
    largest=LARGEST_YAML,
    work=_solve,
    schema=SCHEMA,
    example=EXAMPLE,
)
