"""Measure how good the screens are and write what the package publishes: ``./run python benchmarks/watch/measure.py``.

Takes about a minute on one core. The same code and seed give the same figures; a test works some of them out again.
"""

from __future__ import annotations

import json

from orepact.watch.performance import published
from orepact.watch.published import STORED

KEPT = ("seed", "rates", "detection")
"""What does not hang on the facts: what the screens said of dated controls is worked out when it is asked for."""


def main() -> None:
    """Measure, and write the file beside the screens."""
    found = published()
    text = json.dumps({key: found[key] for key in KEPT}, indent=1) + "\n"
    STORED.write_text(text, encoding="utf-8")
    print(f"{len(found['rates'])} rates and {len(found['detection']['rows'])} delays written to {STORED.name}")


if __name__ == "__main__":
    main()
