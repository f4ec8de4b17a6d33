"""The instruments that a case may hold, each with its fields: name, unit, default, meaning and source, as the code itself reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, RootModel

from orepact.api.question import Asked, Question, parameter

if TYPE_CHECKING:
    import pandas as pd

Rows = list[dict[str, Any]]


class InstrumentsAsked(Asked):
    """Kinds of instruments, or one of them."""

    kind: str | None = parameter("One kind; all when left out.", unit="name", default=None, example="tariff")


class FieldRow(BaseModel):
    """One field of an instrument."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(description="Kind of instrument, as a case file has it.")
    does: str = Field(description="What it does.")
    field: str
    unit: str
    needed: bool = Field(description="Whether it must be given.")
    default: Any = Field(description="What it is when left out.")
    meaning: str
    source: str = Field(description="Where the field comes from.")


class InstrumentsAnswer(RootModel[list[FieldRow]]):
    """One row a field."""


def _work(asked: InstrumentsAsked) -> Rows:
    from orepact.errors import UnknownName, unknown_problem
    from orepact.policy import INSTRUMENTS
    from orepact.policy.attributes import attributes

    kinds = {str(record.model_fields["kind"].default): record for record in INSTRUMENTS}
    if asked.kind is not None and asked.kind not in kinds:
        raise UnknownName(unknown_problem("kind", "kind of instrument", asked.kind, kinds))
    return [
        {
            "kind": kind, "does": (record.__doc__ or "").split("\n", maxsplit=1)[0], "field": each.name, "unit": each.unit,
            "needed": each.needed, "default": list(each.default) if isinstance(each.default, tuple) else each.default,
            "meaning": each.meaning, "source": each.source,
        }
        for kind, record in kinds.items()
        if asked.kind in {None, kind}
        for each in attributes(record)
    ]  # fmt: skip


def _frame(rows: Rows) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows)


INSTRUMENTS_QUESTION: Question[InstrumentsAsked, Rows] = Question(
    name="instruments",
    title="Which instruments can a case hold, and what does each ask for?",
    asked=InstrumentsAsked,
    work=_work,
    record=list,
    frame=_frame,
    shape=InstrumentsAnswer,
)
