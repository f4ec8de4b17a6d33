"""What a reader of a case should be told before its answer: instruments that do nothing in it, and those that get in each other's way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from orepact.cases.path_case import PathCase, Timed
from orepact.cases.words import spoken
from orepact.policy import ExportCut, ExportQuota, ExportTax, LicenceDelay


def notes_of(case: PathCase) -> list[str]:
    """Sentences about a case, each naming the instruments by their numbers in the file."""
    numbered = [(at, each) for at, each in enumerate(case.instruments, start=1) if each.active]
    found = [note for at, each in numbered for note in _outside(case, at, each)]
    for at, one in numbered:
        for later, other in numbered:
            found += _both(case, (at, one), (later, other))
    return found


def _outside(case: PathCase, at: int, timed: Timed) -> Iterator[str]:
    """Days of an instrument of which none is a day of the case."""
    begins, ends = timed.first or case.start, timed.last or date.max
    if begins > case.last_day or ends < case.start:
        days = (
            f"from {begins}" if timed.last is None else f"from {begins} to {ends}" if timed.first else f"until {ends}"
        )
        yield (
            f"Instrument {at} ({spoken(timed.instrument)}) does nothing: it is in force {days}, and the case runs from "
            f"{case.start} to {case.last_day}."
        )


def _both(case: PathCase, one: tuple[int, Timed], other: tuple[int, Timed]) -> Iterator[str]:
    """A cut of exports beside something else that holds back the same exports."""
    (at, cut), (later, beside) = one, other
    first, second = cut.instrument, beside.instrument
    if not isinstance(first, ExportCut) or not isinstance(second, ExportQuota | LicenceDelay | ExportTax):
        return
    shared = set(first.origins) & set(second.origins)
    buyers = not first.against or not second.against or set(first.against) & set(second.against)
    if first.stage != second.stage or not shared or not buyers or not _meet(case, cut, beside):
        return
    stops = first.remaining == 0
    if not stops and not isinstance(second, ExportQuota):
        return
    what = "nothing is left for the second to hold back" if stops else "the tighter of the two holds"
    yield (
        f"Instruments {at} ({spoken(first)}) and {later} ({spoken(second)}) hold back the same exports at the same time: "
        f"{'the first stops them, and ' if stops else ''}{what}."
    )


def _meet(case: PathCase, one: Timed, other: Timed) -> bool:
    """Whether two are in force on one day of the case."""
    begins = max(one.first or case.start, other.first or case.start, case.start)
    return begins <= min(one.last or date.max, other.last or date.max, case.last_day)
