"""How results leave a command: as text for people, JSON or CSV for programs."""

from __future__ import annotations

import codecs
import csv
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import typer

from orepact.api.media import flat
from orepact.errors import BadInput, Problem

PLAIN = {"\u2009": " ", "\u2026": "...", "\u2013": "-", "\u00b7": "-", "\u2019": "'"}
"""Characters that Orepact prints and that an old terminal may not have, with what stands in for them."""


def check_one_form(*, as_json: bool, as_csv: bool) -> None:
    """Raise BadInput when both JSON and CSV are asked for on one output."""
    if as_json and as_csv:
        raise BadInput(
            Problem("--json, --csv", "both forms cannot go to one output", "both options", "choose one of them")
        )


def check_files(*wanted: tuple[Path | None, tuple[str, ...], str]) -> None:
    """Refuse files that cannot be written before anything is computed, all at once: path, endings, and option of each."""
    from orepact.files import check_writable

    problems: list[Problem] = []
    for path, endings, place in wanted:
        try:
            if path is not None:
                check_writable(path, endings, place)
        except BadInput as error:
            problems += error.problems
    if problems:
        raise BadInput(problems)


def carried(note: Path | None, made_note: Callable[[], Any], xlsx: Path | None, made_book: Callable[[], Any]) -> None:
    """Write the files that ``--note`` and ``--xlsx`` name, both or none; their names were checked before."""
    from orepact.files import appearing_whole

    with ExitStack() as files:
        if note is not None:
            from orepact.report.note.pdf import note_pdf

            files.enter_context(appearing_whole(note, (".pdf",), "--note")).write_bytes(note_pdf(made_note()))
        if xlsx is not None:
            from orepact.report.workbook import workbook_bytes

            files.enter_context(appearing_whole(xlsx, (".xlsx",), "--xlsx")).write_bytes(workbook_bytes(made_book()))


def print_json(answer: object) -> None:
    """Print as strict JSON; a number that cannot be told is null, never NaN."""
    from orepact.cases.plain import strict

    typer.echo(json.dumps(strict(answer), indent=2, ensure_ascii=False, allow_nan=False))


def print_row(answer: dict[str, Any]) -> None:
    """Print one answer as CSV: a heading and a row; what stands inside another is named ``outer_inner``."""
    row = flat(answer)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([list(row), ["" if value is None else value for value in row.values()]])
    typer.echo(text.getvalue(), nl=False)


def print_rows(rows: list[dict[str, Any]], columns: Iterable[str]) -> None:
    """Print rows as CSV, with the headings also where there is no row; a figure that cannot be told is an empty cell."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    typer.echo(text.getvalue(), nl=False)


def speak_plainly() -> None:
    """Let both streams print where the terminal's encoding has no thin spaces or dots: their nearest plain characters."""
    codecs.register_error("orepact_plain", _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="orepact_plain")


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join(PLAIN.get(letter, "?") for letter in text), error.end


def stop_printing() -> None:
    """Send what is still to be printed nowhere: the reader is gone or the disk is full, and has been told."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


@contextmanager
def progress_bar(what: str, total: int, unit: str = "draws") -> Iterator[Callable[[int], None]]:
    """A bar on stderr while the block runs, gone when it ends; yields what takes the number of units done."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total} " + unit))
    console = Console(stderr=True)
    quiet = not console.is_terminal
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task(what, total=max(total, 1))
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def download_bar() -> Iterator[Callable[[str, int, int | None], None]]:
    """A bar on stderr for each file that is fetched; yields what takes its name, the bytes so far, and all bytes if known."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:

        def show(name: str, done: int, total: int | None) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(f"Fetching {name}", total=total)
            bar.update(tasks[name], completed=done, total=total)

        yield show
