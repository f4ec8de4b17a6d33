"""Cases in time as people write them: a mapping or a YAML file becomes a case, or one error that holds everything that is wrong.

Every problem names the file, the line, the instrument by its number and kind, and the key as it is written there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from orepact import facts
from orepact.cases.path_case import KINDS, PathCase, Timed
from orepact.errors import BadInput, Problem, UnknownName, unknown_problem
from orepact.files import Written, read_yaml
from orepact.policy import DemandShift, Instrument
from orepact.policy.attributes import attributes
from orepact.policy.instrument import CODES
from orepact.policy.record import problems_of, shown

KEYS = {"from": "first", "to": "last", "source": "source", "active": "active"}
"""Keys of an instrument in a file that say when and whether it is in force; all others are the instrument's own."""

OF_DAYS = {field: key for key, field in KEYS.items()}
RATES = "share of the landed price"
"""Unit of a duty's rate, of which a number above 1 is more likely a percentage that was meant."""

EXAMPLE = "begin with name, mineral, start and months, as in docs/cases.md"


def read_case(given: Mapping[str, Any] | str | Path) -> PathCase:
    """The case of a mapping or of a YAML file; BadInput with everything that is wrong with it."""
    if isinstance(given, Mapping):
        return _Reader("case", Written(given, {})).case()
    return _Reader(Path(given).name, read_yaml(Path(given))).case()


