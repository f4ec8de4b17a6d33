"""All pages of the pact, in one order: what stands at an address of its own before what stands for any record."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.templating import Jinja2Templates

from orepact.web.pact.answers import mount_answers
from orepact.web.pact.asking import mount
from orepact.web.pact.comparing import mount_comparing
from orepact.web.pact.importing import mount_import
from orepact.web.pact.project_list import projects_page
from orepact.web.pact.records import PARAMETERS, mount_records
from orepact.web.pact.reserve_import import mount_reserve_import
from orepact.web.pact.reserve_page import mount_reserves


def mount_pact(app: FastAPI, shown: Jinja2Templates) -> None:
    """Add the pages of the pact to an app."""
    mount_answers(app, shown)
    mount_comparing(app, shown)
    mount_reserves(app, shown)
    mount_reserve_import(app, shown)
    mount_import(app, shown)
    mount(app, shown, "/pact/projects", projects_page, PARAMETERS, ("pipeline.csv",))
    mount_records(app, shown, frozenset({"project"}))
