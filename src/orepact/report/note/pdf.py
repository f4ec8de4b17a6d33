"""A note as the bytes of a PDF of at most two pages A4; the same record gives the same bytes on every machine.

Only typst's own fonts are used and no date is written. The record goes to typst as data: no word of it is read as markup.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from orepact.errors import BadInput, Problem
from orepact.files import appearing_whole
from orepact.report.note.record import Listing, Note

MOST_PAGES = 2
TRIES = ((1.0, 12), (0.95, 12), (0.95, 9), (0.9, 8), (0.86, 6), (0.82, 5), (0.8, 3))
"""Size of the letters and rows of a table, the roomiest first: the first that fits two pages is taken."""

LONGEST = 700
"""Characters of any one text of a note; what is longer ends with three dots."""

ENDING = (".pdf",)


def note_pdf(note: Note) -> bytes:
    """The PDF of a note; needs the extra ``report``. BadInput where it cannot be laid out on two pages."""
    try:
        import typst
    except ImportError as error:
        wrong = "notes need the extra 'report'"
        raise BadInput(Problem("--note", wrong, f"no module {error.name}", "install orepact[report]")) from error
    source = files("orepact.report.note").joinpath("note.typ").read_bytes()
    text = json.dumps(_data(note), ensure_ascii=False)
    fonts = typst.Fonts(include_system_fonts=False)
    for scale, rows in TRIES:
        inputs = {"note": text, "scale": str(scale), "rows": str(rows)}
        compiler = typst.Compiler(source, font_paths=fonts, sys_inputs=inputs)
        pages = int(json.loads(compiler.query("<pages>", field="value", one=True)))
        if pages <= MOST_PAGES:
            return cast(bytes, compiler.compile(source, format="pdf", pdf_standards=["ua-1"]))
    raise BadInput(
        Problem("--note", "the answer does not fit two pages", f"{pages} pages", "ask for fewer things at once")
    )


def write_note(note: Note, path: Path, place: str = "--note") -> None:
    """Write a note to a ``.pdf`` file, whole or not at all."""
    with appearing_whole(path, ENDING, place) as part:
        part.write_bytes(note_pdf(note))


def _data(note: Note) -> dict[str, Any]:
    """The record in JSON terms, with the numbers of the sources in place of their ids."""
    data = asdict(note)
    data["figures"] = [{**asdict(each), "refs": note.numbers(each.sources)} for each in note.figures]
    data["pictures"] = [
        {**asdict(each), "svg": each.svg.decode(), "refs": note.numbers(each.sources)} for each in note.pictures
    ]
    for name in ("loses", "gains", "helps"):
        listing: Listing | None = getattr(note, name)
        data[name] = None if listing is None else {**asdict(listing), "refs": note.numbers(listing.sources)}
    return {name: value if name == "pictures" else _short(value) for name, value in data.items()}


def _short(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) <= LONGEST else f"{value[:LONGEST]}\u2026"
    if isinstance(value, dict):
        return {name: _short(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_short(each) for each in value]
    return value
