"""The book of a reserve as its page shows it: lots, cover, rights, clocks, invoices and cost, for whoever may read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.templating import Jinja2Templates

from orepact.pact.access import could_do
from orepact.pact.kinds.reserve_record import Reserve
from orepact.pact.kinds.reserves import RESERVE
from orepact.pact.ledger import audit, book_of, own_parts, published
from orepact.pact.ledger.audit import COLUMNS
from orepact.pact.ledger.book import Book
from orepact.pact.state import Kept
from orepact.report import pact_ledger_text as told_as
from orepact.report.numbers import counted
from orepact.report.pact_ledger_text import headline
from orepact.web.pact.asking import Asking, Told, asking_of, mount, twin_of
from orepact.web.pact.names import Names

SHOWN_HERE = {
    "met", "lots", "orders", "rights", "dues", "barred", "balances", "totals", "accrued", "accrued_to", "numbers", "forms",
    "policy", "objective", "currency", "interest", "fee", "replenish_days", "triggers", "day_count",
}  # fmt: skip
"""Fields that stand in tables of their own."""

PPM_A_PERCENT = 10_000
UNBROKEN = "\u00a0"
Table = tuple[str, tuple[str, ...], list[tuple[str, ...]]]


def mass(grams: int | None) -> str:
    """Grams as kilograms, in one line."""
    return told_as.mass(grams).replace(" ", UNBROKEN)


def money(minor: int, currency: str) -> str:
    """Minor units as money, in one line."""
    return told_as.money(minor, currency).replace(" ", UNBROKEN)


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
    even = "Debits equal credits in every unit." if not any(book.sums.values()) else "Debits and credits differ."
    return {
        "finding": headline(book), "links": (), "template": "pact/round.html", "tables": list(_tables(book, asking.names)),
        "lines": [
            f"{book.record.rules.title} rules; it serves {book.record.objective} and nothing else. {even}",
            _terms(book.record), *book.wrong,
        ],
        "bids": _jumps(asking, kept),
    }  # fmt: skip


def _jumps(asking: Asking, kept: Kept) -> list[tuple[str, str]]:
    """Where one goes from a book."""
    base = f"/pact/reserves/{kept.id}"
    found = [
        ("Auditors' extract (CSV)", f"{base}/audit.csv"),
        ("the same (XLSX)", f"{base}/audit.xlsx"),
        ("What is published", "/pact/published"),
    ]
    books = could_do(asking.viewer, RESERVE.verbs["receive"], kept)
    return [*found, ("Take a table in", f"{base}/import")] if books else found


def _terms(record: Reserve) -> str:
    """The terms of a reserve in a sentence."""
    back = f"within {counted(record.replenish_days, 'day')}" if record.replenish_days else "when the policy says"
    interest, fee = (f"{each / PPM_A_PERCENT:g}{UNBROKEN}%" for each in (record.interest, record.fee))
    return (
        f"Interest {interest} a year (actual days over {record.day_count}), entry fee {fee}, draws given back {back}."
    )


def _tables(book: Book, names: Names) -> Iterator[Table]:
    cash = book.record.currency
    yield "In store", ("Lot", "Form", "Mass", "Purity", "Place", "Keeper", "Cost", "Rotate by"), [
        (each["lot"], each["form"], mass(each["grams"]), f"{each['purity'] / 10_000:g} %", each["place"], each["custody"],
         money(each["cost"], cash), str(each["rotate_by"] or "–"))
        for each in book.lots
    ]  # fmt: skip
    yield "By form", ("Form", "In store", "Inbound", "With rights", "Free", "Drawn", "Lent", "Gone", "Lost"), [
        (each["form"], *(mass(each[name]) for name in ("in_store", "inbound", "entitled", "free", "drawn", "lent")),
         mass(each["released"] + each["sold"]), mass(each["lost"]))
        for each in book.forms
    ]  # fmt: skip
    yield "Days of cover", ("Mineral", "Stage", "Content, t", "Days", "Of the use of"), [
        (each.mineral, each.stage, f"{each.tonnes:,.3f}", "cannot tell" if each.days is None else f"{each.days:.3g}",
         each.missing or f"{each.region}: {each.use:,.0f} t a year ({each.period})")
        for each in book.covers
    ]  # fmt: skip
    yield "Rights to draw", ("Holder", "Form", "Mass", "Price a tonne", "Transferable"), [
        (names.of(each["holder"]), each["form"], mass(each["grams"]), money(each["price"], cash), "yes" if each["transferable"] else "no")
        for each in book.rights
    ]  # fmt: skip
    yield "Clocks", ("By", "What", "Whose", "Mass", "How it stands"), [
        *((str(each.by), each.what, names.of(each.whose), mass(each.grams), _late(each.late_days)) for each in book.clocks),
        *((str(each.by), each.what, names.of(each.whose), mass(each.grams), f"{counted(each.late_days, 'day')} late")
          for each in book.settled_late),
    ]  # fmt: skip
    yield "Triggers", ("Name", "What is observed", "In words", "How it stands"), [
        (each.trigger, each.kind, each.words or "–", "met" if each.trigger in book.record.met else "not met")
        for each in book.record.triggers
    ]  # fmt: skip
    yield "Invoices", ("Day", "Payer", "Interest on value", "Storage", "Interest on loans", "Total", "Day count"), [
        (str(each.day), names.of(each.payer), *(_or_untold(part, cash) for part in (each.on_value, each.storage)),
         money(each.interest, cash), money(each.total, cash),
         each.day_count)
        for each in book.invoices
    ]  # fmt: skip
    yield "Cost to date", ("Payer", "Billed", "Paid", "Owed", "Run up since"), [
        (names.of(each.payer), money(each.billed, cash), money(each.paid, cash), money(each.owed, cash), money(each.running, cash))
        for each in book.costs
    ]  # fmt: skip


def _or_untold(minor: int | None, cash: str) -> str:
    return "not told" if minor is None else money(minor, cash)


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


def _owed(part: Mapping[str, Any]) -> str:
    """What a holder has to give back and to pay, in a sentence or two."""
    clocks = [
        f"{mass(each['grams'])} of {each['form']} by {each['by']} ({_late(each['late_days'])})"
        for each in part["clocks"]
    ]
    costs = [f"{money(each['owed'], part['currency'])} owed" for each in part["costs"] if each["owed"]]
    back = f"To give back: {'; '.join(clocks)}." if clocks else "Nothing to give back."
    return f"{back} Bills: {', '.join(costs) or 'nothing owed'}."


def mine_page(asking: Asking) -> Told:
    """What those for whom somebody acts may draw, owe and were billed, in every reserve."""
    found = own_parts(asking.pact, asking.viewer, asking.as_of)
    blocks = [
        {
            "title": f"{asking.names.of(each['holder'])} in {each['reserve']}", "words": _owed(each),
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
