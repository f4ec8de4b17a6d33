"""Writers of a pact as processes of their own, made cheaply: a warm process forks each of them.

Run as a script with an address: it reads ``FILE START COUNT PAUSE`` from each line of its input, forks a writer, and prints its process
id. A writer sets notes from START on and writes a line to FILE, with the number and the hash, once the pact has said that it is done.
``book FILE RESERVE COUNT`` books in the books of a reserve likewise: goods taken in, rights granted and passed on, goods drawn and
brought back. ``race FILE KEY BODY`` and ``expect FILE VERSION`` do one thing, all at the moment at which the file ``go`` beside FILE
appears.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from reserve_books import LOT, MANAGER, METAL

from orepact.errors import BadInput, OrepactError
from orepact.pact import KEEPER, Command, Done, Pact
from orepact.pact.database import Unavailable


def say(file: int, text: str) -> None:
    """Add a line to a file in one piece."""
    os.write(file, f"{text}\n".encode())


def note(record: str, text: str) -> Command:
    """The command that sets a note."""
    return Command("party", "change", {"note": text}, record)


def write(url: str, path: Path, start: int, count: int, pause: float) -> None:
    """Set one note after another, each under a key of its own."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    pact = Pact.at(url)
    for at in range(start, start + count):
        try:
            done = pact.do(KEEPER, note("norway", f"{path.stem} {at}"), f"{path.stem} {at}")
        except Unavailable:
            break
        say(file, f"{at} {done.event.hash}")
        time.sleep(pause)
    os.close(file)
    pact.close()


def book(url: str, path: Path, reserve: str, count: int) -> None:
    """Book one thing after another, each under a key of its own; what others' bookings leave no room for is left out."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    pact = Pact.at(url)
    lot = LOT | {"grams": 1_000, "cost": 3_001}
    steps = (
        ("receive", lot), ("grant", {"holder": "acme", "form": METAL, "grams": 600, "price": 3_000_000, "transferable": True}),
        ("pass_right", {"holder": "acme", "to": "bolt", "form": METAL, "grams": 100}),
        ("draw", {"holder": "acme", "form": METAL, "grams": 300}),
        ("replenish", LOT | {"grams": 300, "holder": "acme", "of": "draw"}),
    )  # fmt: skip
    for at in range(count):
        verb, data = steps[at % len(steps)]
        try:
            done = pact.do(MANAGER, Command("reserve", verb, data, reserve), f"{path.stem} {at}")
        except BadInput:
            continue
        except Unavailable:
            break
        say(file, f"{at} {done.event.hash}")
        time.sleep(0.01)
    os.close(file)
    pact.close()


def once(url: str, path: Path, command: Command, key: str | None) -> None:
    """Do one thing when everybody does, and write down the answer."""
    pact = Pact.at(url)
    pact.store.state()
    (path.parent / f"{path.stem}.ready").touch()
    while not (path.parent / "go").exists():
        time.sleep(0.001)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        say(file, answer(pact.do(KEEPER, command, key)))
    except OrepactError as error:
        say(file, type(error).__name__)
    os.close(file)
    pact.close()


def answer(done: Done) -> str:
    """What a writer is told, in one line."""
    return f"{done.event.seq} {done.event.hash} {done.kept.version} {done.kept.record.note}"


def main(url: str) -> None:
    """Fork a writer for each line."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    warm = Pact.at(url)
    warm.store.state()  # what is imported late is there before writers are forked
    warm.close()
    for line in sys.stdin:
        what, *said = line.rstrip("\n").split("\t")
        pid = os.fork()
        if pid == 0:
            path = Path(said[0])
            if what == "write":
                write(url, path, int(said[1]), int(said[2]), float(said[3]))
            elif what == "book":
                book(url, path, said[1], int(said[2]))
            elif what == "race":
                once(url, path, note("norway", said[2]), said[1])
            else:
                expecting = Command("party", "change", {"note": path.stem}, "norway", expected=int(said[1]))
                once(url, path, expecting, None)
            os._exit(0)
        print(pid, flush=True)  # noqa: T201


class Nursery:
    """The warm process, as a test sees it."""

    def __init__(self, url: str) -> None:
        command = [sys.executable, __file__, url]
        self.process = subprocess.Popen(  # noqa: S603  (a command of our own)
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def born(self, *said: object) -> int:
        """Fork a writer; its process id."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\t".join(map(str, said)) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def close(self) -> None:
        """End the warm process; writers that live go on."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()


def gone(pid: int) -> bool:
    """Whether a process is there no more."""
    return not Path(f"/proc/{pid}").exists()


def until_gone(pid: int, seconds: float = 30) -> None:
    """Wait until a process is there no more."""
    until = time.monotonic() + seconds
    while not gone(pid):
        assert time.monotonic() < until, f"process {pid} is still there"
        time.sleep(0.002)


if __name__ == "__main__":
    main(sys.argv[1])
