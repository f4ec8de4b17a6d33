"""Cases: a question goes in as a frozen record, a labelled answer comes out."""

from orepact.cases.assemble import Base, base_market
from orepact.cases.case import ShockCase
from orepact.cases.result import ShockResult
from orepact.cases.shocks import shock

__all__ = ["Base", "ShockCase", "ShockResult", "base_market", "shock"]
