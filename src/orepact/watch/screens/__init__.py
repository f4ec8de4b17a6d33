"""Every screen, in the order in which they are shown."""

from __future__ import annotations

from orepact.watch.screen import Screen
from orepact.watch.screens.exchange import SQUEEZE, SUBMITTERS
from orepact.watch.screens.imports import SURGE, UNIT_VALUE
from orepact.watch.screens.levels import COST, GAP, REFERENCE
from orepact.watch.screens.prices import CHANGE, CUSUM, VARIANCE
from orepact.watch.screens.routing import ARRIVAL, MIRROR, SPIKE
from orepact.watch.screens.supply import CAPACITY, SHARE

SCREENS: tuple[Screen, ...] = (
    REFERENCE, COST, SURGE, UNIT_VALUE, SHARE, CAPACITY, GAP, CUSUM, CHANGE, VARIANCE, ARRIVAL, SPIKE, SQUEEZE, SUBMITTERS, MIRROR,
)  # fmt: skip
BY_NAME = {each.name: each for each in SCREENS}
