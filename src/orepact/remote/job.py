"""A job at a workbench: how it stands, its progress as it comes, its answer, and how to stop it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from orepact.errors import BadInput, Problem
from orepact.remote.answer import Answer
from orepact.remote.wire import error_from

if TYPE_CHECKING:
    from orepact.remote.wire import Wire

LOOKS = 0.5
ENDED = ("done", "failed", "cancelled")


class Job:
    """A question that a workbench works out in the background."""

    def __init__(self, wire: Wire, told: dict[str, Any]) -> None:
        self._wire, self._told = wire, told

    @property
    def id(self) -> str:
        """Its name, with which :meth:`Workbench.job_of` finds it again."""
        return str(self._told["id"])

    def status(self) -> dict[str, Any]:
        """How it stands: state, done, total, step, error."""
        self._told = self._wire.ask("GET", self._told["links"]["self"]).json()
        return dict(self._told)

    def events(self) -> Iterator[dict[str, Any]]:
        """How it stands at each change, until it has ended."""
        with self._wire.stream(self._told["links"]["events"]) as stream:
            for line in stream.iter_lines():
                if line.startswith("data: "):
                    self._told = json.loads(line.removeprefix("data: "))
                    yield dict(self._told)

    def wait(self, progress: Callable[[int], None] | None = None, timeout: float = 3600.0) -> Answer:
        """The answer once it is there. progress: called with the number of steps done. Raises why it failed, or that it was cancelled."""
        until = time.monotonic() + timeout
        while self.status()["state"] not in ENDED:
            if progress is not None:
                progress(self._told["done"])
            if time.monotonic() > until:
                found = f"{self._told['done']} of {self._told['total']} steps"
                raise BadInput(Problem("job", "it takes longer than was to be waited", found, "wait again"))
            time.sleep(LOOKS)
        return self.answer()

    def answer(self) -> Answer:
        """The answer; raises why it failed, that it was cancelled, or that it is not there yet."""
        if self._told.get("error") is not None:
            raise error_from(self._told["error"])
        address = self._told["links"]["answer"]
        record = self._wire.ask("GET", address).json()
        return Answer(
            str(self._told["question"]),
            record,
            lambda form: self._wire.ask("GET", address, headers={"accept": form}).content,
        )

    def cancel(self) -> dict[str, Any]:
        """Stop it before its next step."""
        self._told = self._wire.ask("DELETE", self._told["links"]["self"]).json()
        return dict(self._told)

    def __repr__(self) -> str:
        return f"<Job {self.id}: {self._told['question']}, {self._told['state']}>"
