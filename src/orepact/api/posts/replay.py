"""A saved answer as a body: worked out again, and whether every array has the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from orepact.api.posted import Posted, Told
from orepact.api.posts.cases import check_size
from orepact.api.questions.shock import MOST_DRAWS
from orepact.api.safety import LARGEST_BODY
from orepact.errors import BadInput, Problem

if TYPE_CHECKING:
    from orepact.cases.case import ShockCase
    from orepact.cases.path_case import PathCase

NETCDF = ("application/x-netcdf", "application/netcdf", "application/octet-stream")
LARGEST_ARRAYS = 256_000_000
"""Bytes of the arrays in a file: one of 2 MB may hold far more, packed."""

NAME = "saved.nc"


def _replay(given: bytes, words: Mapping[str, str]) -> Told:
    del words
    import pandas as pd

    from orepact.cases.replay import replay

    with TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        path.write_bytes(given)
        found = replay(path, check=_check, largest=LARGEST_ARRAYS)
    return found.summary(), pd.DataFrame(list(found.moved), columns=None if found.moved else ["array", "comparable"])


def _check(case: PathCase | ShockCase) -> None:
    """BadInput for a case that takes too long to wait for."""
    from orepact.cases.case import ShockCase

    if not isinstance(case, ShockCase):
        check_size(case, NAME)
    elif case.draws > MOST_DRAWS:
        todo = f"replay at most {MOST_DRAWS} draws here, or more with orepact replay"
        raise BadInput(Problem(f"{NAME}, draws", "they are too many to wait for", str(case.draws), todo))


SCHEMA: dict[str, Any] = {"type": "string", "format": "binary", "description": "A file that save() or --save wrote."}
REPLAY = Posted(
    name="replay",
    title="Does a saved answer come out the same today?",
    about="A netCDF file that orepact run --save or orepact shock --save wrote, of at most 2 MB.",
    types=NETCDF,
    largest=LARGEST_BODY,
    work=_replay,
    schema=SCHEMA,
)
