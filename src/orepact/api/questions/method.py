"""How answers are made: the model with its equations, limits, grades and races, as the documentation has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orepact.api.question import Asked, Question
from orepact.api.shapes.start import MethodAnswer

if TYPE_CHECKING:
    import pandas as pd

SECTIONS = ("model", "limits", "evidence-grades", "races")


class MethodAsked(Asked):
    """How answers are made."""


def _work(_asked: MethodAsked) -> dict[str, Any]:
    from orepact import facts
    from orepact.api.texts import text
    from orepact.version import __version__

    return {
        "facts_version": facts.version(),
        "code_version": __version__,
        "sections": [{"name": name, "markdown": text(name)} for name in SECTIONS],
    }


def _frame(found: dict[str, Any]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(found["sections"])


METHOD: Question[MethodAsked, dict[str, Any]] = Question(
    name="method",
    title="How are these answers made, and how well do they meet what happened?",
    asked=MethodAsked,
    work=_work,
    record=dict,
    frame=_frame,
    shape=MethodAnswer,
)
