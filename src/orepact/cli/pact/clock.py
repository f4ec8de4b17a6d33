"""``orepact pact clock``: which promises are late, which are due, and of which nobody knows."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.output import check_files, check_one_form, print_json, print_rows
from orepact.cli.pact.opening import AsOfOption, AsOption, CsvOption, DatabaseOption, JsonOption, day_of, opened


def command(  # noqa: PLR0913, PLR0917  (one option for each blank in the question)
    as_of: AsOfOption = None,
    status: Annotated[
        list[str] | None,
        typer.Option("--status", help="Only these: open, due, late, met, met late, lapsed, unknown. May be repeated."),
    ] = None,
    party: Annotated[str | None, typer.Option("--party", help="Only promises of this party, by its id.")] = None,
    calendar_file: Annotated[
        Path | None, typer.Option("--calendar", help="Write the due days to a calendar (.ics).")
    ] = None,
    feed_file: Annotated[
        Path | None, typer.Option("--feed", help="Write the last year's changes of status to a feed (.xml).")
    ] = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    person: AsOption = None,
    database: DatabaseOption = None,
) -> None:
    """Show how each promise stands on a day: open, due, late, met, met late, lapsed or unknown.

    Example: orepact pact clock --as-of 2026-05-01 --status unknown
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    check_files((calendar_file, (".ics",), "--calendar"), (feed_file, (".xml",), "--feed"))
    day = day_of(as_of)
    from orepact.pact.calendar import calendar, changes, feed
    from orepact.pact.clock import COLUMNS, check_asked, chosen, clock, clock_answer, clock_rows, notice_days

    with opened(database, person=person) as (pact, viewer):
        sight = pact.sight(viewer, day)
        asked = day or sight.day
        statuses = tuple(status or ())
        check_asked(sight, statuses, party)
        readings = chosen(clock(sight, asked), statuses, party)
        if calendar_file is not None:
            _write(calendar_file, ".ics", "--calendar", calendar(readings, notice=notice_days(sight)))
        if feed_file is not None:
            told = [each for each in changes(sight, asked) if chosen([each.reading], statuses, party)]
            _write(feed_file, ".xml", "--feed", feed(told, asked))
    if as_json:
        print_json(clock_answer(readings, asked))
    elif as_csv:
        print_rows(clock_rows(readings), COLUMNS)
    else:
        _print(readings, asked)


def _print(readings: object, asked: date) -> None:
    from orepact.report.pact_clock_text import print_clock

    print_clock(readings, asked)  # type: ignore[arg-type]


def _write(path: Path, ending: str, option: str, content: bytes) -> None:
    from orepact.files import appearing_whole

    with appearing_whole(path, (ending,), option) as file:
        file.write_bytes(content)
