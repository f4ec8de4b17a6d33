"""``orepact pact list, show, add, do, log, decisions``: records of every kind, what was done to them, and doing something."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orepact.cli.output import check_one_form, print_json, print_rows
from orepact.cli.pact.opening import AsOfOption, AsOption, CsvOption, DatabaseOption, JsonOption, day_of, opened
from orepact.errors import BadInput, Problem, unknown

if TYPE_CHECKING:
    from orepact.pact import Command

KindArgument = Annotated[
    str, typer.Argument(help="Kind of record: party, initiative, agreement, commitment, project …")
]
IdArgument = Annotated[str, typer.Argument(help="Id of the record.")]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", help="field=value; lists joined by |, records as JSON. May be repeated.")
]
EvidenceOption = Annotated[
    list[str] | None,
    typer.Option("--evidence", help="Address of a page that shows it; GRADE:address grades it. May be repeated."),
]

NewIdOption = Annotated[str | None, typer.Option("--id", help="Id; made of the name when left out.")]
VerbArgument = Annotated[str, typer.Argument(help="What is done: change, show, meet, move …")]
FileOption = Annotated[Path | None, typer.Option("--file", help="Fields in a YAML file.")]
FromOption = Annotated[str | None, typer.Option("--from", help="Day from which it holds; today when left out.")]
RuleOption = Annotated[str | None, typer.Option("--rule", help="Rule under which it is done.")]
KeyOption = Annotated[str | None, typer.Option("--key", help="Idempotency key: the same request is done once.")]
OverrideOption = Annotated[str | None, typer.Option("--override", help="Reason for acting against a guard; logged.")]


def list_records(
    kind: KindArgument, as_of: AsOfOption = None, person: AsOption = None, database: DatabaseOption = None,
    as_json: JsonOption = False, as_csv: CsvOption = False,
) -> None:  # fmt: skip
    """List the records of a kind, as of a day.

    Example: orepact pact list agreement --as-of 2026-05-01
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    from orepact.pact.listing import columns, rows

    with opened(database, person=person) as (pact, viewer):
        kind = kind_of(kind)
        found = rows(pact.sight(viewer, day_of(as_of)), kind)
    if as_json:
        print_json(found)
    elif as_csv:
        print_rows([{name: _cell(value) for name, value in row.items()} for row in found], columns(kind))
    else:
        from orepact.report.pact_text import print_records

        print_records(kind, found)


