"""The routes of the pact, under ``/api/v1/pact``: kinds, who asks, records, the log, and what may be added up."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from orepact.api.pact.answers import add_answers
from orepact.api.pact.importing import add_importing
from orepact.api.pact.log import add_log
from orepact.api.pact.records import add_records
from orepact.api.pact.said import said
from orepact.api.pact.shapes import KindsBody, MeBody, SumsBody, kind_record
from orepact.api.pact.viewer import SCHEMES, Anyone
from orepact.api.problems import documented
from orepact.api.unknown import refuse_unknown
from orepact.pact import ANYBODY
from orepact.pact.aggregates import Aggregates
from orepact.pact.kinds import KINDS


def router() -> APIRouter:
    """Every route of the pact."""
    found = APIRouter(prefix="/pact", tags=["pact"], dependencies=list(SCHEMES))
    found.add_api_route(
        "/kinds", kinds, methods=["GET"], operation_id="pact_kinds", response_class=Response, dependencies=[refuse_unknown()],
        summary="Kinds of records with their fields and verbs.", responses={**documented(401, 422, 500, 503), 200: {"model": KindsBody}},
    )  # fmt: skip
    found.add_api_route(
        "/me", me, methods=["GET"], operation_id="pact_me", response_class=Response, dependencies=[refuse_unknown()],
        summary="Who you are here.", responses={**documented(401, 422, 500, 503), 200: {"model": MeBody}},
    )  # fmt: skip
    found.add_api_route(
        "/aggregates/{measure}", aggregates, methods=["GET"], operation_id="pact_aggregates", response_class=Response,
        dependencies=[refuse_unknown()], summary="Sums over figures that are not public, as far as nobody's figure follows from them.",
        responses={**documented(401, 422, 500, 503), 200: {"model": SumsBody, "description": "The sums."}},
    )  # fmt: skip
    add_log(found)
    add_answers(found)
    add_importing(found)
    add_records(found)
    return found


def kinds(viewer: Anyone) -> Response:
    """What forms need: attribute tables, verbs, who may, and the schema of what each verb asks for."""
    del viewer
    return said(KindsBody(kinds=[kind_record(each) for each in KINDS.values()]).model_dump(mode="json", by_alias=True))


def aggregates(
    measure: Annotated[str, Path(description="What is added up.", examples=["project-capacity"], max_length=120)],
    viewer: Anyone,
    request: Request,
) -> Response:
    """One sum a cell, of three contributors or more; a cell that is not there is empty or withheld, and which is not told."""
    del viewer
    sums: Aggregates = request.app.state.aggregates
    found = sums.of(measure)
    about = sums.measures[measure]
    return said(
        {
            "measure": about.name, "meaning": about.meaning, "unit": about.unit, "cells": list(about.cells),
            "sums": [each.record() for each in found],
        }
    )  # fmt: skip


def me(viewer: Anyone) -> Response:
    """Name, roles, whom you act for, and what your token lets through."""
    return said(
        {
            "signed_in": viewer != ANYBODY, "id": viewer.id, "name": viewer.name, "roles": sorted(viewer.roles),
            "acts_for": sorted(viewer.acts_for), "scopes": sorted(viewer.scopes), "token": viewer.token,
        }
    )  # fmt: skip
