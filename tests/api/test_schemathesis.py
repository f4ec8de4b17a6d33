"""200 made-up requests for every operation: no failure of ours, no status and no shape that is not documented."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from orepact.api.answers import Answers
from orepact.api.jobs.jobs import Jobs
from orepact.api.question import Asked, Question
from orepact.api.questions import QUESTIONS
from orepact.web.app import create_app

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Do not use the .random. module inside strategies"),  # the tool's own doing
    pytest.mark.filterwarnings(
        "ignore:Skipped test cases with unsupported payload"
    ),  # netCDF under its other two names
]
CASES = 200
SMALL = {"draws": 10, "months": 1, "seed": 1}
OURS = {"not_solved", "no_jobs"}
"""Failures from 500 on that are documented."""


class Small(Answers):
    """Answers that are worked out with few draws over a short time, so that made-up requests are answered soon."""

    def of(self, question: Question[Any, Any], asked: Asked, client: str = "") -> Any:
        """The answer to a smaller question of the same kind."""
        smaller = {name: value for name, value in SMALL.items() if name in type(asked).model_fields}
        if question.name == "backtest" and asked.model_dump()["only"] is None:
            smaller |= {"only": "magnesium_2021"}
        return super().of(question, asked.model_copy(update=smaller), client)


def tiny(question: Question[Any, Any]) -> Question[Any, Any]:
    """The same question with nothing to work out, for jobs."""
    import pandas as pd

    work: Callable[[Any], Any] = dict
    return replace(question, work=work, record=dict, frame=lambda _: pd.DataFrame([{"a": 1}]), steps=None)


APP = create_app(hosts=("*",), answers=Small(most_a_minute=1_000_000))
SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", APP).exclude(path_regex="^/api/v1/pact/")
"""Every operation but those of the pact, which have tests of their own."""


@pytest.fixture(scope="module", autouse=True)
def small_cases() -> Iterator[None]:
    """Cases of more than 40 draws times periods are refused, as larger ones are outside of tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("orepact.api.posts.cases.MOST_MARKETS", 40)
        yield


@pytest.fixture(scope="module", autouse=True)
def jobs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    found = Jobs.in_folder(tmp_path_factory.mktemp("jobs"), {name: tiny(each) for name, each in QUESTIONS.items()})
    assert found.open()
    APP.state.jobs = found
    yield
    found.close()


@SCHEMA.parametrize()
@settings(max_examples=CASES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_operation_keeps_its_word(case: Any) -> None:
    response = case.call(timeout=60)
    if response.status_code >= 500:
        assert response.json()["error"] in OURS, response.text
    case.validate_response(
        response,
        checks=[
            status_code_conformance,
            content_type_conformance,
            response_headers_conformance,
            response_schema_conformance,
        ],
        excluded_checks=[not_a_server_error],
    )
