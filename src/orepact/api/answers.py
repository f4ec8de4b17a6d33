"""Answers that were worked out, kept for whoever asks the same again: the page, its JSON, its CSV and its picture are one answer.

One answer is worked out once however many ask at the same time; no more than ``at_once`` are worked out together, and beside them one
that takes longer, so that a quick question never waits for a slow one. Each client may start only so many a minute.
"""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Any

from orepact.api.problems import TooMany
from orepact.api.question import Asked, Question
from orepact.errors import Problem

MOST_KEPT = 64
A_MINUTE = 60.0
MOST_A_MINUTE = 120
"""Answers that one client may have worked out in a minute; kept answers do not count."""

MOST_CLIENTS = 4096


class Answers:
    """Kept answers by question and parameters. Safe for threads."""

    def __init__(
        self, most_kept: int = MOST_KEPT, most_a_minute: int = MOST_A_MINUTE, at_once: int | None = None
    ) -> None:
        self._kept: OrderedDict[tuple[str, str], Any] = OrderedDict()
        self._most_kept, self._most_a_minute = most_kept, most_a_minute
        self._lock = threading.Lock()
        self._under_way: dict[tuple[str, str], threading.Lock] = {}
        self._places = threading.BoundedSemaphore(at_once or max(1, os.cpu_count() or 1))
        self._slow_place = threading.BoundedSemaphore(1)
        self._started: OrderedDict[str, deque[float]] = OrderedDict()

    def of(self, question: Question[Any, Any], asked: Asked, client: str = "") -> Any:
        """The answer of a question, kept or worked out now; raises what its function raises, and TooMany."""
        return self.kept(
            (question.name, asked.model_dump_json()), lambda: question.work(asked), client, slow=question.slow
        )

    def kept(self, key: tuple[str, str], work: Callable[[], Any], client: str = "", *, slow: bool = False) -> Any:
        """The answer under ``key``, or what ``work`` gives, which is then kept; slow work waits for other slow work only."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            mine = self._under_way.setdefault(key, threading.Lock())
        with mine:
            with self._lock:
                if key in self._kept:
                    return self._kept[key]
                self._count(client)
            try:
                with self._slow_place if slow else self._places:
                    answer = work()
                with self._lock:
                    self._kept[key] = answer
                    if len(self._kept) > self._most_kept:
                        self._kept.popitem(last=False)
            finally:
                with self._lock:
                    self._under_way.pop(key, None)
        return answer

    def peek(self, key: tuple[str, str]) -> Any:
        """What is kept under ``key``; None where nothing is."""
        with self._lock:
            return self._kept.get(key)

    def _count(self, client: str) -> None:
        now = time.monotonic()
        started = self._started.setdefault(client, deque())
        self._started.move_to_end(client)
        while len(self._started) > MOST_CLIENTS:
            self._started.popitem(last=False)
        while started and now - started[0] > A_MINUTE:
            started.popleft()
        if len(started) >= self._most_a_minute:
            wait = A_MINUTE - (now - started[0])
            raise TooMany(
                Problem(
                    "request",
                    "too many new answers in a minute",
                    f"{len(started)}",
                    f"wait {wait:.0f} seconds and ask again",
                )
            )
        started.append(now)