def show(
    kind: KindArgument, record: IdArgument, as_of: AsOfOption = None, person: AsOption = None, database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Show one record with its evidence and everything that was done to it.

    Example: orepact pact show agreement us-japan-action-plan
    """
    from orepact.pact.listing import whole

    with opened(database, person=person) as (pact, viewer):
        kind = kind_of(kind)
        answer = whole(pact, viewer, kind, record, day_of(as_of))
    if as_json:
        print_json(answer)
    else:
        from orepact.report.pact_text import print_record

        print_record(kind, answer)


def log(
    kind: Annotated[str | None, typer.Argument(help="Kind of record; all when left out.")] = None,
    record: Annotated[str | None, typer.Argument(help="Id of the record; all when left out.")] = None,
    limit: Annotated[int, typer.Option("--limit", help="Newest events shown.", min=1)] = 40,
    person: AsOption = None, database: DatabaseOption = None, as_json: JsonOption = False, as_csv: CsvOption = False,
) -> None:  # fmt: skip
    """Show what was done, newest first: who, when, under which rule, on what evidence.

    Example: orepact pact log commitment --limit 10
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    with opened(database, person=person) as (pact, viewer):
        events = [each.record() for each in pact.history(viewer, None if kind is None else kind_of(kind), record)][
            -limit:
        ][::-1]
    _print_events(events, as_json=as_json, as_csv=as_csv)


def decisions(
    person: AsOption = None, database: DatabaseOption = None, as_json: JsonOption = False, as_csv: CsvOption = False
) -> None:
    """Show the decision log: every change of a parameter, and every guard that somebody overrode, with the reason.

    Example: orepact pact decisions
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    from orepact.pact.listing import decided

    with opened(database, person=person) as (pact, viewer):
        events = [each.record() for each in decided(pact.history(viewer))][::-1]
    _print_events(events, as_json=as_json, as_csv=as_csv)


def add(  # noqa: PLR0913, PLR0917  (one option for each part of an act)
    kind: KindArgument, fields: SetOption = None, record: NewIdOption = None, file: FileOption = None, effective: FromOption = None,
    rule: RuleOption = None, evidence: EvidenceOption = None, key: KeyOption = None, person: AsOption = None,
    database: DatabaseOption = None, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Add a record.

    Example: orepact pact add party --set name=Acme --set kind=firm --set home=CAN
    """
    from orepact.pact import Command

    kind = kind_of(kind)
    shown = [_evidence(each) for each in evidence or []]
    said = given(kind, "add", fields or [], file)
    command = Command(kind, "add", said, record, day_of(effective, "--from"), rule, shown)
    _done(command, key, person, database, as_json=as_json)


def do(  # noqa: PLR0913, PLR0917  (one option for each part of an act)
    kind: KindArgument, record: IdArgument, verb: VerbArgument, fields: SetOption = None, file: FileOption = None,
    effective: FromOption = None, rule: RuleOption = None, evidence: EvidenceOption = None, override: OverrideOption = None,
    key: KeyOption = None, person: AsOption = None, database: DatabaseOption = None, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Do something to a record: the verbs of its kind are listed by orepact pact kinds KIND.

    Example: orepact pact do parameter clock.notice_days set --set value=45 --set "reason=asked by the secretariat"
    """
    from orepact.pact import Command

    kind = kind_of(kind)
    shown = [_evidence(each) for each in evidence or []]
    said = given(kind, verb, fields or [], file)
    command = Command(kind, verb, said, record, day_of(effective, "--from"), rule, shown, override=override)
    _done(command, key, person, database, as_json=as_json)


def _done(command: Command, key: str | None, person: str | None, database: str | None, *, as_json: bool) -> None:
    with opened(database, write=True, person=person) as (pact, viewer):
        done = pact.do(viewer, command, key)
    if as_json:
        print_json(done.event.record() | {"version": done.kept.version, "record": done.kept.id})
        return
    version, event = done.kept.version, done.event.hash[:12]
    typer.echo(f"{command.kind} {done.kept.id}: {command.verb}, version {version}, event {event}")


def import_file(
    kind: KindArgument,
    file: Annotated[Path, typer.Argument(help="Table of records, one a row (.csv or .xlsx).")],
    write: Annotated[bool, typer.Option("--write", help="Write the rows; a preview is shown when left out.")] = False,
    key: KeyOption = None, person: AsOption = None, database: DatabaseOption = None, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Read a table and show what each row would do and what is wrong with it; with --write, do it, all rows or none.

    Example: orepact pact import commitment promises.csv --write
    """
    from orepact.pact.importing import preview, preview_record, read_table
    from orepact.pact.importing import write as written
    from orepact.report.pact_text import print_preview

    kind = kind_of(kind)
    rows = read_table(table_content(file), "xlsx" if file.suffix.lower() == ".xlsx" else "csv", file.name)
    with opened(database, write=write, person=person) as (pact, viewer):
        found = preview(pact, viewer, kind, rows)
        done = written(pact, viewer, found, key) if write and not found.refused else ()
    if as_json:
        print_json(preview_record(found) | {"written": len(done)})
    else:
        print_preview(found, len(done), wanted=write)
    if found.refused:
        raise typer.Exit(2)


def table_content(file: Path) -> bytes:
    """What a table holds, if it is one and not too large. Raises BadInput."""
    most = 20_000_000
    if file.suffix.lower() not in {".csv", ".xlsx"}:
        raise BadInput(Problem(file.name, "it is no table", f"'{file.suffix}'", "give a .csv or .xlsx file"))
    try:
        if file.stat().st_size > most:
            raise BadInput(Problem(file.name, "the file is too large", "over 20 MB", "give it in parts"))
        return file.read_bytes()
    except OSError as error:
        found = error.strerror or "an error"
        raise BadInput(Problem(file.name, "the file cannot be read", found, "check its name")) from error


def kinds(
    kind: Annotated[str | None, typer.Argument(help="Kind of record; all when left out.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what kinds of records there are, what can be done to them, by whom, and what each asks for.

    Example: orepact pact kinds commitment
    """
    from orepact.pact.listing import kind_record
    from orepact.report.pact_text import print_kinds

    found = [kind_record(each) for each in ([kind_of(kind)] if kind else _kinds())]
    if as_json:
        print_json(found)
    else:
        print_kinds(found, in_full=kind is not None)


def kind_of(name: str) -> str:
    """A kind by its name or by its plural."""
    from orepact.pact.kinds import KINDS

    plurals = {each.plural: each.name for each in KINDS.values()}
    if name in plurals:
        return plurals[name]
    if name not in KINDS:
        raise unknown("pact", "kind of record", name, KINDS)
    return name


def given(kind: str, verb: str, fields: list[str], file: Path | None) -> dict[str, Any]:
    """What a verb is given, from --set and --file: texts become lists and numbers where the verb asks for such."""
    from orepact.files import read_yaml
    from orepact.pact.typed import typed

    found: dict[str, Any] = {}
    if file is not None:
        read = read_yaml(file, "--file").content
        if not isinstance(read, dict):
            raise BadInput(Problem("--file", "it holds no fields", file.name, "write field: value, one a line"))
        found |= read
    for each in fields:
        name, is_said, value = each.partition("=")
        if not is_said:
            raise BadInput(Problem("--set", "it sets nothing", f"'{each[:60]}'", "write field=value"))
        found[name.strip()] = typed(kind, verb, name.strip(), value)
    return found


def _evidence(text: str) -> dict[str, Any]:
    grade, has_grade, address = text.partition(":")
    if has_grade and grade in set("ABCDE"):
        return {"grade": grade, "address": address}
    return {"address": text}


def _kinds() -> list[str]:
    from orepact.pact.kinds import KINDS

    return list(KINDS)


def _cell(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "|".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _print_events(events: list[dict[str, Any]], *, as_json: bool, as_csv: bool) -> None:
    from orepact.pact.listing import EVENT_COLUMNS
    from orepact.report.pact_text import print_events

    if as_json:
        print_json(events)
    elif as_csv:
        print_rows([{name: _cell(each.get(name)) for name in EVENT_COLUMNS} for each in events], EVENT_COLUMNS)
    else:
        print_events(events)
