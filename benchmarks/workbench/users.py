"""Twenty readers who open pages that others have opened: what locust runs (``benchmarks/workbench/measure.py`` starts it)."""

from __future__ import annotations

from locust import HttpUser, between, task

PAGES = (
    "/",
    "/start/map",
    "/shock",
    "/shock?mineral=cobalt&origin=COD&stage=mine",
    "/scoreboard",
    "/scoreboard?region=JPN",
    "/method",
)
DATA = (
    "/shock.csv",
    "/api/v1/shock",
    "/api/v1/scoreboard",
    "/static/vendor/world.json",
    "/static/vendor/echarts.min.js",
)


class Reader(HttpUser):
    """Opens one page after another, with a look at data now and then."""

    wait_time = between(0.2, 1.0)

    @task(4)
    def page(self) -> None:
        """Every page in turn."""
        for path in PAGES:
            self.client.get(path, headers={"accept-encoding": "gzip"})

    @task(1)
    def data(self) -> None:
        """Every twin in turn."""
        for path in DATA:
            self.client.get(path, headers={"accept-encoding": "gzip"})
