"""Tokens of programs: made for whoever is signed in, with a secret that one page shows, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fastapi import Request, Response
from fastapi.templating import Jinja2Templates

from orepact.api.pact.viewer import people_of, viewer_of
from orepact.pact import Command, Viewer
from orepact.web.pact.asking import Told, respond

TOKEN = ("token", "add")
"""Kind and verb by which somebody lets a program act for them."""


def for_whom(viewer: Viewer, command: Command) -> Command:
    """The command with the person whom a new token acts for: whoever makes it."""
    if (command.kind, command.verb) != TOKEN:
        return command
    return replace(command, data={**command.data, "person": viewer.id})


def made(request: Request, shown: Jinja2Templates, command: Command, sent: Mapping[str, str]) -> Response:
    """Make a token, and show its secret this once; sent again, the page says that it was shown before."""
    viewer = viewer_of(request)
    done, secret = people_of(request).add_token(viewer, command, sent.get("key") or None)
    context = {"kept": done.kept, "secret": secret, "said": done.kept.record}
    return respond(request, shown, "/pact/tokens/new", Told("pact/token_made.html", context))
