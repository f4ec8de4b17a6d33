"""A chain of custody as a file: JSON or YAML, read within bounds, with every fault named at once and by its place.

What enters: bytes or a mapping. What leaves: a frozen :class:`BatchFile`. Credentials may stand there as plain records (nobody vouches
for them) or as signed documents; the latter are kept as they came, for whoever checks signatures.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from orepact.custody.records import Batch, Claim, CoCEvent, Credential, Party, Site
from orepact.errors import BadInput, Problem, unknown_problem
from orepact.policy.record import Record, problems_of, shown

FORMAT = "orepact-custody-1"
LARGEST = 2_000_000
"""Bytes of a file."""

DEEPEST = 30
"""Lists and objects inside each other."""

MOST: dict[str, int] = {
    "parties": 2000, "sites": 2000, "batches": 5000, "events": 5000, "credentials": 2000, "claims": 5000, "signed": 2000, "epcis": 5000,
}  # fmt: skip
"""Rows of each list."""

LISTS: dict[str, type[Record]] = {
    "parties": Party, "sites": Site, "batches": Batch, "events": CoCEvent, "credentials": Credential, "claims": Claim,
}  # fmt: skip
PLAIN = ("format", "about", "demonstration", "subject")
RAW = ("signed", "epcis")
"""Lists of documents in the forms of others."""

MOST_SAID = 40
LONGEST_TEXT = 300_000
"""Characters of one text: a signed credential."""


@dataclass(frozen=True)
class BatchFile:
    """A chain of custody. subject: the batch that is asked about. signed, epcis: documents in the forms of others, not read yet."""

    subject: str
    about: str
    demonstration: bool
    parties: tuple[Party, ...]
    sites: tuple[Site, ...]
    batches: tuple[Batch, ...]
    events: tuple[CoCEvent, ...]
    credentials: tuple[Credential, ...]
    claims: tuple[Claim, ...]
    signed: tuple[Any, ...] = ()
    epcis: tuple[Any, ...] = ()

    def batch(self, name: str) -> Batch:
        """The batch of that id."""
        return next(each for each in self.batches if each.id == name)

    def site(self, name: str) -> Site:
        """The site of that id."""
        return next(each for each in self.sites if each.id == name)

    def as_record(self) -> dict[str, Any]:
        """The file in JSON terms, from which it is read again as the same."""
        lists = {name: [_row(each) for each in getattr(self, name)] for name in LISTS}
        raw = {name: list(getattr(self, name)) for name in RAW}
        head = {"format": FORMAT, "about": self.about, "demonstration": self.demonstration, "subject": self.subject}
        return head | {name: rows for name, rows in (lists | raw).items() if rows}


def _row(record: Record) -> dict[str, Any]:
    return record.model_dump(mode="json", exclude_none=True, exclude_defaults=True) | (
        {"kind": getattr(record, "kind")} if hasattr(record, "kind") else {}  # noqa: B009  (a field of some records only)
    )


def read_file(path: Path) -> BatchFile:
    """The chain that a file holds; BadInput with all that is wrong."""
    place = path.name
    try:
        if path.is_file() and path.stat().st_size > LARGEST:
            raise BadInput(Problem(place, "the file is too large", f"over {LARGEST} bytes", "give a smaller one"))
        content = path.read_bytes()
    except FileNotFoundError:
        todo = "check its name, or write one to try with: orepact eligible example"
        raise BadInput(Problem(place, "there is no such file", f"nothing at '{path}'", todo)) from None
    except OSError as error:
        found = str(error.strerror or "an error of the disk")
        raise BadInput(Problem(place, "the file cannot be read", found, "name a JSON file")) from None
    return read_batch_file(parse(content, place), place)


def parse(content: bytes, place: str) -> Any:
    """What JSON or YAML holds, numbers as they are written; BadInput where it is neither, or is too large or too deep."""
    if len(content) > LARGEST:
        raise BadInput(Problem(place, "it is too large", f"{len(content)} bytes", f"send at most {LARGEST} bytes"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(Problem(place, "it is not text", "bytes that are no UTF-8", "send JSON in UTF-8")) from None
    if place.endswith((".yaml", ".yml")):
        from orepact.files import parse_yaml

        found = parse_yaml(text, place).content
    else:
        found = _json(text, place)
    check_depth(found, place)
    return found


def _json(text: str, place: str) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise ValueError(f"the key '{twice[:60]}' twice in one object")
        return found

    def none(word: str) -> Any:
        raise ValueError(f"{word}, which is no number")

    try:
        return json.loads(text, parse_float=Decimal, parse_constant=none, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        found = " ".join(str(error).split())[:120] or "no JSON"
        raise BadInput(Problem(place, "it is not JSON", found, "mend it there")) from None


def check_depth(found: Any, place: str) -> None:
    """Raise BadInput for lists and objects inside each other beyond any sense, and for texts that are too long."""
    ahead: list[tuple[int, Any]] = [(1, found)]
    while ahead:
        depth, value = ahead.pop()
        if depth > DEEPEST:
            raise BadInput(Problem(place, "lists inside lists", f"more than {DEEPEST} levels", "send a flat file"))
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            raise BadInput(Problem(place, "a text is too long", f"{len(value)} characters", f"give {LONGEST_TEXT}"))
        if isinstance(value, Mapping):
            ahead += [(depth + 1, each) for each in value.values()]
        elif isinstance(value, list | tuple):
            ahead += [(depth + 1, each) for each in value]


def read_batch_file(given: Any, place: str = "file") -> BatchFile:
    """The chain of what a file or a body holds; BadInput with everything that is wrong."""
    if not isinstance(given, Mapping):
        todo = "give an object with batches, sites and events, as docs/eligible.md has it"
        raise BadInput(Problem(place, "a file of batches has keys", shown(given), todo))
    known = (*PLAIN, *LISTS, *RAW)
    problems = [unknown_problem(place, "key", str(key), known) for key in given if key not in known]
    problems += _head(given, place)
    rows: dict[str, tuple[Any, ...]] = {}
    for name, record in LISTS.items():
        rows[name] = tuple(_rows(given.get(name, ()), record, f"{place}, {name}", problems))
    for name in RAW:
        rows[name] = tuple(_listed(given.get(name, ()), f"{place}, {name}", problems))
    if problems:
        raise BadInput(_some(problems))
    subject = given.get("subject") or (rows["batches"][-1].id if rows["batches"] else "")
    about, marked = str(given.get("about") or ""), bool(given.get("demonstration", False))
    return BatchFile(str(subject), about, marked, **rows)


def _head(given: Mapping[str, Any], place: str) -> Iterator[Problem]:
    if given.get("format") != FORMAT:
        found = shown(given.get("format"))
        yield Problem(f"{place}, format", "this form of file is not known", found, f"write {FORMAT}")
    for name, kind, words in (
        ("about", str, "text"),
        ("subject", str, "text"),
        ("demonstration", bool, "true or false"),
    ):
        value = given.get(name)
        if value is not None and not isinstance(value, kind):
            yield Problem(f"{place}, {name}", f"it should be {words}", shown(value), f"give {words}")


def _listed(value: Any, place: str, problems: list[Problem]) -> list[Any]:
    name = place.rsplit(", ", 1)[-1]
    if not isinstance(value, list | tuple):
        problems.append(Problem(place, "it is a list", shown(value), "give a list"))
        return []
    if len(value) > MOST[name]:
        problems.append(Problem(place, "there are too many", str(len(value)), f"give at most {MOST[name]}"))
        return []
    return list(value)


def _rows(value: Any, record: type[Record], place: str, problems: list[Problem]) -> Iterator[Record]:
    seen: dict[str, int] = {}
    for at, row in enumerate(_listed(value, place, problems), start=1):
        spot = f"{place}, {at}"
        if not isinstance(row, Mapping):
            problems.append(Problem(spot, "it has fields of its own", shown(row), "give each of them with its name"))
            continue
        found = read_row(record, row, spot, problems)
        if found is None:
            continue
        name = str(getattr(found, "id"))  # noqa: B009  (every record of a file has one)
        if name in seen:
            wrong = f"it stands twice, here and as number {seen[name]}"
            problems.append(Problem(f"{spot}, id", wrong, shown(name), "give every one its own id"))
        seen.setdefault(name, at)
        yield found


def read_row(record: type[Record], row: Mapping[str, Any], place: str, problems: list[Problem]) -> Any:
    """One record, or None with what is wrong put to the problems; a key that is not known gets its nearest, on every level."""
    strange = list(unknown_keys(record, row, place))
    try:
        return record.model_validate(dict(row))
    except ValidationError as error:
        told = [each for each in problems_of(record, error, place) if not each.wrong.startswith("there is no field")]
        problems += [*strange, *told]
    return None


def unknown_keys(record: type[Record], row: Mapping[str, Any], place: str) -> Iterator[Problem]:
    """Keys that a record and the records inside it do not have."""
    for key, value in row.items():
        if key not in record.model_fields:
            yield unknown_problem(place, "field", str(key), record.model_fields)
            continue
        inner = _inner(record, key)
        if inner is None:
            continue
        if isinstance(value, Mapping):
            yield from unknown_keys(inner, value, f"{place}, {key}")
        for at, each in enumerate(value if isinstance(value, list) else (), start=1):
            if isinstance(each, Mapping):
                yield from unknown_keys(inner, each, f"{place}, {key}, {at}")


def _inner(record: type[Record], key: str) -> type[Record] | None:
    """The record that a list holds; None where it holds none."""
    ahead: list[Any] = [record.model_fields[key].annotation]
    while ahead:
        each = ahead.pop()
        if isinstance(each, type) and issubclass(each, Record):
            return each
        ahead += [one for one in getattr(each, "__args__", ()) if one is not Ellipsis]
    return None


def _some(problems: list[Problem]) -> list[Problem]:
    if len(problems) <= MOST_SAID:
        return problems
    rest = len(problems) - MOST_SAID
    return [*problems[:MOST_SAID], Problem("file", "there is more", f"{rest} more faults", "mend these first")]


def day_of(text: str | None, place: str) -> date | None:
    """A day from 2026-03-31; BadInput for another text."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(Problem(place, "it is no day", shown(text), "give one like 2026-03-31")) from None
