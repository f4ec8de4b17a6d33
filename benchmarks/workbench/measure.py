"""How fast the workbench is: first page cold, a new shock to its first picture, the scoreboard, and twenty readers at once.

``./run python benchmarks/workbench/measure.py [--seconds 30]`` starts a workbench on a free port of 127.0.0.1, looks at it with a real
Chromium (no cache), then lets locust, in an environment of its own under a temporary folder, send twenty readers to pages that were opened
before. Prints the table of ``benchmarks/README.md``. Talks to 127.0.0.1 only.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).resolve().parent
LOCUST = "locust==2.47.0"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
DRAWN = "document.querySelector('.drawing.drawn')"
NEW = "/shock?mineral={}&origin=CHN&draws=500"


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=30)
    asked = options.parse_args()
    server = subprocess.Popen(
        [sys.executable, "-m", "orepact", "serve", "--port", "0", "--no-browser"], stderr=subprocess.PIPE, text=True
    )
    try:
        address = _address(server)
        _look(address)
        with tempfile.TemporaryDirectory() as folder:
            _crowd(address, Path(folder), asked.seconds)
    finally:
        server.terminate()
        server.wait()
    return 0


def _address(server: subprocess.Popen[str]) -> str:
    for line in server.stderr or ():
        if "http://" in line:
            return line.split("http://")[1].split("/")[0]
    message = "the workbench did not start"
    raise RuntimeError(message)


def _look(host: str) -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        first = _seconds(browser, host, "/", None)
        print(f"| start page, first of all after the server starts, s | {first:.2f} |")
        time.sleep(15)
        print(f"| start page, new browser, warm server, s | {_seconds(browser, host, '/', None):.2f} |")
        for mineral in ("germanium", "tungsten", "rare_earths"):
            found = _seconds(browser, host, NEW.format(mineral), DRAWN)
            print(f"| new shock on {mineral}, 500 draws, to the first picture, s | {found:.2f} |")
        print(f"| scoreboard EU27, s | {_seconds(browser, host, '/scoreboard', None):.2f} |")
        print(f"| scoreboard JPN, new, s | {_seconds(browser, host, '/scoreboard?region=JPN', None):.2f} |")
        browser.close()


def _seconds(browser: Browser, host: str, path: str, until: str | None) -> float:
    """Seconds from asking to the page, or to what ``until`` waits for, with nothing cached; no request may leave the host."""
    context = browser.new_context(viewport={"width": 1360, "height": 900})
    page = context.new_page()
    outside: list[str] = []
    page.on(
        "request",
        lambda found: (
            None if host in found.url or found.url.startswith(("data:", "blob:")) else outside.append(found.url)
        ),
    )
    started = time.perf_counter()
    page.goto(f"http://{host}{path}", wait_until="load")
    if until:
        page.wait_for_function(f"() => {until}")
    found = time.perf_counter() - started
    context.close()
    assert not outside, outside  # noqa: S101
    return found


def _crowd(host: str, folder: Path, seconds: int) -> None:
    python = str(folder / "locust" / "bin" / "python")
    if not _ran([sys.executable, "-m", "venv", str(folder / "locust")]) or not _ran(
        [python, "-m", "pip", "install", "-qqq", LOCUST]
    ):
        print("skipped: locust cannot be installed")
        return
    asked = ["--users", "20", "--spawn-rate", "20", "--run-time", f"{seconds}s", "--headless", "--only-summary"]
    _ran(
        [
            python,
            "-m",
            "locust",
            "-f",
            str(HERE / "users.py"),
            "--host",
            f"http://{host}",
            "--csv",
            str(folder / "found"),
            *asked,
        ]
    )
    with (folder / "found_stats.csv").open(encoding="utf-8") as file:
        whole = next(row for row in csv.DictReader(file) if row["Name"] == "Aggregated")
    print(f"| twenty readers: requests, failures | {whole['Request Count']}, {whole['Failure Count']} |")
    print(f"| twenty readers: median, p95, ms | {whole['50%']}, {whole['95%']} |")


def _ran(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
