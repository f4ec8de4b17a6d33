"""Every screen, in the order in which they are shown."""

from __future__ import annotations

from orepact.watch.screen import Screen
from orepact.watch.screens.imports import SURGE, UNIT_VALUE
from orepact.watch.screens.prices import CHANGE, CUSUM, VARIANCE

SCREENS: tuple[Screen, ...] = (SURGE, UNIT_VALUE, CUSUM, CHANGE, VARIANCE)
BY_NAME = {each.name: each for each in SCREENS}
