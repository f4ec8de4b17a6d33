"""The case that both sides solve: inflow and Weibull lifetimes drawn once, with a fixed seed."""

from __future__ import annotations

import numpy as np

YEARS, PRODUCTS, MATERIALS = 150, 50, 20


def drawn() -> dict[str, np.ndarray]:
    """Inflow ``(T, P, M)``, shape and scale ``(P, M)``: lives of 2 to 60 years, some inflows a millionth of others."""
    random = np.random.default_rng(2030)
    size = 10.0 ** random.uniform(-3, 3, (PRODUCTS, MATERIALS))
    return {
        "inflow": size * random.uniform(0, 1, (YEARS, PRODUCTS, MATERIALS)),
        "shape": random.uniform(1.2, 5.0, (PRODUCTS, MATERIALS)),
        "scale": random.uniform(2.0, 60.0, (PRODUCTS, MATERIALS)),
    }


def repeated(call: object, times: int) -> list[float]:
    """Seconds of processor time of each call, one thread; the first call is not counted."""
    import time

    call()  # type: ignore[operator]
    taken = []
    for _ in range(times):
        start = time.process_time()
        call()  # type: ignore[operator]
        taken.append(time.process_time() - start)
    return sorted(taken)
