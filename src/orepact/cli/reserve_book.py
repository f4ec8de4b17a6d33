"""``orepact pact reserve``: the books of reserves: the book on a day, one's own part, what is published, the extract for auditors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orepact.cli.output import check_files, check_one_form, print_json, print_rows
from orepact.cli.pact.opening import AsOfOption, AsOption, CsvOption, DatabaseOption, JsonOption, day_of, opened

if TYPE_CHECKING:
    from orepact.pact.ledger import Audit
    from orepact.sheets import Form

app = typer.Typer(
    help="Books of reserves: lots, rights to draw, clocks, cost. Book with orepact pact do reserve VERB.",
    rich_markup_mode="rich", pretty_exceptions_enable=False, no_args_is_help=True,
)  # fmt: skip
IdArgument = Annotated[str, typer.Argument(help="Id of the reserve.")]
RegionOption = Annotated[
    str | None, typer.Option("--region", help="Whose use days of cover are of; the owner's when left out.")
]
KeyOption = Annotated[str | None, typer.Option("--key", help="Idempotency key: the same request is done once.")]
AUDIT_FILES = (".csv", ".xlsx")


def _plain(answer: object) -> object:
    """An answer with its days as text."""
    from orepact.pact.canonical import canonical

    return json.loads(canonical(answer))


@app.command("list")
def list_books(person: AsOption = None, database: DatabaseOption = None, as_json: JsonOption = False) -> None:
    """List the reserves whose books you may read.

    Example: orepact pact reserve list
    """
    from orepact.pact.listing import rows

    with opened(database, person=person) as (pact, viewer):
        found = rows(pact.sight(viewer), "reserve")
    if as_json:
        print_json(found)
    else:
        from orepact.report.pact_ledger_text import print_reserves

        print_reserves(found)


@app.command("book")
def book(
    reserve: IdArgument, as_of: AsOfOption = None, region: RegionOption = None, person: AsOption = None, database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Show the book of a reserve on a day: lots, rights, days of cover, clocks, invoices and cost.

    Example: orepact pact reserve book x-1f2e --as-of 2026-05-01
    """
    from orepact.pact.ledger import book_of

    with opened(database, person=person) as (pact, viewer):
        found = book_of(pact, viewer, reserve, day_of(as_of), region)
    if as_json:
        print_json(_plain(found.answer()))
    else:
        from orepact.report.pact_ledger_text import print_book

        print_book(found)


@app.command("mine")
def mine(
    as_of: AsOfOption = None, person: AsOption = None, database: DatabaseOption = None, as_json: JsonOption = False
) -> None:
    """Show what those for whom you act may draw, owe and were billed, in every reserve.

    Example: orepact pact reserve mine --as fia
    """
    from orepact.pact.ledger import own_parts

    with opened(database, person=person) as (pact, viewer):
        found = own_parts(pact, viewer, day_of(as_of))
    if as_json:
        print_json(_plain(found))
    else:
        from orepact.report.pact_ledger_text import print_own

        print_own(found)


@app.command("public")
def public(as_of: AsOfOption = None, database: DatabaseOption = None, as_json: JsonOption = False) -> None:
    """Show what everybody is told of reserves, after their lag, without what security holds back.

    Example: orepact pact reserve public
    """
    from orepact.pact.ledger import published

    with opened(database) as (pact, _):
        found = published(pact, day_of(as_of))
    if as_json:
        print_json(_plain(found))
    else:
        from orepact.report.pact_ledger_text import print_published

        print_published(found)


