"""The auditors' extract as bytes of a file."""

from __future__ import annotations

import csv
import io

from orepact.pact.ledger.audit import COLUMNS, Audit

EXACT = 10**15
"""Whole numbers from here on are text in a workbook, which keeps fifteen digits."""


def audit_bytes(found: Audit, ending: str) -> bytes:
    """The postings as ``.csv`` or ``.xlsx``."""
    return _workbook(found) if ending.lower() == ".xlsx" else _csv(found)


def _csv(found: Audit) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(found.rows)
    return text.getvalue().encode()


def _workbook(found: Audit) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "Postings"
    sheet.append(list(COLUMNS))
    for row in found.rows:
        sheet.append([_cell(row[name]) for name in COLUMNS])
    checks = book.create_sheet("Checks")
    checks.append(["what does not add up"])
    for line in found.wrong or ("nothing: debits equal credits, and the postings lead to the balances",):
        checks.append([_cell(line)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(value: object) -> object:
    """A value of a cell; text that a spreadsheet would take for a formula is told to be text."""
    if isinstance(value, int) and abs(value) >= EXACT:
        return str(value)
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@"} else value
