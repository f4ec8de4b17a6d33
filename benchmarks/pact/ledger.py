"""Bookings a second in the books of one reserve, on one day and each on a day of its own: ``./run python benchmarks/pact/ledger.py``."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "tests" / "pact"))


def main() -> None:
    """Book, and print how fast."""
    from conftest import new_database, started
    from reserve_books import LOT, Books

    from orepact.pact import Pact

    arguments = argparse.ArgumentParser()
    arguments.add_argument("--bookings", type=int, default=300)
    count = arguments.parse_args().bookings
    folder = Path(tempfile.mkdtemp(prefix="led-"))
    server = started(folder)
    urls = {"SQLite": lambda at: f"sqlite:///{folder / f'{at}.sqlite'}", "PostgreSQL": lambda _: new_database(server)}
    for name, url in urls.items():
        for how, step in (("one day", 0), ("a day each", 1)):
            pact = Pact.at(url(how))
            books = Books(pact, day="2025-01-01")
            books.do("receive", LOT | {"grams": 10_000_000, "cost": 1_000})
            begun, busy = time.perf_counter(), time.process_time()
            for at in range(count):
                day = date(2025, 1, 2) + timedelta(days=step * at)
                books.do("receive" if at % 2 else "count", _said(at, LOT), f"{day}")
            wall, cpu = time.perf_counter() - begun, time.process_time() - busy
            print(f"{name}, {how}: {count / wall:.0f} a second ({count / cpu:.0f} of processor time)")
            pact.close()
    server.cleanup()


def _said(at: int, lot: dict[str, object]) -> dict[str, object]:
    """A booking: goods taken in, or a count of the first lot that finds a gram less."""
    return (
        lot | {"grams": 1_000, "cost": 3_001}
        if at % 2
        else {"lot": "L1", "grams": 10_000_000 - at - 1, "reason": "counted"}
    )


if __name__ == "__main__":
    main()
