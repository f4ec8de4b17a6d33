"""Numbers as people type them: ``30%`` and ``0.3`` are the same share, and ``none`` is no amount."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer


def _read(value: Any) -> Any:
    """Percent as a share; anything else is left to be judged as a number, but for one above 1, which may have been meant in percent."""
    if isinstance(value, str) and value.strip().endswith("%"):
        try:
            return float(value.strip().removesuffix("%").strip()) / 100
        except ValueError:
            return value
    try:
        share = float(value)
    except (TypeError, ValueError):
        return value
    if 1 < share < float("inf"):
        raise ValueError(
            f"a share above 1 is written in percent (did you mean {share:.15g}%? {share:g} is {100 * share:g} %)"
        )
    return value


def _written(share: float) -> float | str:
    """A share as it is read back: above 1 in percent."""
    return f"{100 * share:.15g}%" if 1 < share < float("inf") else share


Share = Annotated[
    float, BeforeValidator(_read), PlainSerializer(_written, return_type=float | str, when_used="json-unless-none")
]
"""A number that may be typed as a percentage, and must be where it is above 1."""


def _none(value: Any) -> Any:
    return None if isinstance(value, str) and value.strip().casefold() == "none" else value


Amount = Annotated[float | None, BeforeValidator(_none)]
"""An amount that may be typed as none, where leaving it empty means a default."""
