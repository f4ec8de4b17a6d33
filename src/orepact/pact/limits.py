"""How often somebody may try: failures of the last quarter of an hour are counted, by what was tried and over all.

A try counts as failed from its beginning until it succeeds, so that many at the same moment are no way round.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from orepact.errors import OrepactError, Problem

WINDOW = 900.0
"""Seconds for which a failure counts."""

MOST = 8
"""Failures of one name, or of the set-up code, within the window."""

MOST_OF_ALL = 100
MOST_NAMES = 10_000
"""Names that are remembered; the ones tried longest ago are forgotten first."""

AT_ONCE = 2
"""Tries that are looked at together: a hash of a password takes memory and time on purpose."""


class TooOften(OrepactError):
    """Too many tries failed; nothing was looked at."""


@dataclass
class Try:
    """One try. ok: whether it succeeded."""

    ok: bool = False

    def succeeded(self) -> None:
        """It does not count."""
        self.ok = True


@dataclass
class Limits:
    """Failed tries. now: seconds of a clock that only goes forward, for tests."""

    most: int = MOST
    most_of_all: int = MOST_OF_ALL
    now: Callable[[], float] = time.monotonic
    _failed: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)
    _all: deque[float] = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _places: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))

    @contextmanager
    def one_try(self, what: str) -> Iterator[Try]:
        """One try of a name. Raises TooOften where too many failed."""
        begun = self._begin(what)
        tried = Try()
        try:
            with self._places:
                yield tried
        finally:
            if tried.ok:
                self._forget(what, begun)

    def _begin(self, what: str) -> float:
        now = self.now()
        with self._lock:
            mine = self._failed.setdefault(what, deque())
            self._failed.move_to_end(what)
            while len(self._failed) > MOST_NAMES:
                self._failed.popitem(last=False)
            for each, most in ((mine, self.most), (self._all, self.most_of_all)):
                while each and now - each[0] > WINDOW:
                    each.popleft()
                if len(each) >= most:
                    wait = max(1, round(WINDOW - (now - each[0])))
                    todo = f"wait {wait} seconds, and try again"
                    raise TooOften(Problem("sign-in", "too many tries failed", f"{most} of them", todo))
            mine.append(now)
            self._all.append(now)
        return now

    def _forget(self, what: str, begun: float) -> None:
        """Take one try back; those of the name that failed before it too, for it was its owner who tried."""
        with self._lock:
            self._failed.pop(what, None)
            if begun in self._all:
                self._all.remove(begun)
