"""The gallery: cases that are shipped, each with its question, what in it is a fact, and what is assumed.

What enters: a name. What leaves: a case, as if it were read from the file of that name; or, of anything else that stands for a
case (a record, a mapping, a file), that case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from orepact.cases.case_file import read_case
from orepact.cases.path_case import PathCase
from orepact.errors import BadInput, Problem, unknown_problem

FOLDER = Path(__file__).parent / "gallery"
ENDINGS = (".yaml", ".yml")
PARTS = ("Question", "Facts", "Assumed")
"""What the note of a shipped case says, a line each."""


@dataclass(frozen=True)
class Shipped:
    """A case of the gallery. question, known, assumed: the three lines of its note."""

    name: str
    case: PathCase
    question: str
    known: str
    assumed: str

    def row(self) -> dict[str, Any]:
        """What a list of the gallery says of it, in JSON terms."""
        return {
            "name": self.name,
            "question": self.question,
            "mineral": self.case.mineral,
            "from": str(self.case.start),
            "to": str(self.case.last_day),
            "facts": self.known,
            "assumed": self.assumed,
            "title": self.case.name,
        }


def gallery() -> dict[str, Shipped]:
    """All cases of the gallery by name: ``orepact.run(orepact.gallery()["cobalt-quota"].case)``."""
    return dict(_gallery())


@cache
def _gallery() -> dict[str, Shipped]:
    return {path.stem: _shipped(path) for path in sorted(FOLDER.glob("*.yaml"))}


def _shipped(path: Path) -> Shipped:
    case = read_case(path)
    said = dict(line.split(": ", 1) for line in case.note.splitlines() if ": " in line)
    question, known, assumed = (said.get(part, "") for part in PARTS)
    return Shipped(path.stem, case, question, known, assumed)


def text_of(name: str) -> str:
    """The file of a case of the gallery, as it is: something to begin one's own with."""
    return _path(name, "NAME").read_text(encoding="utf-8")


def from_gallery(name: str, place: str = "--gallery") -> PathCase:
    """The case of a name; UnknownName with the nearest names where there is none."""
    return read_case(_path(name, place))


def find_case(given: PathCase | Mapping[str, Any] | str | Path) -> PathCase:
    """The case of a record, a mapping, a file, or a name of the gallery; a file comes before a name."""
    if isinstance(given, PathCase):
        return given
    if isinstance(given, Mapping) or Path(given).suffix.lower() in ENDINGS or Path(given).exists():
        return read_case(given)
    return from_gallery(str(given), str(given))


def find_cases(*given: PathCase | Mapping[str, Any] | str | Path) -> tuple[PathCase, ...]:
    """Several cases; BadInput with everything that is wrong with any of them."""
    found: list[PathCase] = []
    problems: list[Problem] = []
    for each in given:
        try:
            found.append(find_case(each))
        except BadInput as error:
            problems += error.problems
    if problems:
        raise BadInput(problems)
    return tuple(found)


def _path(name: str, place: str) -> Path:
    names = [path.stem for path in sorted(FOLDER.glob("*.yaml"))]
    if name not in names:
        raise BadInput(unknown_problem(place, "case in the gallery", name, names))
    return FOLDER / f"{name}.yaml"
