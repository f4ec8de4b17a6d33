"""A job as the API tells it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from orepact.api.problems import ErrorBody

STATES = {
    "ENQUEUED": "queued", "DELAYED": "queued", "PENDING": "running", "SUCCESS": "done", "CANCELLED": "cancelled", "ERROR": "failed",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "failed",
}  # fmt: skip
"""States of DBOS, and what they are called here."""

UNFINISHED = ("ENQUEUED", "DELAYED", "PENDING")
ENDED = ("done", "failed", "cancelled")
ID = "7c0f5a52-9be4-4c6f-9a4b-5f0f1a2b3c4d"


class Links(BaseModel):
    """Addresses that belong to a job."""

    model_config = ConfigDict(extra="forbid")

    self: str = Field(description="The job.", examples=[f"/api/v1/jobs/{ID}"])
    answer: str = Field(description="Its answer, once it is done.", examples=[f"/api/v1/jobs/{ID}/answer"])
    events: str = Field(description="Its progress, as server-sent events.", examples=[f"/api/v1/jobs/{ID}/events"])


class Job(BaseModel):
    """A question that is worked out in the background."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(description="Its name.", examples=[ID])
    question: str = Field(description="Name of the question.", examples=["ladder"])
    asked: dict[str, Any] = Field(description="Its parameters, all of them.", examples=[{"mineral": "gallium"}])
    state: str = Field(
        description="queued, running, done, failed or cancelled.",
        examples=["running"],
        pattern="^(queued|running|done|failed|cancelled)$",
    )
    done: int = Field(description="Steps that are done.", examples=[2], ge=0)
    total: int = Field(description="Steps that there are.", examples=[6], ge=1)
    step: str | None = Field(description="The step under way; null where none is.", examples=["month by month"])
    asked_at: str = Field(description="When it was asked, UTC.", examples=["2026-01-31T12:00:00Z"])
    started: str | None = Field(description="When it was last taken up, UTC.", examples=["2026-01-31T12:00:01Z"])
    ended: str | None = Field(description="When it ended, UTC.", examples=["2026-01-31T12:00:31Z"])
    error: ErrorBody | None = Field(description="Why it failed; null where it did not.")
    links: Links


class JobList(BaseModel):
    """Jobs of whoever asks, newest first."""

    model_config = ConfigDict(extra="forbid")

    jobs: list[Job]
    next: str | None = Field(
        description="Address of older ones; null where there are none.", examples=["/api/v1/jobs?limit=20&offset=20"]
    )


class JobAsked(BaseModel):
    """What makes a job."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: str = Field(description="Name of the question.", examples=["ladder"], max_length=60)
    asked: dict[str, Any] = Field(
        default_factory=dict,
        description="Its parameters, by name, as the question's own address takes them; shock and backtest take more draws.",
        examples=[{"mineral": "gallium", "origin": "CHN"}],
    )
