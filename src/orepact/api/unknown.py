"""A parameter that an address does not know is refused there too where no model of parameters refuses it."""

from __future__ import annotations

from typing import Any

from fastapi import Depends, Request

from orepact.errors import BadInput, unknown_problem


def refuse_unknown(*known: str) -> Any:
    """A dependency of a route that takes only the parameters named."""

    def check(request: Request) -> None:
        problems = [
            unknown_problem(name, "parameter", name, known or ("none",))
            for name in request.query_params
            if name not in known
        ]
        if problems:
            raise BadInput(problems)

    return Depends(check)
