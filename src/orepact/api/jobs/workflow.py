"""The one durable workflow: the steps of a question in order, each done once, then its answer.

DBOS keeps its workflows in a registry of the process, so this module is imported only where jobs run; ``ENGINE`` says what it runs on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from dbos import DBOS

from orepact.api.jobs.packing import packed, unpacked
from orepact.api.media import JSON, TABLES, json_bytes, table_bytes
from orepact.api.problems import body_of, broken, read_asked
from orepact.api.question import Asked, Part, Question
from orepact.errors import BadInput, OrepactError, Problem

if TYPE_CHECKING:
    from orepact.api.jobs.store import Store

PROGRESS = "progress"
LAST = "put together"
LOG = logging.getLogger("orepact.jobs")
Outcome = dict[str, Any]


@dataclass
class Engine:
    """What the workflow of this process runs on."""

    store: Store | None = None
    questions: dict[str, Question[Any, Any]] | None = None

    def kept(self) -> Store:
        """The store; there is one wherever a workflow runs."""
        if self.store is None:
            raise RuntimeError("jobs are not open")
        return self.store

    def read(self, name: str, given: dict[str, Any]) -> tuple[Question[Any, Any], Asked]:
        """A question and its parameters as a job."""
        question = (self.questions or {})[name]
        return question, read_long(question, given)


ENGINE = Engine()


def read_long(question: Question[Any, Any], given: dict[str, Any]) -> Asked:
    """The parameters of a question as a job: larger where it says so."""
    return read_asked(question, given, question.long or question.asked)


def versions() -> str:
    """What an answer is worked out with; a job goes on only with the same."""
    from orepact import facts
    from orepact.version import __version__

    return f"facts {facts.version()}, code {__version__}"


def step_names(question: Question[Any, Any], asked: Asked) -> tuple[str, ...]:
    """The steps of a question before its answer is put together."""
    return () if question.steps is None else question.steps.names(asked)


@DBOS.workflow(name="orepact_job")
def run_job(question: str, asked: dict[str, Any], steps: list[str], made_with: str) -> Outcome:
    """Work a job out; an error in our grammar is an outcome and not an accident."""
    job = str(DBOS.workflow_id)
    if made_with != versions():
        return _stale(made_with)
    for at, step in enumerate([*steps, LAST]):
        DBOS.set_event(PROGRESS, {"done": at, "step": step})
        work = _answer if step == LAST else _part
        outcome = DBOS.run_step({"name": step}, _safely, work, job, question, asked, step, steps)
        if outcome is not None:
            ENGINE.kept().forget_parts(job)
            return cast(Outcome, outcome)
    DBOS.set_event(PROGRESS, {"done": len(steps) + 1, "step": None})
    return {"error": None}


def _safely(
    work: Callable[..., None], job: str, question: str, asked: dict[str, Any], step: str, steps: list[str]
) -> Any:
    """None where the step went well, otherwise the outcome of the job."""
    found, given = ENGINE.read(question, asked)
    LOG.info("job %s: %s", job, step)
    try:
        work(job, found, given, step, steps)
    except OrepactError as error:
        return {"error": body_of(error, found)}
    except Exception:  # whatever it is, the job says that the fault is ours, and the log says which
        LOG.exception("job %s broke at step %s", job, step)
        return {"error": broken("the job")}
    return None


def _part(job: str, question: Question[Any, Any], asked: Asked, step: str, steps: list[str]) -> None:
    del steps
    if question.steps is not None:
        store = ENGINE.kept()
        found = question.steps.work(asked, step, lambda name: unpacked(store.part(job, name)))
        store.put_part(job, step, packed(found))


def _answer(job: str, question: Question[Any, Any], asked: Asked, step: str, steps: list[str]) -> None:
    del step
    store = ENGINE.kept()
    if question.steps is None:
        answer = question.work(asked)
    else:
        parts: dict[str, Part] = {name: unpacked(store.part(job, name)) for name in steps}
        answer = question.steps.join(asked, parts)
    frame = question.frame(answer)
    forms = {JSON: json_bytes(question.record(answer)), **{form: table_bytes(frame, form) for form in TABLES}}
    store.finish(job, forms)


def _stale(made_with: str) -> Outcome:
    todo = "ask the question again"
    problem = Problem("job", "the facts or the code changed before it ended", f"{made_with}, now {versions()}", todo)
    return {"error": body_of(BadInput(problem))}
