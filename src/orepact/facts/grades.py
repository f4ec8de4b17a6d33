"""What an evidence grade means, in one sentence; the full table is in ``docs/evidence-grades.md``."""

from __future__ import annotations

GRADES = {
    "A": "official, complete, in the unit and basis used",
    "B": "official or audited, estimated or converted once",
    "C": "published, with a known weakness",
    "D": "derived by a stated rule from figures of grade A to C",
    "E": "inferred or assumed",
}
