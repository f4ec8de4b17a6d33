"""A stop and a closed strait together: the shock's own function, with the closure's records put on the same market.

What enters: the question of a shock, and passages that are closed. What leaves: the ordinary answer to a shock, whose case holds the
computed records, so that it replays without the routes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from orepact import facts

if TYPE_CHECKING:
    from orepact.cases import ShockResult

JOINED = "EU27"
"""Region inside which goods go by land."""


def closure_records(mineral: str, closed: Sequence[str], base_year: int | None = None) -> tuple[dict[str, Any], ...]:
    """The records of freight, delay and stops that closed passages (their words) make on a mineral's flows; none where they touch none."""
    if not closed:
        return ()
    from orepact.corridors.exposure import network_legs
    from orepact.corridors.market import closing
    from orepact.network import network

    found, members = network(facts.resolve_mineral(mineral), base_year), facts.resolve_place(JOINED)
    return closing(found, network_legs(found, members, tuple(closed)), tuple(closed), members).records


def shock(  # noqa: PLR0913  (one keyword for each blank in the question)
    mineral: str,
    *,
    origin: str | Sequence[str],
    stage: str | None = None,
    cut: float | str = 1.0,
    against: str | Sequence[str] | None = None,
    months: float = 12,
    close: str | Sequence[str] | None = None,
    base_year: int | None = None,
    draws: int = 500,
    seed: int = 1,
    progress: Callable[[int], None] | None = None,
) -> ShockResult:
    """What happens when ``origin`` cuts its exports of a mineral at a stage, and passages at sea are closed at the same time.

    close: passages by any usual name, a list or joined by commas; none when left out. Their freight and delay are computed from the ways
    round and act for the same months. All else is as in ``orepact.cases.shock``, whose errors it raises.
    """
    from orepact.cases.shocks import shock as plain

    given: dict[str, Any] = {
        "origin": origin, "stage": stage, "cut": cut, "against": against, "months": months, "base_year": base_year,
        "draws": draws, "seed": seed,
    }  # fmt: skip
    if close is None or not close:
        return plain(mineral, **given, progress=progress)
    from orepact.corridors.sea import read_passages

    closed = read_passages(close)
    return plain(mineral, **given, progress=progress, closed=closed, beside=closure_records(mineral, closed, base_year))
