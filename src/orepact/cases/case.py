"""A case: everything that an answer depends on, as one frozen record that writes to YAML and hashes to a name."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from orepact.policy.instrument import Countries, Instrument, Period, StageName

MONTHS_A_YEAR = 12.0


class ShockCase(BaseModel):
    """An export cut of one mineral at one stage, over a number of months, on one base year.

    cut: share of base exports taken away (1 = a stop). against: who is cut off, empty for everybody. months: length of
    the one period. draws, seed: of the Latin hypercube. facts_version: hash of the tables the answer was computed from. closed: passages
    that are closed beside, by their word. beside: instruments on the same market for the same months, as a case file writes them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    mineral: str
    base_year: int
    stage: StageName
    origins: Countries = Field(min_length=1)
    cut: float = Field(default=1.0, gt=0, le=1)
    against: Countries = ()
    months: float = Field(default=12.0, ge=1, le=60)
    draws: int = Field(default=500, ge=10, le=100_000)
    seed: int = Field(default=1, ge=0)
    facts_version: str
    code_version: str
    closed: tuple[str, ...] = ()
    beside: tuple[dict[str, Any], ...] = ()

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """What is on the market beside the cut, as it acts in the one period."""
        from orepact.cases.path_case import KINDS

        period = Period(self.months / MONTHS_A_YEAR, 1.0, 0.0)
        own = [{key: value for key, value in each.items() if key not in ("kind", "source")} for each in self.beside]
        made = [KINDS[str(each["kind"])].model_validate(fields) for each, fields in zip(self.beside, own, strict=True)]
        return tuple(found for each in made if (found := each.in_period(period)) is not None)

    def told(self) -> dict[str, Any]:
        """The case in JSON terms; what stands beside is left out where nothing does."""
        found = self.model_dump(mode="json")
        return (
            found
            if self.beside or self.closed
            else {key: found[key] for key in found if key not in ("closed", "beside")}
        )

    @property
    def hash(self) -> str:
        """Twelve hexadecimal digits that name this case: the same case, facts and code give the same answer."""
        canonical = json.dumps(self.told(), sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()[:12]

    def to_yaml(self) -> str:
        """The case as YAML, one key a line."""
        return str(yaml.safe_dump(self.told(), sort_keys=False))
