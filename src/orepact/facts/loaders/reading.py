"""What all loaders share: reading a file that may be anything, publishers' cells, names, units, and counting what is left out."""

from __future__ import annotations

import csv
import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orepact.errors import BadInput, MissingData, OrepactError, Problem
from orepact.facts.names import country_name, resolve_country, resolve_mineral
from orepact.facts.schemas import SCHEMAS, validate
from orepact.facts.tables import load as shipped

if TYPE_CHECKING:
    import pandas as pd

TONNES = {
    "t": 1.0, "metr. t": 1.0, "metric tons": 1.0, "metric dry tons": 1.0, "tonnes (metric)": 1.0, "tonnes": 1.0,
    "thousand metric tons": 1e3, "thousand metric dry tons": 1e3, "million metric tons": 1e6, "kilograms": 1e-3, "kg": 1e-3,
    "kilogrammes": 1e-3,
}  # fmt: skip
"""Tonnes in one of each unit of mass that a publisher uses."""

VOLUMES = {"million cubic meters": "million m3", "mio m3": "million m3", "million liters": "million L"}
WORDS = {
    "W": "withheld", "NA": "not available", "N/A": "not available", "...": "not available", "XX": "not applicable",
    "s": "less than half unit", "": "blank",
}  # fmt: skip
NONE = ("\u2014", "\u2013", "-", "--", "-----")
"""How publishers print that nothing was produced."""

GROUPS = {"world total": "WLD", "world": "WLD", "total": "WLD", "other countries": "OTH", "other": "OTH"}
MARKED_CODES = {"S19": "TWN", "ROM": "ROU", "ZAR": "COD", "TMP": "TLS"}
"""Codes of trade files that are not ISO 3166-1: 'Other Asia, not elsewhere specified' stands for Taiwan."""

MOST_NAMED = 4
REFINED = re.compile(r"refin|smelt|primary|sponge|secondary|slab|metal\b|plant production", re.IGNORECASE)
MINED = re.compile(r"\bmine|\bores?\b|minerals?\b|concentrat|\bconc\.|crude ore", re.IGNORECASE)


@dataclass(frozen=True)
class Loaded:
    """What was read of a user's file.

    kind: which loader read it. table: the schema of ``frame``. left_out: rows of the file that are not in the frame, by
    reason. remarks: what a reader of the figures must know. sha256: of the file, so that the reading can be repeated.
    """

    kind: str
    table: str
    frame: pd.DataFrame
    left_out: dict[str, int]
    remarks: tuple[str, ...]
    sha256: str

    def record(self) -> dict[str, Any]:
        """What was read, in JSON terms, without the rows."""
        return {
            "kind": self.kind,
            "table": self.table,
            "rows": len(self.frame),
            "without_figure": int(self.frame["value"].isna().sum()),
            "minerals": sorted(self.frame["mineral"].unique()),
            "periods": sorted(self.frame["period"].unique()),
            "source": str(self.frame["source"].iloc[0]),
            "left_out": self.left_out,
            "remarks": list(self.remarks),
            "sha256": self.sha256,
        }


@dataclass
class LeftOut:
    """Rows left out so far, by reason, with examples of the names that caused it."""

    rows: Counter[str] = field(default_factory=Counter)
    names: dict[str, list[str]] = field(default_factory=dict)

    def keep(self, frame: pd.DataFrame, wanted: pd.Series, reason: str, names: str | None = None) -> pd.DataFrame:
        """The wanted rows; the others are counted under ``reason``, with the commonest values of column ``names``."""
        dropped = frame[~wanted]
        if len(dropped):
            self.rows[reason] += len(dropped)
            if names is not None:
                found = dropped[names].astype(str).value_counts().index.tolist()
                self.names[reason] = [*self.names.get(reason, []), *found]
        return frame[wanted]

    def told(self) -> dict[str, int]:
        """Rows by reason, each reason with the names that caused it, the commonest reason first."""
        return {self._told(reason): rows for reason, rows in self.rows.most_common()}

    def _told(self, reason: str) -> str:
        names = list(dict.fromkeys(self.names.get(reason, [])))
        more = len(names) - MOST_NAMED
        if not names:
            return reason
        return f"{reason}: {', '.join(names[:MOST_NAMED])}" + (f" and {more} more" if more > 0 else "")


