"""A case: everything that an answer depends on, as one frozen record that writes to YAML and hashes to a name."""

from __future__ import annotations

import hashlib
import json

import yaml
from pydantic import BaseModel, ConfigDict, Field

from orepact.policy.instrument import Countries, StageName


class ShockCase(BaseModel):
    """An export cut of one mineral at one stage, over a number of months, on one base year.

    cut: share of base exports taken away (1 = a stop). against: who is cut off, empty for everybody. months: length of
    the one period. draws, seed: of the Latin hypercube. facts_version: hash of the tables the answer was computed from.
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

    @property
    def hash(self) -> str:
        """Twelve hexadecimal digits that name this case: the same case, facts and code give the same answer."""
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()[:12]

    def to_yaml(self) -> str:
        """The case as YAML, one key a line."""
        return str(yaml.safe_dump(self.model_dump(mode="json"), sort_keys=False))
