"""A chain of custody as a body: does its batch qualify, and which document is missing?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from orepact.api.body import LARGEST_YAML, YAML
from orepact.api.media import JSON
from orepact.api.posted import Posted, Told
from orepact.api.questions.eligible import frame
from orepact.api.safety import LARGEST_BODY
from orepact.errors import BadInput, Problem, unknown_problem

if TYPE_CHECKING:
    from orepact.custody.batch_file import BatchFile
    from orepact.custody.verdict import Verdict

TEXTS = ("zone", "on", "batch")
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "object", "description": "The chain of custody, as docs/eligible.md has it."},
        "keys": {"type": "object", "description": "Keys of the issuers whose word is taken; nobody's when left out."},
        "rules": {"type": "object", "description": "Rules of the zone; the proposal that is shipped when left out."},
        "zone": {
            "type": "string",
            "description": "Region, or countries joined by commas; that of the rules when left out.",
        },
        "on": {"type": "string", "format": "date", "description": "Day on which it is judged; today when left out."},
        "batch": {"type": "string", "description": "Another batch than the file's subject."},
    },
    "additionalProperties": False,
}
EXAMPLE: dict[str, Any] = {
    "file": {
        "format": "orepact-custody-1",
        "demonstration": True,
        "about": "Invented.",
        "subject": "oxide-1",
        "parties": [{"id": "firm", "name": "Invented firm", "country": "AUS", "owners": []}],
        "sites": [
            {"id": "mine", "name": "Invented mine", "country": "AUS", "stage": "mine", "owner": "firm"},
            {"id": "plant", "name": "Invented plant", "country": "EST", "stage": "refined", "owner": "firm", "processing_yield": 0.9},
        ],
        "batches": [
            {"id": "ore-1", "mineral": "rare earths", "form": "concentrate", "stage": "mine", "period": "2026-Q1", "site": "mine",
             "content_kg": 1000},
            {"id": "oxide-1", "mineral": "rare earths", "form": "oxide", "stage": "refined", "period": "2026-Q2", "site": "plant",
             "content_kg": 900},
        ],
        "events": [
            {"id": "run-1", "kind": "transformed", "period": "2026-Q2", "site": "plant", "model": "segregated",
             "inputs": [{"batch": "ore-1"}], "outputs": ["oxide-1"]},
        ],
    },
    "zone": "MSP",
    "on": "2026-11-01",
}  # fmt: skip


def verdict_of(given: Any) -> Verdict:
    """The verdict on what a body holds; BadInput with everything that is wrong."""
    from orepact.custody.eligible import eligible

    file, terms = read_body(given)
    return eligible(file, batch=given.get("batch"), **terms)


def read_body(given: Any) -> tuple[BatchFile, dict[str, Any]]:
    """The file of a body, and what it is to be judged by: day, zone, rules, keys."""
    from orepact.custody.batch_file import day_of, read_batch_file
    from orepact.custody.keys import NO_KEYS, keys_of
    from orepact.custody.zone_rules import rules_of

    known = SCHEMA["properties"]
    if not isinstance(given, Mapping):
        raise BadInput(Problem("body", "it has keys", type(given).__name__, f"give {', '.join(known)}"))
    problems = [unknown_problem("body", "key", str(key)[:80], known) for key in given if key not in known]
    problems += [
        Problem(name, "it should be text", type(given[name]).__name__, "give text, or leave it out")
        for name in TEXTS
        if given.get(name) is not None and not isinstance(given[name], str)
    ]
    if problems:
        raise BadInput(problems)
    keys = NO_KEYS if given.get("keys") is None else keys_of(given["keys"], "keys")
    rules = None if given.get("rules") is None else rules_of(given["rules"], "rules")
    day = day_of(given.get("on"), "on") or dt.datetime.now(tz=dt.UTC).date()
    return read_batch_file(given.get("file")), {"on": day, "rules": rules, "zone": given.get("zone"), "keys": keys}


def _eligible(given: Any, words: Mapping[str, str]) -> Told:
    del words
    from orepact.report.eligible_text import record

    found = verdict_of(given)
    return record(found), frame(found)


ELIGIBLE_OF = Posted(
    name="eligible",
    title="Does your batch qualify for the preferential zone, and which document is missing?",
    about=f"A chain of custody with the keys and rules to judge it by; JSON at most {LARGEST_BODY} bytes, YAML {LARGEST_YAML}.",
    types=(JSON, *YAML),
    largest=LARGEST_BODY,
    work=_eligible,
    schema=SCHEMA,
    example=EXAMPLE,
    operation="eligible_of_own_file",
)