@dataclass
class _Reader:
    """Reads one case. place: what errors call it. problems: what has been found to be wrong so far."""

    place: str
    written: Written
    problems: list[Problem] = field(default_factory=list)

    def case(self) -> PathCase:
        """The case; BadInput with all problems, in the order in which they were found."""
        content = self.written.content
        if not isinstance(content, Mapping):
            self.wrong([], "the file holds no case", shown(content), EXAMPLE)
            raise BadInput(self.problems)
        rows = self.rows(content.get("instruments"))
        content = {**self.known(content), "mineral": self.mineral(content.get("mineral"))}
        timed = [each for at, row in enumerate(rows, 1) if (each := self.timed(row, at)) is not None]
        case = None
        try:
            case = PathCase.model_validate({**content, "instruments": ()})
        except ValidationError as error:
            self.take(PathCase, error, [])
        if case is not None and not self.problems:
            self.twice(timed, case)
        if case is None or self.problems:
            raise BadInput(self.problems)
        return case.model_copy(update={"instruments": tuple(timed)})

    def wrong(self, way: Sequence[str | int], wrong: str, found: str, todo: str) -> None:
        """Keep a problem at a place of the file."""
        self.problems.append(Problem(self.spot(way), wrong, found, todo))

    def spot(self, way: Sequence[str | int]) -> str:
        """A place as errors name it: the file, the line where it is known, and the way to the key."""
        line = self.written.line(way)
        return ", ".join([self.place, *([f"line {line}"] if line else []), *(str(part) for part in way)])

    def take(
        self, record: type[Any], error: ValidationError, way: Sequence[str | int], but: Sequence[str] = ()
    ) -> None:
        """Keep what a record refuses, under the keys of the file. but: fields of which something has been said already."""
        for each in problems_of(record, error, "at"):
            first, *rest = (OF_DAYS.get(part, part) for part in each.place.split(", ")[1:] or [""])
            if first not in but:
                self.wrong([*way, *filter(None, (first, *rest))], each.wrong, each.found, each.todo)

    def rows(self, rows: Any) -> Sequence[Any]:
        """The rows of the instruments."""
        if rows is None or (isinstance(rows, Sequence) and not isinstance(rows, str)):
            return rows or ()
        self.wrong(["instruments"], "a list is needed", shown(rows), "give one instrument a dash")
        return ()

    def known(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """The keys that a case has; others are said."""
        fields = PathCase.model_fields
        for key in content:
            if key not in fields:
                self.problems.append(unknown_problem(self.spot([str(key)]), "key", str(key), fields))
        return {key: value for key, value in content.items() if key in fields}

    def mineral(self, name: Any) -> Any:
        """The mineral's slug; one that is none is said, and stood in for, so that the rest of the case is looked at too."""
        if not isinstance(name, str):
            return name
        try:
            return facts.resolve_mineral(name)
        except UnknownName as error:
            for each in error.problems:
                self.wrong(["mineral"], each.wrong, each.found, each.todo)
            return "cobalt"

    def timed(self, row: Any, at: int) -> Timed | None:
        """One instrument of a file, names of places read; ``None`` where it is none."""
        way: list[str | int] = ["instruments", at]
        if not isinstance(row, Mapping):
            self.wrong(way, "an instrument has keys", shown(row), "begin it with kind:")
            return None
        kind = row.get("kind")
        if not isinstance(kind, str) or kind not in KINDS:
            found = unknown_problem(
                self.spot(way), "kind of instrument", "nothing" if kind is None else str(kind), KINDS
            )
            self.problems.append(found)
            return None
        record, way = KINDS[kind], [*way, kind]
        given, said = self.own(record, row, way)
        instrument = self.checked(record, given, way, said)
        days = {KEYS[key]: row[key] for key in KEYS if key in row}
        # The days are looked at even where the instrument is not one.
        probe = instrument or DemandShift(stage="refined", change=0.0)
        timed = self.checked(Timed, {"instrument": probe, **days}, way, ())
        return timed if instrument is not None else None

    def checked(
        self, record: type[Any], given: Mapping[str, Any], way: Sequence[str | int], said: Sequence[str]
    ) -> Any:
        """The record of what was given, or ``None``."""
        try:
            return record.model_validate(given)
        except ValidationError as error:
            self.take(record, error, way, said)
            return None

    def own(
        self, record: type[Instrument], row: Mapping[str, Any], way: Sequence[str | int]
    ) -> tuple[dict[str, Any], list[str]]:
        """The instrument's own fields, countries by their codes and percentages as shares; and those of which something is wrong."""
        units = {each.name: each.unit for each in attributes(record)} | {"kind": ""}
        given: dict[str, Any] = {}
        said: list[str] = []
        for key, value in row.items():
            if key in KEYS:
                continue
            before = len(self.problems)
            if key not in units:
                spot = self.spot([*way, str(key)])
                self.problems.append(unknown_problem(spot, "key", str(key), [*record.model_fields, *KEYS]))
                continue
            if units[key] == CODES:
                given[key] = self.places(record, key, value, way)
            elif units[key].startswith("share"):
                given[key] = self.share(value, units[key], [*way, key])
            else:
                given[key] = value
            if len(self.problems) > before:
                said.append(key)
        return given, said

    def places(self, record: type[Instrument], key: str, value: Any, way: Sequence[str | int]) -> Any:
        """Countries of a field that holds some, by any usual name or as a region."""
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, Sequence):
            return value
        found: list[str] = []
        for name in names:
            try:
                found += [code for code in facts.resolve_place(str(name)) if code not in found]
            except UnknownName as error:
                for each in error.problems:
                    self.wrong([*way, key], each.wrong, each.found, each.todo)
        if record.model_fields[key].annotation is not str and key != "country":
            return tuple(found)
        return found[0] if len(found) == 1 else value

    def share(self, value: Any, unit: str, way: Sequence[str | int]) -> Any:
        """A share, which may be written as a percentage; a rate above 1 must be."""
        if isinstance(value, str) and value.strip().endswith("%"):
            try:
                return float(Decimal(value.strip()[:-1].strip()).scaleb(-2))
            except InvalidOperation:
                return value
        if unit == RATES and isinstance(value, int | float) and not isinstance(value, bool) and value > 1:
            meant, so = f"{value:.12g}", f"{100 * value:.12g}"
            wrong = f"a rate of {meant} is {so} %, and a rate above 100 % is written as a percentage"
            self.wrong(way, wrong, meant, f"write '{meant}%' if that was meant, or '{so}%' if {so} % was")
        return value

    def twice(self, timed: Sequence[Timed], case: PathCase) -> None:
        """Keep instruments of one name that are in force on one day."""
        for at, one in enumerate(timed):
            for before, other in enumerate(timed[:at]):
                if one.instrument.name == other.instrument.name and case.meet(one, other):
                    self.wrong(
                        ["instruments", f"{before + 1} and {at + 1}"],
                        "one instrument is in force twice at a time",
                        f"'{one.instrument.name}' in both",
                        "end one before the other begins, or make one of the two (a new_project may have a label)",
                    )
