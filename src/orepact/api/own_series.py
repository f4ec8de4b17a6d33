"""Series that somebody sends for a case file: read in memory, bounded in size and errors; never a file of this machine."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from orepact.api.answers import Answers
from orepact.api.media import JSON
from orepact.api.questions.watch import WATCH_FILE, WatchFileAsked, case_of
from orepact.errors import BadInput, Problem
from orepact.watch.case_file import CaseFile

if TYPE_CHECKING:
    from orepact.watch.own_series import Kind

LARGEST_SERIES = 100_000
"""Characters of one table."""

MOST_PROBLEMS = 20

EXAMPLES: Mapping[Kind, str] = {
    "prices": "period,price,unit,market\n2025-01,310,USD/kg,outside\n2025-02,305,USD/kg,outside\n",
    "trade": "period,tonnes,usd,flow\n2025-01,120,3600000,imports\n2025-02,140,4000000,imports\n",
    "costs": "producer,cost,unit,output\nMine A,210,USD/kg,40\nMine B,250,USD/kg,25\n",
    "stocks": "period,tonnes,spread\n2025-01,5200,-0.004\n2025-02,4800,0.002\n",
    "submitters": "submitter,submissions\nHouse A,24\nHouse B,22\n",
}


def _table(kind: Kind, about: str) -> Any:
    return Field("", max_length=LARGEST_SERIES, description=about, examples=[EXAMPLES[kind]])


class OwnSeries(BaseModel):
    """Tables as CSV text, any of them."""

    model_config = ConfigDict(extra="forbid")

    prices: str = _table("prices", "period, price, unit [, market: inside or outside].")
    trade: str = _table("trade", "period, tonnes, usd [, flow: imports or exports] [, reporter].")
    costs: str = _table("costs", "producer, cost, unit [, output].")
    stocks: str = _table("stocks", "period, tonnes [, spread: share of the price].")
    submitters: str = _table("submitters", "submitter, submissions.")

    def texts(self) -> dict[Kind, str]:
        """The tables that hold anything."""
        held: dict[Kind, str] = {
            "prices": self.prices, "trade": self.trade, "costs": self.costs, "stocks": self.stocks, "submitters": self.submitters
        }  # fmt: skip
        return {kind: text for kind, text in held.items() if text.strip()}


def file_from(answers: Answers, asked: WatchFileAsked, texts: Mapping[Kind, str], client: str) -> CaseFile:
    """The kept case file for the tables that were sent, or one worked out now; BadInput where there is none."""
    if not texts:
        raise BadInput(Problem("series", "there is no series", "nothing", "choose a file, or paste its text"))
    large = [kind for kind, text in texts.items() if len(text) > LARGEST_SERIES]
    if large:
        raise BadInput(
            Problem(kind, "the table is too large", f"{len(texts[kind])} characters", f"send at most {LARGEST_SERIES}")
            for kind in large
        )
    name = hashlib.sha256(repr(sorted(texts.items())).encode()).hexdigest()
    key = (f"{WATCH_FILE.name} of {name}", asked.model_dump_json())
    found: CaseFile = answers.kept(key, lambda: case_of(asked, texts), client)
    return found


def read_own(body: bytes, content_type: str) -> OwnSeries:
    """The tables of a JSON body; BadInput with everything that is wrong with it."""
    said = content_type.split(";", maxsplit=1)[0].strip().casefold()
    if said != JSON:
        found = f"'{said[:80]}'" if said else "none"
        raise BadInput(Problem("content-type", "series are sent as JSON", found, f"say {JSON}"))
    try:
        return OwnSeries.model_validate_json(body)
    except ValidationError as error:
        fields = ", ".join(EXAMPLES)
        raise BadInput(
            Problem(
                ".".join(map(str, each["loc"])) or "body",
                str(each["msg"])[:200],
                each["type"],
                f"send texts named {fields}",
            )
            for each in error.errors(include_url=False, include_context=False, include_input=False)[:MOST_PROBLEMS]
        ) from None


def add_own_series(router: APIRouter, responses: dict[int | str, dict[str, Any]]) -> None:
    """Add ``POST /watch_file`` with tables as its body to the API."""
    from orepact.api.routes import answered, client_of
    from orepact.api.routes import form_of as form_asked

    async def endpoint(asked: Annotated[WatchFileAsked, Query()], request: Request) -> Response:
        """Whether a mineral's price fall is dumping-like, from series of one's own."""
        request.state.question = WATCH_FILE
        own = read_own(await request.body(), request.headers.get("content-type", ""))
        answers: Answers = request.app.state.answers
        found = await run_in_threadpool(file_from, answers, asked, own.texts(), client_of(request))
        return answered(WATCH_FILE, found, form_asked(WATCH_FILE, request), asked)

    endpoint.__annotations__ = {
        "asked": Annotated[WatchFileAsked, Query()], "request": Request, "return": Response,
    }  # fmt: skip
    content = {"schema": OwnSeries.model_json_schema(), "example": {"prices": EXAMPLES["prices"]}}
    router.add_api_route(
        f"/{WATCH_FILE.name}",
        endpoint,
        methods=["POST"],
        name=f"{WATCH_FILE.name}_of_own_series",
        operation_id=f"{WATCH_FILE.name}_of_own_series",
        summary=f"{WATCH_FILE.title} From series of your own, as CSV texts.",
        response_class=Response,
        responses=responses,
        openapi_extra={"requestBody": {"required": True, "content": {JSON: content}}},
    )
