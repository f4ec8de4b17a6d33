"""The routes of jobs: start, list, follow, answer, cancel."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from orepact.api.body import read_json
from orepact.api.jobs.jobs import Jobs
from orepact.api.jobs.record import ENDED, ID, Job, JobAsked, JobList
from orepact.api.media import JSON, json_bytes, wanted
from orepact.api.problems import BY_KIND, NoJobs, TooMany, documented
from orepact.api.routes import client_of, forms_of, table_response
from orepact.api.unknown import refuse_unknown
from orepact.errors import Problem

LARGEST = 20_000
"""Bytes of a question that is asked as a job."""

LOOKS = 0.5
"""Seconds between two looks at a job that is followed."""

QUIET = 15.0
"""Seconds after which a stream that has nothing to say says so, so that nothing in between closes it."""

MOST_FOLLOWED = 32
"""Streams that are open together."""

Name = Annotated[str, Path(description="Name of the job.", examples=[ID], max_length=64)]
STREAMS = threading.BoundedSemaphore(MOST_FOLLOWED)
EVENT = f'event: progress\ndata: {{"id": "{ID}", "state": "running", "done": 2, "total": 6}}\n\n'


def router() -> APIRouter:
    """The routes, under ``/jobs``."""
    found = APIRouter(prefix="/jobs", tags=["jobs"])
    add = found.add_api_route
    add(
        "",
        start,
        methods=["POST"],
        operation_id="start_job",
        dependencies=[refuse_unknown()],
        summary="Ask a question as a job.",
        status_code=202,
        response_class=Response,
        responses={
            202: {"model": Job, "description": "The job."},
            **documented(400, 403, 413, 415, 422, 429, 503),
        },
        openapi_extra=_BODY,
    )
    add(
        "",
        listed,
        methods=["GET"],
        operation_id="list_jobs",
        dependencies=[refuse_unknown("limit", "offset")],
        summary="Your jobs, newest first.",
        response_class=Response,
        responses={200: {"model": JobList, "description": "The jobs."}, **documented(422, 503)},
    )
    add(
        "/{job}",
        one,
        methods=["GET"],
        operation_id="get_job",
        dependencies=[refuse_unknown()],
        summary="How a job stands.",
        response_class=Response,
        responses={200: {"model": Job, "description": "The job."}, **documented(404, 422, 503)},
    )
    add(
        "/{job}",
        cancel,
        methods=["DELETE"],
        operation_id="cancel_job",
        dependencies=[refuse_unknown()],
        summary="Stop a job before its next step.",
        response_class=Response,
        responses={200: {"model": Job, "description": "The job."}, **documented(403, 404, 422, 503)},
    )
    add(
        "/{job}/answer",
        answer,
        methods=["GET"],
        operation_id="get_job_answer",
        dependencies=[refuse_unknown()],
        summary="The answer of a job, in the form that is asked for.",
        response_class=Response,
        responses={
            200: {"description": "The answer, as the question's own address gives it.", "content": forms_of()},
            **documented(404, 409, 422, 500, 503),
        },
    )
    add(
        "/{job}/events",
        events,
        methods=["GET"],
        operation_id="follow_job",
        dependencies=[refuse_unknown()],
        summary="The progress of a job, as server-sent events.",
        response_class=StreamingResponse,
        responses={
            200: {
                "description": "One event named progress at each change, and one named end, each with the job as its data.",
                "content": {"text/event-stream": {"schema": {"type": "string"}, "example": EVENT}},
            },
            **documented(404, 422, 429, 503),
        },
    )
    return found


_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {
                "schema": JobAsked.model_json_schema(),
                "example": {"question": "ladder", "asked": {"mineral": "gallium", "origin": "CHN"}},
            }
        },
    },
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "required": False,
            "description": "The same key gives the same job again, and no second one.",
            "schema": {"type": "string", "maxLength": 200, "pattern": "^[!-~]*$"},
            "example": "gallium-2026-01-31",
        }
    ],
}


async def start(request: Request) -> Response:
    """Start a job and say where to follow it; with an Idempotency-Key only once."""
    wanted_job = await read_json(request, JobAsked, LARGEST)
    key = request.headers.get("idempotency-key", "")[:200] or None
    request.state.question = _jobs(request).question(wanted_job.question)
    job = await run_in_threadpool(_jobs(request).start, wanted_job, client_of(request), key)
    return Response(json_bytes(job.model_dump()), 202, media_type=JSON, headers={"location": job.links.self})


def listed(
    request: Request,
    limit: Annotated[int, Query(description="Most jobs of one answer.", examples=[20], ge=1, le=100)] = 20,
    offset: Annotated[int, Query(description="Newer jobs to leave out.", examples=[0], ge=0, le=10_000)] = 0,
) -> Response:
    """Jobs that were started from where the request comes from."""
    found = _jobs(request).of(client_of(request), limit + 1, offset)
    more = f"{request.url.path}?limit={limit}&offset={offset + limit}" if len(found) > limit else None
    return _said(JobList(jobs=found[:limit], next=more))


def one(request: Request, job: Name) -> Response:
    """State, steps done and in all, and why it failed where it did."""
    return _said(_jobs(request).job(job))


def cancel(request: Request, job: Name) -> Response:
    """Stop a job; one that has ended stays as it is."""
    return _said(_jobs(request).cancel(job))


def answer(request: Request, job: Name) -> Response:
    """JSON, CSV, Parquet or XLSX by content type; the error body of a job that failed."""
    form = wanted(request.headers.get("accept", ""))
    found, content = _jobs(request).answer(job, form)
    if found.error is not None:
        return Response(json_bytes(found.error.model_dump()), BY_KIND[found.error.error], media_type=JSON)
    return Response(content, media_type=JSON) if form == JSON else table_response(content, form, found.question)


async def events(request: Request, job: Name) -> Response:
    """One event at each change until the job has ended."""
    jobs = _jobs(request)
    first = await run_in_threadpool(jobs.job, job)
    if not STREAMS.acquire(blocking=False):
        todo = f"ask how the job stands at {first.links.self}"
        raise TooMany(Problem("events", "too many streams are open", str(MOST_FOLLOWED), todo))
    return StreamingResponse(
        _stream(jobs, first), media_type="text/event-stream", headers={"cache-control": "no-store"}
    )


async def _stream(jobs: Jobs, job: Job) -> AsyncIterator[bytes]:
    try:
        yield _event("progress", job)
        quiet = 0.0
        while job.state not in ENDED:
            await asyncio.sleep(LOOKS)
            now = await run_in_threadpool(jobs.job, job.id)
            quiet = 0.0 if now != job else quiet + LOOKS
            if now != job:
                job = now
                yield _event("progress", job)
            elif quiet >= QUIET:
                quiet = 0.0
                yield b": still at it\n\n"
        yield _event("end", job)
    finally:
        STREAMS.release()


def _event(name: str, job: Job) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + json_bytes(job.model_dump()) + b"\n\n"


def _jobs(request: Request) -> Jobs:
    found: Any = request.app.state.jobs
    if found is None:
        todo = "ask the question at its own address, or the workbench that has the jobs of this folder"
        raise NoJobs(Problem("jobs", "this workbench works on no jobs", "none", todo))
    return found  # type: ignore[no-any-return]


def _said(told: Job | JobList) -> Response:
    return Response(json_bytes(told.model_dump()), media_type=JSON)
