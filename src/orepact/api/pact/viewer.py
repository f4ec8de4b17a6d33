"""Who asks: whoever a token or a session names, and otherwise anybody. What is shown and does not hold is never taken for nobody."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer

from orepact.api.problems import NoPact
from orepact.errors import Problem
from orepact.pact import ANYBODY, Pact, Viewer
from orepact.pact.people import NotSignedIn, People

COOKIE = "orepact_session"
_TODO = "send Authorization: Bearer orep_…, or sign in at /sign-in"


def people_of(request: Request) -> People:
    """Those who may sign in here. Raises NoPact where no pact is kept."""
    found: People | None = request.app.state.people
    if found is None:
        raise NoPact(Problem("pact", "this workbench keeps no pact", "none", "start it with orepact serve"))
    return found


def pact_of(request: Request) -> Pact:
    """The pact. Raises NoPact where none is kept."""
    return people_of(request).pact


def viewer_of(request: Request) -> Viewer:
    """Whoever asks, with the rights of this moment. Raises NotSignedIn for a token that is wrong, has ended or was taken back."""
    people = people_of(request)
    said = request.headers.get("authorization")
    if said is not None:
        scheme, _, value = said.partition(" ")
        found = people.viewer_of_token(value.strip()) if scheme.casefold() == "bearer" else None
        if found is None:
            raise NotSignedIn(
                Problem(
                    "authorization", "the token does not hold", "one that is wrong, has ended or was taken back", _TODO
                )
            )
        return found
    held = request.cookies.get(COOKIE, "")
    return (people.viewer_of_session(held) if held else None) or ANYBODY


def somebody_of(viewer: Annotated[Viewer, Depends(viewer_of)]) -> Viewer:
    """Whoever asks, if it is somebody. Raises NotSignedIn for anybody."""
    if viewer == ANYBODY:
        raise NotSignedIn(Problem("request", "nobody is signed in", "no token and no session", _TODO))
    return viewer


SCHEMES = (
    Security(HTTPBearer(auto_error=False, scheme_name="token", description="A token of the pact: orep_…")),
    Security(APIKeyCookie(name=COOKIE, auto_error=False, scheme_name="session", description="What a browser holds.")),
)
"""How somebody is told, for the documentation; what holds is decided in :func:`viewer_of`."""

Anyone = Annotated[Viewer, Depends(viewer_of)]
Somebody = Annotated[Viewer, Depends(somebody_of)]
Kept = Annotated[Pact, Depends(pact_of)]
