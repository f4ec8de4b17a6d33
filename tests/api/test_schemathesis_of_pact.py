"""Made-up requests for every operation of the pact, by nobody and by somebody with rights: no failure of ours, nothing undocumented."""

from __future__ import annotations

from collections.abc import Iterator
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

from orepact.pact import KEEPER, Command, Pact
from orepact.pact.aggregates import Aggregates
from orepact.pact.people import People
from orepact.web.app import create_app

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Do not use the .random. module inside strategies"),  # the tool's own doing
]
CASES = 12
CHECKS = [status_code_conformance, content_type_conformance, response_headers_conformance, response_schema_conformance]
APP = create_app(hosts=("*",))
SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", APP).include(
    path_regex="^/api/v1/pact/(kinds|me|aggregates|events|decisions|verify|parties|commitments|tokens)"
)
"""Routes of records are made by one function for every kind: those of three kinds stand for all."""

SCHEMA.config.generation.update(with_security_parameters=False)
MADE_UP = settings(max_examples=CASES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module", autouse=True)
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The token of somebody with most rights, in a pact with a few records."""
    pact = Pact.at(f"sqlite:///{tmp_path_factory.mktemp('pact') / 'pact.sqlite'}")
    pact.do(KEEPER, Command("party", "add", {"id": "cod", "name": "Country", "kind": "state"}))
    people = People(pact)
    APP.state.pact, APP.state.people, APP.state.aggregates = pact, people, Aggregates(pact)
    data = {"name": "Somebody", "roles": ["administrator", "analyst", "auditor", "party delegate"], "acts_for": ["cod"]}
    viewer = people.viewer_of_person(pact.do(KEEPER, Command("person", "add", data)).kept.id)
    assert viewer is not None
    given = {"name": "program", "expires": str(pact.store.today()), "scopes": ["read", "write"]}
    _, made = people.add_token(viewer, Command("token", "add", given))
    yield str(made)
    pact.close()


def keeps_its_word(case: Any, headers: dict[str, str]) -> None:
    """Ask, and hold the answer to its documentation."""
    case.headers = {name: value for name, value in (case.headers or {}).items() if name.casefold() != "authorization"}
    response = case.call(timeout=60, headers=headers)
    assert response.status_code < 500, response.text
    case.validate_response(response, checks=CHECKS, excluded_checks=[not_a_server_error])


@SCHEMA.parametrize()
@MADE_UP
def test_nobody_and_somebody_are_answered_by_the_word(case: Any, token: str) -> None:
    keeps_its_word(case, {})
    keeps_its_word(case, {"authorization": f"Bearer {token}"})
