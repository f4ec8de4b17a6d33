"""The book of a reserve as its page shows it: lots, cover, rights, clocks, invoices and cost, for whoever may read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.templating import Jinja2Templates

from orepact.pact.ledger import audit, book_of, own_parts, published
from orepact.pact.ledger.audit import COLUMNS
from orepact.pact.ledger.book import Book
from orepact.pact.state import Kept
from orepact.report.numbers import counted
from orepact.report.pact_ledger_text import headline, mass, money
from orepact.web.pact.asking import Asking, Told, asking_of, mount, twin_of

SHOWN_HERE = {
    "met", "lots", "orders", "rights", "dues", "barred", "balances", "totals", "accrued", "accrued_to", "numbers", "forms",
}  # fmt: skip
"""Fields that stand in tables of their own."""

Table = tuple[str, tuple[str, ...], list[tuple[str, ...]]]


def mount_reserves(app: FastAPI, shown: Jinja2Templates) -> None:
    """Add what is published of reserves, one's own part in them, and the auditors' extract."""
    mount(app, shown, "/pact/published", published_page)
    mount(app, shown, "/pact/mine", mine_page)

    def extract(request: Request, record: str, ending: str) -> Response:
        asking = asking_of(request, ("as_of",))
        found = audit(asking.pact, asking.viewer, record, asking.as_of)
        told = Told(
            "", {}, record=lambda: {"wrong": found.wrong, "rows": found.rows}, rows=lambda: found.rows, columns=COLUMNS
        )
        return twin_of(told, ending, f"audit-{record}")

    for ending in ("csv", "xlsx", "json"):
        app.add_api_route(
            f"/pact/reserves/{{record}}/audit.{ending}",
            _fixed(extract, ending),
            methods=["GET"],
            include_in_schema=False,
        )


def _fixed(extract: Any, ending: str) -> Any:
    def answered(request: Request, record: str) -> Response:
        found: Response = extract(request, record, ending)
        return found

    return answered


def of_reserve(asking: Asking, kept: Kept) -> dict[str, Any]:
    """The book of a reserve on the day of the page."""
    book = book_of(asking.pact, asking.viewer, kept.id, asking.as_of)
    base = f"/pact/reserves/{kept.id}/audit"
    even = "Debits equal credits in every unit." if not any(book.sums.values()) else "Debits and credits differ."
    return {
        "finding": headline(book), "links": (), "template": "pact/round.html", "tables": list(_tables(book)),
        "lines": [f"{book.record.rules.title} rules; it serves {book.record.objective} and nothing else. {even}", *book.wrong],
        "bids": [("Auditors' extract (CSV)", f"{base}.csv"), ("the same (XLSX)", f"{base}.xlsx"), ("What is published", "/pact/published")],
    }  # fmt: skip


def _tables(book: Book) -> Iterator[Table]:
    cash = book.record.currency
    yield "In store", ("Lot", "Form", "Mass", "Purity", "Place", "Keeper", "Cost", "Rotate by"), [
        (each["lot"], each["form"], mass(each["grams"]), f"{each['purity'] / 10_000:g} %", each["place"], each["custody"],
         money(each["cost"], cash), str(each["rotate_by"] or "–"))
        for each in book.lots
    ]  # fmt: skip
    yield "Days of cover", ("Mineral", "Stage", "Content, t", "Days", "Of the use of"), [
        (each.mineral, each.stage, f"{each.tonnes:,.3f}", "cannot tell" if each.days is None else f"{each.days:.3g}",
         each.missing or f"{each.region}: {each.use:,.0f} t a year ({each.period})")
        for each in book.covers
    ]  # fmt: skip
    yield "Rights to draw", ("Holder", "Form", "Mass", "Price a tonne", "Transferable"), [
        (each["holder"], each["form"], mass(each["grams"]), money(each["price"], cash), "yes" if each["transferable"] else "no")
        for each in book.rights
    ]  # fmt: skip
    yield "Clocks", ("By", "What", "Whose", "Mass", "How it stands"), [
        *((str(each.by), each.what, each.whose, mass(each.grams), _late(each.late_days)) for each in book.clocks),
        *((str(each.by), each.what, each.whose, mass(each.grams), f"{counted(each.late_days, 'day')} late") for each in book.settled_late),
    ]  # fmt: skip
    yield "Invoices", ("Day", "Payer", "Carrying cost", "Interest", "Total", "Day count"), [
        (str(each.day), each.payer, money(each.carrying, cash), money(each.interest, cash), money(each.total, cash), each.day_count)
        for each in book.invoices
    ]  # fmt: skip
    yield "Cost to date", ("Payer", "Billed", "Paid", "Owed", "Run up since"), [
        (each.payer, money(each.billed, cash), money(each.paid, cash), money(each.owed, cash), money(each.running, cash))
        for each in book.costs
    ]  # fmt: skip


def _late(days: int) -> str:
    return f"late by {counted(days, 'day')}" if days else "open"


def published_page(asking: Asking) -> Told:
    """What everybody is told of reserves, after their lag and without what security holds back."""
    found = published(asking.pact, asking.as_of)
    blocks = [
        {
            "title": each["name"],
            "words": f"{each['rules']} rules; serves {each['objective']}. As of {each['until']}, {each['lag_days']} days ago.",
            "rows": [
                (form["form"], _told(form["in_store"]), _told(form["inbound"]), form["why"] or "–") for form in each["forms"]
            ],
        }
        for each in found
    ]  # fmt: skip
    count = counted(len(found), "reserve")
    context = {"title": "What reserves publish", "finding": f"{count} publish what they hold, after a lag.", "blocks": blocks,
               "heads": ("Form", "In store", "Inbound", "Held back because"), "empty": "No reserve publishes anything yet."}  # fmt: skip
    rows = [{"reserve": each["name"], "until": str(each["until"]), **form} for each in found for form in each["forms"]]
    return Told("pact/blocks.html", context, record=lambda: found, rows=lambda: rows,
                columns=("reserve", "until", "form", "mineral", "stage", "in_store", "inbound", "why"))  # fmt: skip


def _told(grams: int | None) -> str:
    return "held back" if grams is None else mass(grams)


def mine_page(asking: Asking) -> Told:
    """What those for whom somebody acts may draw, owe and were billed, in every reserve."""
    found = own_parts(asking.pact, asking.viewer, asking.as_of)
    blocks = [
        {
            "title": f"{each['holder']} in {each['reserve']}", "words": "What you may draw, and what you owe.",
            "rows": [(row["form"], mass(row["grams"]), money(row["price"], each["currency"]), "yes" if row["transferable"] else "no")
                     for row in each["rights"]],
        }
        for each in found
    ]  # fmt: skip
    context = {"title": "Your part in reserves", "finding": f"You have a part in {counted(len(found), 'reserve')}.", "blocks": blocks,
               "heads": ("Form", "May draw", "Price a tonne", "Transferable"),
               "empty": "Nobody for whom you act has a right to draw."}  # fmt: skip
    rows = [{"reserve": each["reserve"], "holder": each["holder"], **row} for each in found for row in each["rights"]]
    return Told("pact/blocks.html", context, record=lambda: found, rows=lambda: rows)
