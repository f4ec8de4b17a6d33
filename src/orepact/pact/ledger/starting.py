"""From the real ledger to a simulated reserve: tonnes of content by mineral and stage, as instruments of a case, and to an EU report.

A case's reserve (``reserve_release``) states the tonnes that it releases at most a period, above which price, and over which span; the
tonnes come from the ledger, the rest from table ``reserve_terms``. A simulated rule set (``policy.reserve``) begins from grams of content.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orepact.pact.kinds.reserve_record import Reserve
from orepact.pact.ledger.book import Book
from orepact.pact.ledger.cover import GRAMS_A_TONNE, WHOLE, content
from orepact.policy.reserve import Books, ReserveState


@dataclass(frozen=True)
class Stock:
    """What a reserve begins a case with. tonnes: of content in store; free_tonnes: of it, that nobody has a right to."""

    mineral: str
    stage: str
    tonnes: float
    free_tonnes: float


def start_stock(book: Book) -> tuple[Stock, ...]:
    """Tonnes of content in store by mineral and stage; rights are taken off in proportion to the content of what they are of."""
    free: dict[tuple[str, str], float] = {}
    forms = {each.form: each for each in book.record.forms}
    for lot in book.record.lots:
        form, share = forms[lot.form], _free_share(book.record, lot.form)
        held = book.record.balance(f"lot:{lot.lot}", lot.form) * lot.purity / WHOLE
        free[form.mineral, form.stage] = free.get((form.mineral, form.stage), 0.0) + held * share
    return tuple(
        Stock(mineral, stage, grams / GRAMS_A_TONNE, free[mineral, stage] / GRAMS_A_TONNE)
        for (mineral, stage), grams in content(book.record).items()
    )


def _free_share(record: Reserve, form: str) -> float:
    held = record.total("lot", form)
    return min(max(record.free(form), 0), held) / held if held else 0.0


def release_instruments(book: Book, countries: Sequence[str], mineral: str) -> list[dict[str, Any]]:
    """Instruments of a case file by which the reserve can let go of all its free stock of a mineral, by its own objective."""
    from orepact.planning.reserve_terms import term

    return [
        {
            "kind": "reserve_release", "countries": list(countries), "stage": each.stage, "tonnes": each.free_tonnes,
            "trigger": 1.0 + term(f"release premium, {book.record.objective}"), "width": term("release width"),
            "source": f"ledger of {book.record.name}, {book.day}; trigger and width of table reserve_terms",
        }
        for each in start_stock(book)
        if each.mineral == mineral and each.free_tonnes > 0
    ]  # fmt: skip


def simulated(book: Book, mineral: str, stage: str) -> ReserveState:
    """The state from which a rule set of ``policy.reserve`` begins: grams of content in store, triggers that are met, no rights."""
    grams = content(book.record).get((mineral, stage), 0)
    return ReserveState(
        mineral=mineral,
        objective=book.record.objective,
        books=Books(delivered=grams),
        opened_by=tuple(sorted(book.opened_by)),
    )


def article_22(book: Book) -> list[dict[str, Any]]:
    """What Regulation (EU) 2024/1252, Article 22, asks a member to report: tonnes, share of use, form and purity, release rules."""
    covered = {(each.mineral, each.stage): each for each in book.covers}
    rows = []
    for form in book.record.forms:
        lots = [each for each in book.record.lots if each.form == form.form]
        grams = [book.record.balance(f"lot:{each.lot}", form.form) for each in lots]
        held = sum(mass * lot.purity for mass, lot in zip(grams, lots, strict=True))
        cover = covered.get((form.mineral, form.stage))
        use = None if cover is None else cover.use
        rows.append(
            {
                "mineral": form.mineral, "stage": form.stage, "chemical_form": form.form, "tonnes": sum(grams) / GRAMS_A_TONNE,
                "content_tonnes": held / WHOLE / GRAMS_A_TONNE, "purity": held / sum(grams) / WHOLE if sum(grams) else None,
                "share_of_use": held / WHOLE / GRAMS_A_TONNE / use if use else None,
                "missing": "" if cover is None else cover.missing,
                "release_rules": "; ".join(each.words or each.trigger for each in book.record.triggers),
            }
        )  # fmt: skip
    return rows
