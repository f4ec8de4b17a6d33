"""Numbers as people type them: ``30%`` and ``0.3`` are the same share, and ``none`` is no amount."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator


def _read(value: Any) -> Any:
    """Percent as a share; anything else is left to be judged as a number."""
    if isinstance(value, str) and value.strip().endswith("%"):
        try:
            return float(value.strip().removesuffix("%").strip()) / 100
        except ValueError:
            return value
    return value


Share = Annotated[float, BeforeValidator(_read)]
"""A number that may be typed as a percentage."""


def _none(value: Any) -> Any:
    return None if isinstance(value, str) and value.strip().casefold() == "none" else value


Amount = Annotated[float | None, BeforeValidator(_none)]
"""An amount that may be typed as none, where leaving it empty means a default."""
