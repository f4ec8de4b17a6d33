"""How results leave a command: as text for people, JSON or CSV for programs."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer

from orepact.errors import BadInput, Problem


def check_one_form(*, as_json: bool, as_csv: bool) -> None:
    """Raise BadInput when both JSON and CSV are asked for on one output."""
    if as_json and as_csv:
        raise BadInput(
            Problem("--json, --csv", "both forms cannot go to one output", "both options", "choose one of them")
        )


def print_json(answer: object) -> None:
    """Print as strict JSON; a number that cannot be told is null, never NaN."""
    typer.echo(json.dumps(_strict(answer), indent=2, ensure_ascii=False, allow_nan=False))


def _strict(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _strict(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_strict(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


@contextmanager
def progress_bar(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on stderr while the block runs, gone when it ends; yields what takes the number of draws done."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total} draws"))
    console = Console(stderr=True)
    quiet = not console.is_terminal
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task(what, total=max(total, 1))
        yield lambda done: bar.update(task, completed=done)