def read_csv(
    path: Path, required: Iterable[str], what: str, encodings: tuple[str, ...] = ("utf-8-sig", "cp1252")
) -> pd.DataFrame:
    """A CSV file as text, every cell stripped; BadInput where it is no such file or lacks a column of ``required``.

    ``what`` is what the file should be, for the error.
    """
    import pandas as pd

    place = f"load, {path.name}"
    content = content_of(path, place)
    text = _decoded(content, encodings, place, what)
    rows = list(csv.reader(StringIO(text, newline="")))
    if not rows or len(rows[0]) < 2:
        first = (text.splitlines() or [""])[0][:40]
        raise BadInput(
            Problem(place, f"the file is not {what}", f"a first line '{first}'", "give the file as released")
        )
    heading = [name.strip() for name in rows[0]]
    check_columns(heading, required, place, what)
    width = len(heading)
    body = [row[:width] if not any(row[width:]) else row for row in rows[1:]]
    ragged = next((number for number, row in enumerate(body, 2) if row and len(row) != width), None)
    if ragged is not None:
        found = f"{len(rows[ragged - 1])} cells in line {ragged}, under {len(heading)} headings"
        raise BadInput(Problem(place, "the file is cut short or damaged", found, "fetch it again"))
    cells = [[cell.strip() for cell in row] for row in body if row]
    return pd.DataFrame(cells, columns=heading, dtype="str")


def content_of(path: Path, place: str) -> bytes:
    """The bytes of a file; BadInput where there is none."""
    try:
        return path.read_bytes()
    except OSError as error:
        found = error.strerror or str(error)
        raise BadInput(
            Problem(place, "the file cannot be read", f"'{path}': {found}", "give a file that exists")
        ) from None


def _decoded(content: bytes, encodings: tuple[str, ...], place: str, what: str) -> str:
    if b"\0" not in content:
        for encoding in encodings:
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise BadInput(Problem(place, f"the file is not {what}", "bytes that are no text", "give the file as released"))


def check_columns(heading: Iterable[str], required: Iterable[str], place: str, what: str) -> None:
    """BadInput naming every required column that a heading lacks."""
    present = list(heading)
    missing = [column for column in required if column not in present]
    if missing:
        found = f"no column {', '.join(missing)} among {', '.join(present[:8])}" + (
            " \u2026" if len(present) > 8 else ""
        )
        raise BadInput(Problem(place, f"the file is not {what}", found, "give the file as released"))


def figure(cell: str) -> tuple[float, str | None, bool]:
    """A publisher's cell as value, flag and whether it is marked as an estimate; missing stays missing, a dash is none."""
    text = cell.strip().replace("\u202f", "").replace("\u00a0", "")
    if text in WORDS:
        return math.nan, WORDS[text], False
    if text in NONE:
        return 0.0, None, False
    estimated = bool(re.match(r"e\s?\d", text))
    text = text.removeprefix("e").strip() if estimated else text
    bound = {">": "lower bound", "<": "upper bound"}.get(text[:1])
    try:
        return float(text.removeprefix(">").removeprefix("<").replace(",", "")), bound, estimated
    except ValueError:
        return math.nan, f"text: {text}", estimated


def minerals(names: pd.Series, own: dict[str, str]) -> pd.Series:
    """Slugs of minerals by a publisher's names, ``own`` first; missing where a name is none of ours."""
    return names.map({name: _mineral(str(name), own) for name in names.dropna().unique()})


