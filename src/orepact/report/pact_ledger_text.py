"""The books of reserves as people read them: the book, a holder's own part, what is published, the auditors' closing words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from orepact.pact.ledger.audit import Audit
from orepact.pact.ledger.book import Book, Clock
from orepact.pact.ledger.taking_in import TakingIn
from orepact.report.numbers import WIDTH, counted

KILO = 1000
INVENTED = "Invented, for a demonstration."


def _console() -> Console:
    return Console(width=WIDTH, emoji=False, highlight=False, markup=False)


def mass(grams: int | None) -> str:
    """Grams as kilograms, every gram shown."""
    if grams is None:
        return "not published"
    sign, grams = ("-" if grams < 0 else ""), abs(grams)
    whole, rest = divmod(grams, KILO)
    return f"{sign}{whole:,}".replace(",", " ") + (f".{rest:03d}" if rest else "") + " kg"


def money(minor: int, currency: str) -> str:
    """Minor units as money with two places; the books themselves keep minor units."""
    sign, minor = ("-" if minor < 0 else ""), abs(minor)
    return f"{sign}{minor // 100:,}".replace(",", " ") + f".{minor % 100:02d} {currency}"


def _table(console: Console, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if not rows:
        return
    console.print(f"\n{title}", style="bold")
    table = Table(box=None, pad_edge=False)
    for name in columns:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def print_reserves(rows: Sequence[dict[str, Any]]) -> None:
    """Print which reserves there are."""
    console = _console()
    console.print(f"{counted(len(rows), 'reserve')} that you may read.", style="bold")
    told = [
        (each["id"], each["name"], each["policy"], each["objective"], ", ".join(each["met"]) or "none") for each in rows
    ]
    _table(console, "Reserves", ("id", "name", "policy", "objective", "triggers met"), told)


def headline(book: Book) -> str:
    """What the book comes to, in one sentence."""
    late = sum(each.late_days > 0 for each in book.clocks)
    opened = ", ".join(book.opened_by) or "no trigger"
    return (
        f"{book.record.name} on {book.day}: {counted(len(book.record.lots), 'lot')}, {counted(len(book.record.rights), 'right')} to draw, "
        f"{late} late; met: {opened}."
    )


def print_book(book: Book) -> None:
    """Print the book of a reserve."""
    console, record = _console(), book.record
    console.print(headline(book), style="bold")
    console.print(
        f"{record.rules.title} rules; serves {record.objective} and nothing else. {INVENTED if record.demonstration else ''}"
    )
    cash = record.currency
    _table(console, "In store", ("lot", "form", "mass", "purity", "place", "keeper", "cost", "rotate by"), [
        (each["lot"], each["form"], mass(each["grams"]), f"{each['purity'] / 10_000:g} %", each["place"], each["custody"],
         money(each["cost"], cash), each["rotate_by"] or "-") for each in book.lots
    ])  # fmt: skip
    _table(console, "By form", ("form", "in store", "inbound", "with rights", "free", "drawn", "lent", "gone", "lost"), [
        (each["form"], *(mass(each[name]) for name in ("in_store", "inbound", "entitled", "free", "drawn", "lent")),
         mass(each["released"] + each["sold"]), mass(each["lost"])) for each in book.forms
    ])  # fmt: skip
    _table(console, "Days of cover", ("mineral", "stage", "content, t", "days", "of the use of"), [
        (each.mineral, each.stage, f"{each.tonnes:,.3f}", "cannot tell" if each.days is None else f"{each.days:.3g}",
         each.missing or f"{each.region}: {each.use:,.0f} t a year ({each.period})") for each in book.covers
    ])  # fmt: skip
    _print_rights(console, book.rights, cash)
    _print_clocks(console, book.clocks, book.settled_late)
    _print_money(console, [each.__dict__ for each in book.invoices], [each.__dict__ for each in book.costs], cash)
    even = "Debits equal credits in every unit." if not any(book.sums.values()) else "Debits and credits differ!"
    console.print(f"\n{even}" + "".join(f"\n{each}" for each in book.wrong))


def _print_rights(console: Console, rights: Sequence[dict[str, Any]], cash: str) -> None:
    _table(console, "Rights to draw", ("holder", "form", "mass", "price a tonne", "transferable"), [
        (each["holder"], each["form"], mass(each["grams"]), money(each["price"], cash), "yes" if each["transferable"] else "no")
        for each in rights
    ])  # fmt: skip


def _print_clocks(console: Console, clocks: Sequence[Clock], settled: Sequence[Clock]) -> None:
    _table(console, "Clocks", ("by", "what", "whose", "mass", "how it stands"), [
        (f"{each.by}", each.what, each.whose, mass(each.grams), f"late by {counted(each.late_days, 'day')}" if each.late_days else "open")
        for each in clocks
    ])  # fmt: skip
    _table(console, "Given back late", ("by", "what", "whose", "mass", "late by"), [
        (f"{each.by}", each.what, each.whose, mass(each.grams), counted(each.late_days, "day")) for each in settled
    ])  # fmt: skip


def _print_money(
    console: Console, invoices: Sequence[dict[str, Any]], costs: Sequence[dict[str, Any]], cash: str
) -> None:
    _table(console, "Invoices", ("day", "payer", "carrying cost", "of it storage", "interest on loans", "total", "day count"), [
        (f"{each['day']}", each["payer"],
         *("not told" if each[name] is None else money(each[name], cash) for name in ("carrying", "storage", "interest", "total")),
         each["day_count"])
        for each in invoices
    ])  # fmt: skip
    _table(console, "Cost to date", ("payer", "billed", "paid", "owed", "run up since"), [
        (each["payer"], *(money(each[name], cash) for name in ("billed", "paid", "owed", "running"))) for each in costs
    ])  # fmt: skip


def print_own(parts: Sequence[dict[str, Any]]) -> None:
    """Print a holder's own parts."""
    console = _console()
    if not parts:
        console.print("You hold nothing in any reserve, and owe none anything.", style="bold")
    for each in parts:
        console.print(f"{each['holder']} in {each['reserve']} on {each['day']}", style="bold")
        _print_rights(console, each["rights"], each["currency"])
        _print_clocks(console, [Clock(**row) for row in each["clocks"]], [Clock(**row) for row in each["settled_late"]])
        _print_money(console, each["invoices"], each["costs"], each["currency"])


