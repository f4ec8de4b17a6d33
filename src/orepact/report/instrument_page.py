"""The tables of attributes in ``docs/instruments.md`` and ``docs/market-instruments.md``, written from the records themselves.

``python -m orepact.report.instrument_page docs/instruments.md docs/market-instruments.md`` brings both up to date; a test fails while
they are not.
"""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path

from orepact.policy import INSTRUMENTS as MARKET
from orepact.policy.adjustable_duty import AdjustableDuty, Consignment, Exemption
from orepact.policy.attributes import Attribute, attributes
from orepact.policy.import_quota import Shipment
from orepact.policy.permit_clock import ClockExtension, ClockStop, PermitClock
from orepact.policy.price_support import INSTRUMENTS, Delivery, Designation
from orepact.policy.record import Record
from orepact.policy.reference_price import (
    AlliedProject,
    Assessment,
    CostMethod,
    MarketMethod,
    ReferencePrice,
    TreatyMethod,
)
from orepact.policy.stage_coherence import StageStep
from orepact.policy.support_fund import Fund, PriceProcess
from orepact.policy.trigger import Trigger

SHOWN: tuple[type[Record], ...] = (
    ReferencePrice,
    CostMethod,
    AlliedProject,
    MarketMethod,
    Assessment,
    TreatyMethod,
    StageStep,
    AdjustableDuty,
    Exemption,
    Consignment,
    Shipment,
    Trigger,
    *INSTRUMENTS,
    Delivery,
    Designation,
    Fund,
    PriceProcess,
    PermitClock,
    ClockStop,
    ClockExtension,
)
RECORDS = {record.__name__: record for record in SHOWN}
TABLE = re.compile(r"<!-- attributes of (\w+) -->\n.*?<!-- end -->", re.DOTALL)


def attribute_table(record: type[Record]) -> str:
    """The attributes of a record as a table in Markdown."""
    head = ["| attribute | unit | default | meaning | source |", "|---|---|---|---|---|"]
    return "\n".join([*head, *(_row(each) for each in attributes(record))])


def _row(each: Attribute) -> str:
    default = "needed" if each.needed else "none" if each.default in {None, ()} else f"`{each.default}`"
    cells = (f"`{each.name}`", each.unit, default, each.meaning, each.source)
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def market_section(record: type[Record]) -> str:
    """What a record that changes a market does, in the words of its own documentation, and its attributes."""
    words = inspect.cleandoc(record.__doc__ or "").replace("``", "`")
    kind = record.model_fields["kind"].default
    return (
        f"## {kind}\n\n{words}\n\n<!-- attributes of {record.__name__} -->\n{attribute_table(record)}\n<!-- end -->\n"
    )


def market_page(page: str) -> str:
    """The page of market instruments with every section after its introduction written anew."""
    head = page.split("<!-- sections -->", maxsplit=1)[0]
    return head + "<!-- sections -->\n\n" + "\n".join(market_section(record) for record in MARKET)


def up_to_date(page: str) -> str:
    """A page with every table of attributes written anew."""
    return TABLE.sub(
        lambda found: f"<!-- attributes of {found[1]} -->\n{attribute_table(RECORDS[found[1]])}\n<!-- end -->", page
    )


if __name__ == "__main__":  # pragma: no cover
    for path in map(Path, sys.argv[1:]):
        page = path.read_text(encoding="utf-8")
        path.write_text(market_page(page) if "<!-- sections -->" in page else up_to_date(page), encoding="utf-8")
