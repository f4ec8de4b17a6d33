"""A list of projects that somebody sends: read in memory, bounded in size, rows, depth and errors; never a file of this machine."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from orepact.api.answers import Answers
from orepact.api.question import LONGEST
from orepact.api.questions.projects import PROJECTS, ProjectsAnswer, ProjectsAsked, projects_answer_for
from orepact.errors import BadInput, Problem

if TYPE_CHECKING:
    from orepact.planning.project_list import Form
    from orepact.planning.projects import Project

LARGEST_LIST = 100_000
"""Bytes of a list."""

MOST_PROJECTS = 200
MOST_PROBLEMS = 20
"""Faults of a list that are told at once."""

DEEPEST = 4
PLACE = "list"
CONTENT: dict[str, Form] = {
    "text/csv": "csv", "application/yaml": "yaml", "text/yaml": "yaml", "application/x-yaml": "yaml", "application/json": "yaml",
}  # fmt: skip
"""Content types of a list; JSON is YAML too."""


def read_list(body: bytes, form: Form) -> tuple[Project, ...]:
    """The projects of a list; BadInput with what is wrong."""
    from orepact.planning.project_list import projects_of

    if len(body) > LARGEST_LIST:
        raise BadInput(
            Problem(PLACE, "the list is too large", f"{len(body)} bytes", f"send at most {LARGEST_LIST} bytes")
        )
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        todo = "save the list as UTF-8 text"
        raise BadInput(Problem(PLACE, "the list cannot be read", "bytes that are no UTF-8 text", todo)) from None
    if form == "yaml":
        _check_plain(text)
    try:
        return projects_of(text, form, PLACE, MOST_PROJECTS)
    except BadInput as error:
        if len(error.problems) <= MOST_PROBLEMS:
            raise
        rest = len(error.problems) - MOST_PROBLEMS
        more = Problem(PLACE, "there is more that is wrong", f"{rest} more faults", "correct these first")
        raise BadInput([*error.problems[:MOST_PROBLEMS], more]) from None


def _check_plain(text: str) -> None:
    """Refuse YAML that grows when it is read: references, deep nesting, long values."""
    import yaml

    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent) or depth > DEEPEST:
                found = "a reference" if isinstance(event, yaml.AliasEvent) else "lists inside lists"
                raise BadInput(Problem(PLACE, "the list is not plain", found, "write each value where it belongs"))
            if isinstance(event, yaml.ScalarEvent) and len(event.value) > LONGEST:
                todo = f"write at most {LONGEST} characters a value"
                raise BadInput(Problem(PLACE, "a value is too long", f"{len(event.value)} characters", todo))
    except yaml.YAMLError:
        todo = "give a CSV or YAML file"
        raise BadInput(Problem(PLACE, "the list cannot be read", "text that is no YAML", todo)) from None


def answer_from(answers: Answers, asked: ProjectsAsked, body: bytes, form: Form, client: str) -> ProjectsAnswer:
    """The kept answer for a list that was sent, or one worked out now."""
    name = hashlib.sha256(body).hexdigest()
    key = (f"{PROJECTS.name} of {form} {name}", asked.model_dump_json())
    answer: ProjectsAnswer = answers.kept(key, lambda: projects_answer_for(asked, read_list(body, form)), client)
    return answer


def form_of(content_type: str) -> Form:
    """How a body is written, from its content type; BadInput for another."""
    said = content_type.split(";", maxsplit=1)[0].strip().casefold()
    if said in CONTENT:
        return CONTENT[said]
    found = f"'{said[:80]}'" if said else "none"
    raise BadInput(Problem("content-type", "a list is CSV or YAML", found, f"say one of {', '.join(CONTENT)}"))


def add_own_list(router: APIRouter, responses: dict[int | str, dict[str, Any]]) -> None:
    """Add ``POST /projects`` with a list as its body to the API."""
    from orepact.api.routes import answered, client_of
    from orepact.api.routes import form_of as form_asked

    async def endpoint(asked: Annotated[ProjectsAsked, Query()], request: Request) -> Response:
        """What the projects of one's own list add by a year."""
        request.state.question = PROJECTS
        body, form = await request.body(), form_of(request.headers.get("content-type", ""))
        answers: Answers = request.app.state.answers
        answer = await run_in_threadpool(answer_from, answers, asked, body, form, client_of(request))
        return answered(PROJECTS, answer, form_asked(PROJECTS, request), asked)

    endpoint.__annotations__ = {
        "asked": Annotated[ProjectsAsked, Query()], "request": Request, "return": Response,
    }  # fmt: skip
    text = {"schema": {"type": "string", "maxLength": LARGEST_LIST}, "example": EXAMPLE}
    router.add_api_route(
        f"/{PROJECTS.name}",
        endpoint,
        methods=["POST"],
        name=f"{PROJECTS.name}_of_own_list",
        operation_id=f"{PROJECTS.name}_of_own_list",
        summary=f"{PROJECTS.title} From a list of your own, as CSV or YAML.",
        response_class=Response,
        responses=responses,
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {key: {"schema": text["schema"], "example": AS_YAML} for key in CONTENT}
                | {"text/csv": text},
            }
        },
    )


EXAMPLE = """name,mineral,stage,countries,capacity,start,ramp,on_time
Plant,lithium,refined,DEU,1000,2028,2,0.7
"""
"""A list with the fewest columns that tell what a plant adds: tonnes of content a year, first output, years of ramp, P(on time)."""

AS_YAML = [
    {
        "name": "Plant",
        "mineral": "lithium",
        "stage": "refined",
        "countries": ["DEU"],
        "capacity": 1000,
        "start": 2028,
        "ramp": 2,
        "on_time": 0.7,
    }
]
"""The same list as JSON, which is YAML too."""