def print_published(rows: Sequence[dict[str, Any]]) -> None:
    """Print what everybody is told."""
    console = _console()
    if not rows:
        console.print("No reserve has published anything yet.", style="bold")
    for each in rows:
        console.print(f"{each['name']}, as it stood on {each['until']} ({each['lag_days']} days ago)", style="bold")
        console.print(f"{each['rules']} rules; serves {each['objective']}. {INVENTED if each['demonstration'] else ''}")
        _table(console, "By form", ("form", "mineral", "in store", "inbound", ""), [
            (row["form"], row["mineral"], mass(row["in_store"]), mass(row["inbound"]), row["why"]) for row in each["forms"]
        ])  # fmt: skip
        _table(console, "Movements", ("day", "what", "form", "mass", ""), [
            (f"{row['day']}", row["verb"], row["form"], mass(row["grams"]), "overridden" if row["overridden"] else "")
            for row in each["movements"]
        ])  # fmt: skip


def audit_words(found: Audit) -> str:
    """What the audit comes to."""
    told = f"{found.name}: {counted(found.bookings, 'event')}, {counted(sum(bool(each['account']) for each in found.rows), 'posting')}."
    return f"{told} " + (
        "; ".join(found.wrong) if found.wrong else "Debits equal credits, and the postings lead to the balances."
    )


def taking_in_words(found: TakingIn, written: int = 0) -> str:
    """What a table does to a book, in a sentence."""
    rows = counted(len(found.rows), "step")
    if found.problems:
        refused = sum(bool(each.problems) for each in found.rows)
        return f"{found.name}: {rows}, {refused} refused. Nothing was written; mend the refused rows first."
    return f"{found.name}: {rows} booked." if written else f"{found.name}: {rows}, all of which can be booked."


def print_taking_in(found: TakingIn, written: int, *, wanted: bool) -> None:
    """Print what a table does to a book: bad rows in full, or what is held before and after."""
    console = _console()
    console.print(taking_in_words(found, written), style="bold")
    for each in found.problems:
        console.print(str(each))
    stocks = [
        (each.form, *(f"{mass(a)} to {mass(b)}" for a, b in (each.lots, each.inbound, each.rights)))
        for each in found.stocks
    ]
    _table(console, "Before and after", ("form", "in store", "inbound", "rights to draw"), stocks)
    if not (found.problems or wanted):
        console.print("Nothing was written; add --write to book them.")
