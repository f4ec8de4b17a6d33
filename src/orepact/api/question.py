"""What a question is to a face: its parameters, the function that answers, and how the answer is read out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from orepact.errors import Problem

if TYPE_CHECKING:
    import pandas as pd

    from orepact.report.note.record import Note
    from orepact.report.workbook import Workbook

LONGEST = 400
"""Characters of one parameter."""

FILES = (".yaml", ".yml", ".csv", ".json", ".nc", ".parquet", ".xlsx", ".zip")


class Asked(BaseModel):
    """Base of the parameters of a question. One left empty takes its default, unless it is needed; unknown ones are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, str_max_length=LONGEST)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_left_out(cls, values: Any) -> Any:
        if not isinstance(values, Mapping):
            return values
        return {
            name: value
            for name, value in values.items()
            if not (isinstance(value, str) and not value.strip()) or is_needed(cls, name)
        }

    @field_validator("*", mode="after")
    @classmethod
    def _no_files(cls, value: Any) -> Any:
        """Functions take the name of a file where they take a name; what comes by network never names one of this machine."""
        if isinstance(value, str) and value.casefold().endswith(FILES):
            raise ValueError("a name is needed here, and a file of this machine cannot be read from a page")
        return value

    def address(self) -> dict[str, str]:
        """Name and text of every parameter that is not at its default: what an address holds after the question mark."""
        given = self.model_dump(mode="json", exclude_defaults=True)
        return {name: plain(value) for name, value in given.items()}


def plain(value: Any) -> str:
    """A value as text that is read back as the same value."""
    if isinstance(value, float):
        return f"{value:.15g}" if float(f"{value:.15g}") == value else repr(value)
    return str(value)


def is_needed(asked: type[BaseModel], name: str) -> bool:
    """Whether a parameter must not be left empty where it is given."""
    field = asked.model_fields.get(name)
    return (
        field is not None and isinstance(field.json_schema_extra, dict) and bool(field.json_schema_extra.get("needed"))
    )


def parameter(
    meaning: str, *, unit: str, default: Any = ..., example: Any = None, needed: bool = False, **limits: Any
) -> Any:
    """One parameter of a question, with what it means and its unit (``name`` for words, ``1`` for counts and shares).

    needed: an empty box is an error, and does not take the default.
    """
    shown = default if example is None else example
    examples = [] if shown is ... or shown is None else [shown]
    extra: dict[str, Any] = {"unit": unit, "needed": True} if needed else {"unit": unit}
    if needed and isinstance(default, str):
        limits |= {"min_length": 1}
    return Field(default, description=meaning, examples=examples, json_schema_extra=extra, **limits)


AskedT = TypeVar("AskedT", bound=Asked)
AnswerT = TypeVar("AnswerT")


Part = Mapping[str, Any]
"""What one step leaves behind: arrays and JSON values by name, which is all that later steps and the answer are made of."""


@dataclass(frozen=True)
class Steps(Generic[AskedT, AnswerT]):
    """How a long question is worked out in steps that are each kept, so that a server that dies redoes none that is done.

    names: the steps in order; raises what is wrong with the question. work: one step, given its name and what asks for an
    earlier step's part. join: the answer, from the parts of all steps.
    """

    names: Callable[[AskedT], tuple[str, ...]]
    work: Callable[[AskedT, str, Callable[[str], Part]], Part]
    join: Callable[[AskedT, Mapping[str, Part]], AnswerT]


@dataclass(frozen=True)
class Question(Generic[AskedT, AnswerT]):
    """One question of the alliance as every face needs it.

    name: its word in addresses and commands. title: the question in plain words. asked: its parameters. work: the function that
    answers. record: the answer in JSON terms. frame: its main table. shape: pydantic model of the record, for the documentation.
    note: the answer as a two-page note. workbook: as a spreadsheet with units and sources on their own sheets; without it one is made of
    record and frame. bundle: the answer as the bytes of a bundle that ``orepact replay`` takes.
    beside: name and work of a second answer that a page shows later, which the note too is made of: note_with takes it where it is there.
    places: places that errors name, by parameter, where the parameter is called otherwise. slow: takes long enough to be a job.
    steps: how a job works it out; in one step where left out. long: its parameters as a job, where they may be larger.
    """

    name: str
    title: str
    asked: type[AskedT]
    work: Callable[[AskedT], AnswerT]
    record: Callable[[AnswerT], Any]
    frame: Callable[[AnswerT], pd.DataFrame]
    shape: type[BaseModel] | None = None
    places: Mapping[str, str] = field(default_factory=dict)
    slow: bool = False
    note: Callable[[AskedT, AnswerT], Note] | None = None
    workbook: Callable[[AskedT, AnswerT], Workbook] | None = None
    beside: tuple[str, Callable[[AskedT], Any]] | None = None
    note_with: Callable[[AskedT, AnswerT, Any], Note] | None = None
    bundle: Callable[[AnswerT], bytes] | None = None
    steps: Steps[Any, AnswerT] | None = None
    long: type[AskedT] | None = None

    def field_of(self, problem: Problem) -> str | None:
        """The parameter that a problem concerns; None where it concerns none of them."""
        place = problem.place.split(",")[0].strip()
        name = self.places.get(place, place.removeprefix("--").replace("-", "_"))
        return name if name in self.asked.model_fields else None
