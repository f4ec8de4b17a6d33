"""From facts to a balanced network: who makes, ships and uses a mineral in a base year, in tonnes of content.

What enters: the facts tables, through a recipe that says which of them make a mineral's table. What leaves: a
:class:`Network` of one stage or two whose tonnes balance at every producer and buyer, with what the reconciliation
moved, what was cut, what the stages leave unexplained, a grade for each cell, and how the table stands against
published sourcing shares. The rules are network.md's; the equations live in ``tracing`` and ``balance``.
"""

from orepact.network.calibrate import network
from orepact.network.compare import distances
from orepact.network.model import BasePrice, Network, StageTable
from orepact.network.recipe import calibrated_minerals, reasons_for_none

__all__ = ["BasePrice", "Network", "StageTable", "calibrated_minerals", "distances", "network", "reasons_for_none"]
