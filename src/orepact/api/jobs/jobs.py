"""Jobs of one workbench: start them, tell how they stand, give their answers, stop them.

DBOS lives once in a process, so :class:`Jobs` is open once at a time; :meth:`Jobs.close` lets another be opened.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from orepact.api.jobs.record import STATES, UNFINISHED, Job, JobAsked, Links
from orepact.api.jobs.store import Store
from orepact.api.problems import ErrorBody, NotFound, NotReady, TooMany, broken
from orepact.api.question import Question
from orepact.errors import BadInput, Problem, unknown

QUEUE, WORKFLOW = "orepact_jobs", "orepact_job"
MOST_OF_ONE, MOST_OF_ALL = 8, 64
"""Jobs that one client, and all clients together, may have waiting and running."""

MOST_KEPT = 500
"""Jobs that are remembered; of the older ones those that ended are forgotten."""

AT_ONCE = 1
"""Jobs under way together: each takes a core, and people wait for pages on the others."""

LOOKS = 0.2
"""Seconds between two looks at the queue."""


class Jobs:
    """The jobs of a database. url: as SQLAlchemy has it, of SQLite or PostgreSQL."""

    def __init__(self, url: str, questions: Mapping[str, Question[Any, Any]]) -> None:
        self.url, self._questions = url, dict(questions)
        beside = url.replace(".sqlite", "-answers.sqlite") if url.startswith("sqlite") else url
        self._store = Store(beside)

    @classmethod
    def in_folder(cls, folder: Path, questions: Mapping[str, Question[Any, Any]]) -> Jobs:
        """The jobs of a folder, in SQLite."""
        folder.mkdir(parents=True, exist_ok=True)
        return cls(f"sqlite:///{folder / 'jobs.sqlite'}", questions)

    def open(self) -> bool:
        """Take the jobs up where they were; False where another process works on them. BadInput for a database that cannot be used."""
        self._store.open()
        if not self._store.claim():
            self._store.close()
            return False
        from dbos import DBOS

        from orepact.api.jobs.packing import JsonOnly
        from orepact.api.jobs.workflow import ENGINE

        ENGINE.store, ENGINE.questions = self._store, self._questions
        config: Any = {
            "name": "orepact", "system_database_url": self.url, "application_version": "1", "executor_id": "workbench",
            "run_admin_server": False, "serializer": JsonOnly(), "log_level": "ERROR", "enable_otlp": False,
        }  # fmt: skip
        DBOS(config=config)
        logging.getLogger("dbos").addFilter(_no_accident)
        DBOS.launch()
        DBOS.register_queue(QUEUE, worker_concurrency=AT_ONCE, polling_interval_sec=LOOKS)
        self._forget_old()
        return True

    def close(self) -> None:
        """Let the jobs rest; what is under way goes on when they are opened again."""
        from dbos import DBOS

        DBOS.destroy()
        self._store.close()

    def question(self, name: str) -> Question[Any, Any]:
        """The question of a name; UnknownName where there is none."""
        if name not in self._questions:
            raise unknown("question", "question", name[:80], self._questions)
        return self._questions[name]

    def start(self, wanted: JobAsked, client: str, key: str | None = None) -> Job:
        """A new job, or the one that the same client started with the same key. Raises what is wrong with the question."""
        from dbos import DBOS, DBOSContextSetAuth, SetWorkflowID

        from orepact.api.jobs.workflow import read_long, run_job, step_names, versions

        question = self.question(wanted.question)
        asked = read_long(question, wanted.asked)
        given = asked.model_dump(mode="json")
        job = str(uuid4() if key is None else uuid5(NAMESPACE_URL, f"orepact:{client}:{key}"))
        if key is not None and (known := self._status(job)) is not None:
            return self._same(known, wanted.question, given)
        steps = list(step_names(question, asked))
        self._room(client)
        with DBOSContextSetAuth(client, []), SetWorkflowID(job):
            DBOS.enqueue_workflow(QUEUE, run_job, wanted.question, given, steps, versions())
        return self.job(job)

    def _same(self, known: Any, question: str, given: dict[str, Any]) -> Job:
        if list(known.input["args"][:2]) != [question, given]:
            todo = "take a new key for a new question"
            raise BadInput(Problem("idempotency-key", "it was used for another question", "another", todo))
        return _job(known)

    def _room(self, client: str) -> None:
        from dbos import DBOS

        waiting = DBOS.list_workflows(status=list(UNFINISHED), name=WORKFLOW, load_input=False, load_output=False)
        own = sum(each.authenticated_user == client for each in waiting)
        for number, most, whose in ((own, MOST_OF_ONE, "of yours"), (len(waiting), MOST_OF_ALL, "of all")):
            if number >= most:
                todo = "wait until one has ended, or cancel one"
                raise TooMany(Problem("jobs", f"too many jobs {whose} are waiting or running", str(number), todo))

    def job(self, job: str) -> Job:
        """How a job stands; NotFound where there is none."""
        found = self._status(job)
        if found is None:
            raise NotFound(Problem("job", "there is no job of that name", f"'{job[:80]}'", "list them at /api/v1/jobs"))
        return _job(found)

    def _status(self, job: str) -> Any:
        from dbos import DBOS

        found = DBOS.list_workflows(workflow_ids=[job], name=WORKFLOW)
        return found[0] if found else None

    def of(self, client: str, limit: int, offset: int) -> list[Job]:
        """Jobs of a client, newest first."""
        from dbos import DBOS

        found = DBOS.list_workflows(user=client, name=WORKFLOW, sort_desc=True, limit=limit, offset=offset)
        return [_job(each) for each in found]

    def cancel(self, job: str) -> Job:
        """Stop a job before its next step; one that has ended stays as it is."""
        from dbos import DBOS

        if self.job(job).state in {"queued", "running"}:
            DBOS.cancel_workflow(job)
        return self.job(job)

    def answer(self, job: str, form: str) -> tuple[Job, bytes]:
        """The answer of a job in one form. NotReady where it is not done; a job that failed has ``error`` and no bytes."""
        found = self.job(job)
        if found.state == "failed":
            return found, b""
        content = self._store.answer(job, form) if found.state == "done" else None
        if content is None:
            never = found.state == "cancelled"
            todo = "ask the question again" if never else "ask again later, or follow its events"
            wrong = "it was cancelled and has no answer" if never else "it has no answer yet"
            raise NotReady(Problem("job", wrong, f"{found.state}, {found.done} of {found.total} steps", todo))
        return found, content

    def _forget_old(self) -> None:
        from dbos import DBOS

        old = DBOS.list_workflows(name=WORKFLOW, sort_desc=True, offset=MOST_KEPT, load_input=False, load_output=False)
        ended = [each.workflow_id for each in old if each.status not in UNFINISHED]
        if ended:
            DBOS.delete_workflows(ended)
            self._store.forget(ended)


def _no_accident(record: logging.LogRecord) -> bool:
    """Whether a line of DBOS says more than that a job was cancelled, which is no error."""
    kind = record.exc_info[0] if record.exc_info else None
    return kind is None or "Cancelled" not in kind.__name__


def _job(status: Any) -> Job:
    from dbos import DBOS

    from orepact.api.jobs.workflow import PROGRESS

    question, asked, steps, _ = status.input["args"]
    state = STATES[status.status]
    progress = DBOS.get_event(status.workflow_id, PROGRESS, timeout_seconds=0) or {"done": 0, "step": None}
    error = (status.output or {}).get("error") if state == "done" else broken("the job") if state == "failed" else None
    state = "failed" if error is not None else state
    address = f"/api/v1/jobs/{status.workflow_id}"
    return Job(
        id=status.workflow_id, question=question, asked=asked, state=state, done=progress["done"], total=len(steps) + 1,
        step=progress["step"] if state == "running" else None, asked_at=str(_when(status.created_at)), started=_when(status.dequeued_at),
        ended=_when(status.completed_at), error=None if error is None else ErrorBody.model_validate(error),
        links=Links.model_construct(self=address, answer=f"{address}/answer", events=f"{address}/events"),
    )  # fmt: skip


def _when(milliseconds: int | None) -> str | None:
    return (
        None
        if milliseconds is None
        else datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    )