def _mineral(name: str, own: dict[str, str]) -> str | None:
    lower = name.casefold().strip()
    if lower in own:
        return own[lower]
    bare = re.sub(r"\s*\(.*?\)", "", lower)
    head = bare.split(",")[0].strip()
    stripped = re.sub(r"^(primary|natural|refined) | (minerals?|metal|ores?|concentrates?)$", "", head)
    for candidate in (lower, bare, head, stripped):
        if candidate in own:
            return own[candidate]
        try:
            return resolve_mineral(candidate)
        except OrepactError:
            continue
    return None


def countries(names: pd.Series) -> pd.Series:
    """Codes of countries by a publisher's names or codes, WLD and OTH for its totals; missing where none is known."""
    return names.map({name: _country(str(name)) for name in names.dropna().unique()})


def _country(name: str) -> str | None:
    text = re.sub(r"\s*\((.*rounded|excludes?.*)\)$", "", name.strip(), flags=re.IGNORECASE)
    group = GROUPS.get(text.casefold())
    if group is not None:
        return group
    if text in MARKED_CODES:
        return MARKED_CODES[text]
    swapped = re.sub(r"^(.*), (D\.R\.|Rep\.|North|South)$", r"\2 \1", text)
    for candidate in (text, swapped, re.sub(r"\s*\(.*\)$", "", text)):
        try:
            return resolve_country(candidate)
        except OrepactError:
            continue
    return None


def is_country(code: str) -> bool:
    """Whether a code is one of the table of countries."""
    return country_name(code) != code


def stages(wording: pd.Series, slugs: pd.Series) -> pd.Series:
    """Stage by a publisher's wording; by Orepact's own table, where it has one stage of the mineral, if the words do not tell."""
    import pandas as pd

    known = shipped("production").drop_duplicates(["mineral", "stage"]).drop_duplicates("mineral", keep=False)
    alone = dict(zip(known["mineral"], known["stage"], strict=True))
    found = [_stage(str(words), alone.get(slug)) for words, slug in zip(wording, slugs, strict=True)]
    return pd.Series(found, index=wording.index, dtype="str")


def _stage(words: str, alone: str | None) -> str | None:
    if REFINED.search(words):
        return "refined"
    return "mine" if MINED.search(words) else alone


def in_our_units(frame: pd.DataFrame, units: str, left: LeftOut) -> pd.DataFrame:
    """``frame`` with ``value`` in tonnes (or our units of volume) and ``unit`` set; other units are left out."""
    lower = frame[units].str.casefold()
    known = lower.isin(TONNES) | lower.isin(VOLUMES)
    frame = left.keep(frame, known, "in a unit that is no mass or volume of ours", units)
    lower = frame[units].str.casefold()
    return frame.assign(value=frame["value"] * lower.map(TONNES).fillna(1.0), unit=lower.map(VOLUMES).fillna("t"))


def finish(
    kind: str, table: str, frame: pd.DataFrame, left: LeftOut, path: Path, remarks: Iterable[str] = ()
) -> Loaded:
    """The frame in the table's schema, validated; MissingData where nothing of the file could be used."""
    import pandas as pd

    schema = SCHEMAS[table]
    frame = left.keep(frame, ~frame.duplicated(list(schema.key)), "a second figure for the same thing")
    place = f"load, {path.name}"
    if frame.empty:
        reasons = "; ".join(f"{reason} ({rows} rows)" for reason, rows in left.told().items()) or "no rows at all"
        todo = "give a file with figures of minerals in 'orepact facts show minerals'"
        raise MissingData(Problem(place, "nothing in the file can be used", reasons, todo))
    for column in schema.columns:
        if column not in frame and column in schema.empty:
            frame = frame.assign(**{column: pd.Series(None, index=frame.index, dtype="str")})
    valid = validate(table, frame[list(schema.columns)].reset_index(drop=True), place)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Loaded(kind, table, valid, left.told(), tuple(remarks), digest)