@app.command("audit")
def audit_extract(
    reserve: IdArgument, as_of: AsOfOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write every posting to a file (.csv or .xlsx).")] = None,
    person: AsOption = None, database: DatabaseOption = None, as_csv: CsvOption = False, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Hold the books against the log, and extract every posting with its balance and the hash of its event.

    Example: orepact pact reserve audit x-1f2e --out postings.xlsx
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    check_files((out, AUDIT_FILES, "--out"))
    from orepact.pact.ledger import audit
    from orepact.pact.ledger.audit import COLUMNS

    with opened(database, person=person) as (pact, viewer):
        found = audit(pact, viewer, reserve, day_of(as_of))
    if out is not None:
        _write(found, out)
    if as_json:
        print_json(
            {"name": found.name, "rows": list(found.rows), "balances": found.balances, "wrong": list(found.wrong)}
        )
    elif as_csv:
        print_rows(list(found.rows), COLUMNS)
    else:
        from orepact.report.pact_ledger_text import audit_words

        typer.echo(audit_words(found))


def _write(found: Audit, path: Path) -> None:
    """The postings as a file. Whole numbers stay whole; in a workbook, those over 15 digits are text."""
    from orepact.files import appearing_whole
    from orepact.report.pact_ledger_file import audit_bytes

    with appearing_whole(path, AUDIT_FILES, "--out") as part:
        part.write_bytes(audit_bytes(found, path.suffix))


@app.command("import")
def import_steps(
    reserve: IdArgument,
    file: Annotated[Path, typer.Argument(help="Forms, lots, rights or other steps, one a row (.csv or .xlsx).")],
    write: Annotated[bool, typer.Option("--write", help="Book the rows; a preview is shown when left out.")] = False,
    undated: Annotated[str | None, typer.Option("--from", help="Day of rows that give none.")] = None,
    key: KeyOption = None, person: AsOption = None, database: DatabaseOption = None, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Read an opening book, other steps, or an auditors' extract: show what each row does; with --write, book all rows or none.

    Example: orepact pact reserve import x-1f2e opening.xlsx --write
    """
    from orepact.cli.pact.records import table_content
    from orepact.pact.ledger.taking_in import look, take_in

    content = table_content(file)
    form: Form = "xlsx" if file.suffix.lower() == ".xlsx" else "csv"
    with opened(database, write=write, person=person) as (pact, viewer):
        found = look(pact, viewer, reserve, content, form, file.name, day_of(undated, "--from"))
        done = take_in(pact, viewer, found, key) if write and not found.problems else ()
    if as_json:
        print_json(found.record() | {"written": len(done)})
    else:
        from orepact.report.pact_ledger_text import print_taking_in

        print_taking_in(found, len(done), wanted=write)
    if found.problems:
        raise typer.Exit(2)


@app.command("article22")
def report(
    reserve: IdArgument, as_of: AsOfOption = None, region: RegionOption = None, person: AsOption = None, database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Print as CSV what Article 22 of the Critical Raw Materials Act asks to report: tonnes, share of use, form, purity, rules.

    Example: orepact pact reserve article22 x-1f2e --region DEU
    """
    from orepact.pact.ledger import book_of
    from orepact.pact.ledger.starting import article_22

    with opened(database, person=person) as (pact, viewer):
        rows = article_22(book_of(pact, viewer, reserve, day_of(as_of), region))
    if as_json:
        print_json(rows)
    else:
        print_rows(rows, rows[0] if rows else ("mineral",))


@app.command("stock")
def stock(
    reserve: IdArgument,
    mineral: Annotated[str, typer.Option("--mineral", "-m", help="Mineral of the case.")],
    countries: Annotated[str, typer.Option("--region", "-r", help="Whose users it supplies: countries or regions.")],
    as_of: AsOfOption = None, person: AsOption = None, database: DatabaseOption = None,
) -> None:  # fmt: skip
    """Print, as JSON, instruments of a case by which a simulated reserve begins from the real ledger.

    Example: orepact pact reserve stock x-1f2e -m cobalt -r FIN
    """
    from orepact import facts
    from orepact.pact.ledger import book_of
    from orepact.pact.ledger.starting import release_instruments

    members = [each for part in countries.split(",") for each in facts.resolve_place(part.strip())]
    with opened(database, person=person) as (pact, viewer):
        found = book_of(pact, viewer, reserve, day_of(as_of))
    print_json({"instruments": release_instruments(found, members, facts.resolve_mineral(mineral))})
