"""The cases that are shipped: what each asks, of which mineral and days, what is a fact, and what is assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orepact.api.question import Asked, Question
from orepact.api.shapes.network import GalleryAnswer

if TYPE_CHECKING:
    import pandas as pd

Rows = list[dict[str, Any]]


class GalleryAsked(Asked):
    """Cases that are ready to run; the file of one is at ``/api/v1/gallery/NAME``."""


def _work(asked: GalleryAsked) -> Rows:
    del asked
    from orepact.cases.shipped import gallery

    return [each.row() for each in gallery().values()]


def _frame(rows: Rows) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows)


GALLERY: Question[GalleryAsked, Rows] = Question(
    name="gallery",
    title="Which cases are ready to run?",
    asked=GalleryAsked,
    work=_work,
    record=list,
    frame=_frame,
    shape=GalleryAnswer,
)
