"""Records of the pact as people read them at a command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from orepact.pact.chain import Verdict
from orepact.pact.demo import Somebody
from orepact.pact.importing import Preview
from orepact.report.numbers import WIDTH

SHORT: dict[str, tuple[str, ...]] = {
    "party": ("id", "name", "kind"),
    "membership": ("member", "of", "role", "since", "until"),
    "initiative": ("id", "name", "functions", "since", "until"),
    "agreement": ("id", "parties", "signed", "status"),
    "commitment": ("id", "parties", "text"),
    "project": ("id", "host", "minerals", "state"),
    "round": ("id", "name", "state", "minerals"),
    "demand": ("id", "round", "mineral", "stage", "kg", "matched"),
    "offer": ("id", "round", "mineral", "stage", "kg", "matched"),
    "match": ("id", "round", "buyer", "supplier", "kg", "price"),
    "investigation": ("id", "name", "mineral", "importer", "state"),
    "dissent": ("id", "investigation", "text"),
    "credential": ("id", "name", "scheme", "issuer", "ends", "used_on"),
    "parameter": ("id", "value", "unit", "name"),
    "person": ("id", "name", "roles", "acts_for", "ended"),
    "token": ("id", "name", "person", "scopes", "expires", "ended"),
    "reserve": ("id", "name", "policy", "objective", "met"),
}
"""Columns that a list shows; the others stand in --json and --csv."""

HIDDEN = {"id", "version", "effective", "evidence", "history", "tier", "readers", "owner", "demonstration"}


def _console() -> Console:
    return Console(width=WIDTH, emoji=False, highlight=False, markup=False)


def print_records(kind: str, rows: Sequence[dict[str, Any]]) -> None:
    """Print a list of records."""
    console = _console()
    if not rows:
        console.print(f"No {kind} is recorded that you may read.")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    names = [name for name in SHORT.get(kind, ("id",)) if any(plain(row.get(name)) for row in rows)]
    for name in names:
        table.add_column(name.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(plain(row.get(name)) for name in names))
    console.print(table)
    marked = sum(bool(row.get("demonstration")) for row in rows)
    console.print(
        f"\n{len(rows)} records." + (f" {marked} of them are invented, for a demonstration." if marked else "")
    )


def print_guarantees(rows: Sequence[dict[str, Any]]) -> None:
    """Print how the guarantees of origin of a batch file stand in the pact."""
    console = _console()
    gone = sum(row["status"] not in {"not entered", "free", "used here"} for row in rows)
    if not rows:
        console.print("The file uses up no guarantee of origin.")
        return
    console.print(
        f"{gone} of {len(rows)} guarantees of origin cannot be used up." if gone
        else f"Nothing in the pact stands against the {len(rows)} guarantees of origin that the file uses up."
    )  # fmt: skip
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("guarantee", "batch", "status", "why"):
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(str(row[name]) for name in ("guarantee", "batch", "status", "why")))
    console.print(table)


def print_record(kind: str, row: dict[str, Any]) -> None:
    """Print one record, its evidence and its history."""
    console = _console()
    console.print(f"{row.get('name') or row.get('text') or row['id']}", style="bold")
    invented = " Invented, for a demonstration." if row.get("demonstration") else ""
    console.print(f"{kind} {row['id']}, version {row['version']}, {row['tier']}.{invented}\n")
    for name, value in row.items():
        if name not in HIDDEN and plain(value):
            _print_field(console, name, value)
    if row["evidence"]:
        console.print("\nEvidence")
        for each in row["evidence"]:
            console.print(Padding(evidence(each), (0, 0, 0, 4)))
    console.print("\nWhat was done, in order")
    for each in row["history"]:
        console.print(Padding(_event(each), (0, 0, 0, 4)))


def _print_field(console: Console, name: str, value: Any) -> None:
    title = name.replace("_", " ")
    if isinstance(value, list) and value and isinstance(value[0], dict):
        console.print(f"{title}:")
        for each in value:
            console.print(Padding(plain(each), (0, 0, 0, 4)))
    else:
        console.print(f"{title}: {plain(value)}")


def print_events(events: Sequence[dict[str, Any]]) -> None:
    """Print events, one a paragraph."""
    console = _console()
    if not events:
        console.print("Nothing is recorded that you may read.")
    for each in events:
        console.print(f"{each['kind']} {each['record']}", style="bold")
        console.print(Padding(_event(each), (0, 0, 0, 4)))
        said = plain({name: value for name, value in each["data"].items() if name != "override"})
        if said:
            console.print(Padding(said if len(said) < 300 else f"{said[:300]}…", (0, 0, 0, 4)))
        if "override" in each["data"]:
            console.print(Padding(f"against: {plain(each['data']['override'])}", (0, 0, 0, 4)))


def print_kinds(kinds: Sequence[dict[str, Any]], *, in_full: bool) -> None:
    """Print kinds with their verbs; in full with what each asks for."""
    console = _console()
    for kind in kinds:
        console.print(f"{kind['kind']}: {kind['meaning']}", style="bold" if in_full else None)
        if not in_full:
            console.print(Padding(", ".join(verb["verb"] for verb in kind["verbs"]), (0, 0, 0, 4)))
            continue
        _print_fields(console, kind["fields"], 4)
        for verb in kind["verbs"]:
            by = ", ".join(verb["roles"])
            console.print(f"\n{verb['verb']}: {verb['meaning']} (by {by}; {verb['rule']})", style="bold")
            if verb["verb"] != "add":
                _print_fields(console, verb["asks"], 4)


def _print_fields(console: Console, fields: Sequence[dict[str, Any]], indent: int) -> None:
    for each in fields:
        needed = ", needed" if each["needed"] else ""
        console.print(Padding(f"{each['name']} ({each['unit']}{needed}): {each['meaning']}", (0, 0, 0, indent)))


def print_preview(found: Preview, written: int, *, wanted: bool) -> None:
    """Print what a table would do, bad rows in full."""
    console = _console()
    for row in found.rows:
        for each in row.problems:
            console.print(f"row {row.number}, {row.title or 'no name'}: {each}")
    for row in found.rows:
        if row.action == "change":
            console.print(f"row {row.number} changes {', '.join(row.changes)} of {row.record}")
    told = f"{found.count('add')} new, {found.count('change')} changed, {found.count('same')} as they are, {len(found.refused)} refused"
    console.print(f"\n{len(found.rows)} rows: {told}.")
    if written:
        console.print(f"Wrote {written} events.")
    elif found.refused:
        console.print("Nothing was written: mend the refused rows first.")
    elif not wanted:
        console.print("Nothing was written; add --write to write them.")


def print_people(people: Sequence[Somebody], database: str) -> None:
    """Print who can sign in to a demonstration, with passwords that are shown this once."""
    console = _console()
    console.print(
        "A demonstration pact. Its firms, people and projects are invented and marked as such.\n", style="bold"
    )
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("sign in as", "password", "who", "may", "for"):
        table.add_column(name, overflow="fold", no_wrap=name == "password")
    for each in people:
        table.add_row(each.sign_in, each.password, each.name, ", ".join(each.roles), ", ".join(each.acts_for))
    console.print(table)
    console.print("\nThe passwords are shown this once. To look at it as one of them:")
    console.print(f"    orepact serve --database {database}", soft_wrap=True)
    console.print(f"    orepact pact clock --database {database}", soft_wrap=True)


def print_verdict(verdict: Verdict) -> None:
    """Print whether the log holds."""
    console = _console()
    if verdict.intact:
        console.print(f"Intact: {verdict.events} events, each chained to the one before; the state follows from them.")
    else:
        console.print(f"Not intact: {verdict.events} events checked.")
        for each in verdict.faults:
            console.print(Padding(each, (0, 0, 0, 4)))
    if verdict.seen is not None:
        console.print(
            "The head that you noted lies in it."
            if verdict.seen
            else "The head that you noted is not in it: its end was cut off or replaced."
        )
    if not verdict.intact:
        console.print("Do not note its head: restore a backup, and check that against a head that was noted before.")
        return
    console.print(f"Head: {verdict.head or 'none'}")
    if verdict.seen is None:
        console.print("Write the head down: with --head, a later check tells whether anything after it was cut off.")


def evidence(said: dict[str, Any]) -> str:
    """Evidence in a line: what it is, how good, where."""
    parts = [
        said.get("title"),
        said.get("source"),
        said.get("address"),
        f"grade {said['grade']}" if said.get("grade") else None,
    ]
    of = f" (of {said['of']})" if said.get("of") not in {None, "add"} else ""
    return "; ".join(str(each) for each in parts if each) + of


def _event(each: dict[str, Any]) -> str:
    shown = (
        f"; shown by {len(each['evidence'])} sources"
        if len(each["evidence"]) > 1
        else "; shown by 1 source"
        if each["evidence"]
        else ""
    )
    when = each["recorded"][:16].replace("T", " ")
    return f"{each['effective']}  {each['verb']} by {each['actor']}, under {each['rule']}{shown}; recorded {when}, {each['hash'][:12]}"


def plain(value: Any) -> str:
    """A value as it would be written by hand; nothing is empty."""
    if value is None or (isinstance(value, list | dict) and not value):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(
            f"{name.replace('_', ' ')}: {plain(each)}"
            for name, each in value.items()
            if plain(each) and each is not False
        )
    if isinstance(value, list | tuple):
        return ", ".join(plain(each) for each in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
