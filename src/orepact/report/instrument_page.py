"""The tables of attributes in ``docs/instruments.md``, written from the records themselves.

``python -m orepact.report.instrument_page docs/instruments.md`` brings a page up to date; a test fails while it is not.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

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


def up_to_date(page: str) -> str:
    """A page with every table of attributes written anew."""
    return TABLE.sub(
        lambda found: f"<!-- attributes of {found[1]} -->\n{attribute_table(RECORDS[found[1]])}\n<!-- end -->", page
    )


if __name__ == "__main__":  # pragma: no cover
    for path in map(Path, sys.argv[1:]):
        path.write_text(up_to_date(path.read_text(encoding="utf-8")), encoding="utf-8")
