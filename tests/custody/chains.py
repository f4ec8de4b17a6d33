"""Chains made for tests: one that qualifies by hand, and random ones with blends and splits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from orepact.custody.batch_file import BatchFile, read_batch_file

COUNTRIES = ("AUS", "BRA", "CHN", "EST", "JPN")


def made(**changed: Any) -> dict[str, Any]:
    """Two mines, one plant, one batch of oxide: 600 and 400 kg in, yield 0.9, 900 kg out."""
    given: dict[str, Any] = {
        "format": "orepact-custody-1",
        "subject": "oxide",
        "parties": [{"id": "firm", "name": "Firm", "country": "AUS", "owners": []}],
        "sites": [
            {"id": "pit", "name": "Pit", "country": "AUS", "stage": "mine", "owner": "firm"},
            {"id": "hole", "name": "Hole", "country": "BRA", "stage": "mine", "owner": "firm"},
            {"id": "plant", "name": "Plant", "country": "EST", "stage": "refined", "owner": "firm"},
        ],
        "batches": [
            {"id": "ore1", "mineral": "rare earths", "form": "concentrate", "stage": "mine", "period": "2026-Q1", "site": "pit",
             "content_kg": 600},
            {"id": "ore2", "mineral": "rare earths", "form": "concentrate", "stage": "mine", "period": "2026-Q1", "site": "hole",
             "content_kg": 400},
            {"id": "oxide", "mineral": "rare earths", "form": "oxide", "stage": "refined", "period": "2026-Q2", "site": "plant",
             "mass_kg": 1050, "content_kg": 900},
        ],
        "events": [
            {"id": "melt", "kind": "transformed", "period": "2026-Q2", "site": "plant", "model": "mass balance",
             "inputs": [{"batch": "ore1"}, {"batch": "ore2"}], "outputs": ["oxide"], "processing_yield": 0.9},
        ],
    }  # fmt: skip
    return given | changed


def file(**changed: Any) -> BatchFile:
    """The same as a file that was read."""
    return read_batch_file(made(**changed))


Plan = tuple[list[int], list[tuple[str, list[int], list[int], int]]]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Grams of first batches, and steps: kind, which batches are taken (by place), grams made, yield in percent."""
    first = draw(st.lists(st.integers(1, 10**9), min_size=1, max_size=5))
    held = list(first)
    steps = []
    for _ in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(["transformed", "blended", "split"]))
        most = 1 if kind == "split" else min(3, len(held))
        taken = draw(st.lists(st.integers(0, len(held) - 1), min_size=1, max_size=most, unique=True))
        share = draw(st.integers(1, 100)) if kind == "transformed" else 100
        count = draw(st.integers(1, 3)) if kind == "split" else 1
        outputs = draw(st.lists(st.integers(0, 10**9), min_size=count, max_size=count))
        steps.append((kind, taken, outputs, share))
        held += outputs
    return first, steps


def planned(plan: Plan) -> dict[str, Any]:
    """A plan as a file: every step takes all of what it names."""
    first, steps = plan
    batches, events = [], []
    for at, grams in enumerate(first):
        batches.append(_batch(at, grams, f"site{at % len(COUNTRIES)}", "mine"))
    for number, (kind, taken, outputs, share) in enumerate(steps):
        made_here = []
        for grams in outputs:
            name = len(batches)
            batches.append(_batch(name, grams, f"site{number % len(COUNTRIES)}", "intermediate"))
            made_here.append(f"b{name}")
        events.append(
            {"id": f"e{number}", "kind": kind, "period": "2026-Q1", "site": f"site{number % len(COUNTRIES)}", "model": "mass balance",
             "inputs": [{"batch": f"b{each}"} for each in taken], "outputs": made_here, "processing_yield": share / 100}
        )  # fmt: skip
    sites = [
        {"id": f"site{at}", "name": country, "country": country, "stage": "intermediate"}
        for at, country in enumerate(COUNTRIES)
    ]
    return {"format": "orepact-custody-1", "batches": batches, "events": events, "sites": sites}


def _batch(at: int, grams: int, site: str, stage: str) -> dict[str, Any]:
    return {"id": f"b{at}", "mineral": "cobalt", "form": "form", "stage": stage, "period": "2026-Q1", "site": site,
            "content_kg": str(Decimal(grams) / 1000)}  # fmt: skip


def breaks(plan: Plan) -> bool:
    """Whether a plan makes something of nothing, by a plain model in whole grams and percent."""
    first, steps = plan
    held = list(first)
    used = [0] * len(first)
    for _, taken, outputs, share in steps:
        for each in taken:
            used[each] += held[each]
        if 100 * sum(outputs) > share * sum(held[each] for each in taken):
            return True
        held += outputs
        used += [0] * len(outputs)
    return any(one > all_of_it for one, all_of_it in zip(used, held, strict=True))
