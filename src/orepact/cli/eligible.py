"""``orepact eligible``: does a batch qualify for the zone, and which document is missing?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from orepact.cli.output import check_one_form, print_json, print_rows

DEFAULT = "check"


class _WithDefault(TyperGroup):
    """A group in which ``orepact eligible FILE`` is short for ``orepact eligible check FILE``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the name of the command first where none is named."""
        if args and args[0] not in self.commands and args[0] != "--help":
            args = [DEFAULT, *args]
        return list(super().parse_args(ctx, args))


app = typer.Typer(
    cls=_WithDefault,
    help="Does a batch qualify for the preferential zone, and which document is missing? orepact eligible FILE",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


@app.command(DEFAULT)
def check(
    file: Annotated[Path, typer.Argument(help="The chain of custody (.json or .yaml).")],
    zone: Annotated[
        str | None,
        typer.Option("--zone", help="Region, or countries joined by commas; that of the rules when left out."),
    ] = None,
    rules: Annotated[Path | None, typer.Option("--rules", help="Your own rules of the zone (.yaml).")] = None,
    keys: Annotated[
        Path | None, typer.Option("--keys", help="Keys of issuers whose word you take (.json or .yaml).")
    ] = None,
    batch: Annotated[str | None, typer.Option("--batch", help="Another batch than the file's subject.")] = None,
    on: Annotated[str | None, typer.Option("--on", help="Day, like 2026-11-28; today when left out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole verdict as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print one row a test and missing document as CSV.")] = False,
) -> None:
    """Say whether a batch qualifies for the zone: origin, ownership, standards, disclosure; and which document is missing.

    Example: orepact eligible batch.json --keys keys.json --zone EU27
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    import datetime as dt

    from orepact.custody.batch_file import day_of, read_file
    from orepact.custody.eligible import eligible
    from orepact.custody.keys import NO_KEYS, read_keys
    from orepact.custody.zone_rules import read_rules
    from orepact.report.eligible_text import COLUMNS, print_eligible, record, rows

    day = day_of(on, "--on") or dt.datetime.now(tz=dt.UTC).date()
    own = None if rules is None else read_rules(rules)
    known = NO_KEYS if keys is None else read_keys(keys)
    found = eligible(read_file(file), on=day, rules=own, zone=zone, batch=batch, keys=known, place=file.name)
    if as_json:
        print_json(record(found))
    elif as_csv:
        print_rows(rows(found), COLUMNS)
    else:
        print_eligible(found)


@app.command("schemes")
def list_schemes(
    as_json: Annotated[bool, typer.Option("--json", help="Print every cell as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print one row a cell as CSV.")] = False,
) -> None:
    """List which scheme covers which criterion, by what pages say, with the page and its grade."""
    check_one_form(as_json=as_json, as_csv=as_csv)
    from orepact.custody.schemes import scheme_rows

    found: list[dict[str, Any]] = scheme_rows()
    if as_json:
        print_json(found)
    elif as_csv:
        print_rows(found, found[0])
    else:
        from orepact.report.eligible_text import print_schemes

        print_schemes()


@app.command("example")
def write_example(
    to: Annotated[Path, typer.Option("--to", help="Folder to write to; made where there is none.")] = Path(
        "eligible-example"
    ),
) -> None:
    """Write a demonstration to try with: invented firms, one file that lacks a document and one that is complete, and their keys.

    Example: orepact eligible example --to try
    """
    import json

    from orepact.custody.example import DAY, example
    from orepact.files import appearing_together

    made = example()
    with appearing_together(to, "--to") as folder:
        for name, content in (made.files | made.private).items():
            text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
            (folder / name).write_text(text, encoding="utf-8")
    typer.echo(f"A demonstration with invented firms is in {to}; the private keys there vouch for nothing else. Try:")
    for name in ("batch.json", "batch-complete.json"):
        typer.echo(f"  orepact eligible {to / name} --keys {to / 'keys.json'} --on {DAY}")
