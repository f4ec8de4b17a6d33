"""A reference price whose duty lets through free what qualifies for the preferential zone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from orepact.api.media import JSON
from orepact.api.posted import Posted, Told
from orepact.api.posts.eligible import EXAMPLE as BATCHES
from orepact.api.posts.eligible import SCHEMA as JUDGED
from orepact.api.posts.eligible import read_body
from orepact.api.problems import problems_in
from orepact.api.questions.price import BY_STAGE, PriceAsked, by_stage
from orepact.api.safety import LARGEST_BODY
from orepact.errors import BadInput, Problem

ASKED = PriceAsked.model_json_schema()["properties"]
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["eligible"],
    "properties": {
        "eligible": {**JUDGED, "description": "Batches of a year, with what they are judged by."},
        **{name: {key: value for key, value in each.items() if key != "examples"} for name, each in ASKED.items()},
    },
    "additionalProperties": False,
}


def _price(given: Any, words: Mapping[str, str]) -> Told:
    del words
    from orepact.cases.price_chain import price
    from orepact.custody.exempt import free_of_duty, verdicts

    if not isinstance(given, Mapping) or not isinstance(given.get("eligible"), Mapping):
        todo = "give eligible with a file, and the parameters of the price beside it"
        raise BadInput(Problem("eligible", "batches are needed", "none", todo))
    try:
        asked = PriceAsked.model_validate({name: value for name, value in given.items() if name != "eligible"})
    except ValidationError as error:
        raise BadInput(problems_in(error.errors(), PriceAsked)) from None
    file, terms = read_body(given["eligible"])
    free = free_of_duty(verdicts(file, **terms), asked.mineral, asked.stage)
    chosen = {**asked.model_dump(), **{name: by_stage(getattr(asked, name)) for name in BY_STAGE}}
    found = price(**chosen, free=free)
    return found.summary(), found.frame()


PRICE_OF = Posted(
    name="price",
    title="If imports are lifted to a reference price and what qualifies enters free, who pays?",
    about="The parameters of the price, and batches whose qualifying tonnes enter free; the rest of their origins pays.",
    types=(JSON,),
    largest=LARGEST_BODY,
    work=_price,
    schema=SCHEMA,
    example={"mineral": "rare_earths", "zone": "USA", "draws": 10, "eligible": {**BATCHES, "zone": "EU27"}},
    operation="price_with_eligible",
)
