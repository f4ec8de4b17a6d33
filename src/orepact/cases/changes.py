"""What differs between two cases, instrument by instrument and field by field, in words.

What enters: two cases in time. What leaves: one :class:`Change` for every field that is not the same, and one for every instrument
that only one of them has. Instruments are matched by kind and by what they are called; where each case has one left of a kind,
these two are taken for one that was changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from orepact.cases.path_case import PathCase, Timed
from orepact.cases.words import names_of, spoken
from orepact.policy import Instrument
from orepact.policy.attributes import attributes
from orepact.policy.instrument import CODES

WHOLE = "the whole instrument"
ABSENT = "not there"
UNITS = {
    "t of content per period": "t a year", "USD per t": "USD a tonne", "ratio to base price": "times base", "1": "",
    "text": "", "probability": "", "stage": "", "date": "", "truth": "",
}  # fmt: skip
DAYS = {"first": ("from", "the start"), "last": ("to", "the end")}
"""What a field of days is called in a file, and what it means to leave it out."""


@dataclass(frozen=True)
class Change:
    """One thing that is not the same. place: the instrument in words, or the case. field: as in the file.

    meaning: what the field is. first, second: both values in words.
    """

    place: str
    field: str
    meaning: str
    first: str
    second: str

    def row(self) -> dict[str, str]:
        """The change in JSON terms."""
        return asdict(self)


Pair = tuple[Timed | None, Timed | None]


def changes(one: PathCase, other: PathCase) -> tuple[Change, ...]:
    """Everything that differs between two cases that are worked out with the same draws over the same periods."""
    found = [
        Change("the case", name, meaning, getattr(one, name).strip() or "none", getattr(other, name).strip() or "none")
        for name, meaning in (("name", "what the case is called"), ("note", "what a reader should know"))
        if getattr(one, name) != getattr(other, name)
    ]
    for first, second in _pairs(one.instruments, other.instruments):
        found += _between(first, second)
    return tuple(found)


def _pairs(ones: Iterable[Timed], others: Iterable[Timed]) -> Iterator[Pair]:
    """Instruments of both cases that stand for each other, and those that have nobody to stand for."""
    left, right = list(ones), list(others)
    pairs: list[Pair] = []
    for likeness in (_whole, _called, _kind):
        for each in list(left):
            same = [it for it in right if likeness(it) == likeness(each)]
            alone = likeness is not _kind or (len(same) == 1 and sum(_kind(it) == _kind(each) for it in left) == 1)
            if same and alone:
                pairs.append((each, same[0]))
                left.remove(each)
                right.remove(same[0])
    yield from pairs
    yield from ((each, None) for each in left)
    yield from ((None, each) for each in right)


def _whole(timed: Timed) -> object:
    return timed


def _called(timed: Timed) -> object:
    return timed.instrument.kind, timed.instrument.name


def _kind(timed: Timed) -> object:
    return timed.instrument.kind, timed.instrument.stage


def _between(first: Timed | None, second: Timed | None) -> list[Change]:
    if first is None or second is None:
        only = first or second
        if only is None:
            return []
        sides = (described(first) if first else ABSENT, described(second) if second else ABSENT)
        return [Change(spoken(only.instrument), "", WHOLE, *sides)]
    place = spoken(first.instrument)
    own = [
        Change(place, each.name, each.meaning, *(_said(it.instrument, each.name, each.unit) for it in (first, second)))
        for each in attributes(type(first.instrument))
        if getattr(first.instrument, each.name) != getattr(second.instrument, each.name)
    ]
    timed = [
        Change(place, DAYS.get(each.name, (each.name,))[0], each.meaning, _of_file(first, each.name), _of_file(second, each.name))
        for each in attributes(Timed)
        if each.name != "instrument" and getattr(first, each.name) != getattr(second, each.name)
    ]  # fmt: skip
    return own + timed


def described(timed: Timed) -> str:
    """What an instrument is set to, and when it is in force: what its name does not say."""
    record = timed.instrument
    parts = [
        f"{each.name} {_said(record, each.name, each.unit)}"
        for each in attributes(type(record))
        if each.unit not in {CODES, "stage"} and getattr(record, each.name) != each.default
    ]
    parts += [f"{word} {_of_file(timed, name)}" for name, (word, _) in DAYS.items() if getattr(timed, name) is not None]
    return ", ".join([*parts, *([] if timed.active else ["switched off"])]) or "as it is by default"


def _of_file(timed: Timed, name: str) -> str:
    """A value of an instrument's days, source or switch, in words."""
    value = getattr(timed, name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if value is not None else DAYS.get(name, ("", "none"))[1]


def _said(record: Instrument, name: str, unit: str) -> str:
    """A value of an instrument in words, with its unit."""
    value: Any = getattr(record, name)
    if value is None or value == ():
        return "none"
    if unit == CODES:
        return names_of((value,) if isinstance(value, str) else tuple(value))
    if isinstance(value, float | int):
        if unit.startswith("share") or unit == "probability":
            return f"{100 * value:.12g} %"
        return f"{value:,.12g} {UNITS.get(unit, unit)}".replace(",", "\u2009").strip()
    return str(value)
