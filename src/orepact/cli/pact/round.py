"""``orepact pact round``: publish a round's demand in sum, match it, disclose it, and see how far it came."""

from __future__ import annotations

from typing import Annotated

import typer

from orepact.cli.output import print_json
from orepact.cli.pact.opening import AsOption, DatabaseOption, JsonOption, opened

app = typer.Typer(
    help="Demand rounds of the pact: publish demand in sum, match the bids, disclose, and see how far a round came.",
    rich_markup_mode="rich", pretty_exceptions_enable=False, no_args_is_help=True,
)  # fmt: skip
RoundArgument = Annotated[str, typer.Argument(help="Id of the round.")]
KeyOption = Annotated[str | None, typer.Option("--key", help="Idempotency key: the same request is done once.")]


@app.command("aggregate")
def aggregate(
    round_id: RoundArgument,
    key: KeyOption = None,
    person: AsOption = None,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Close demand and publish it in sum, where three firms or more bid and none of them is too large.

    Example: orepact pact round aggregate gallium-1
    """
    from orepact.pact.rounds import clearing
    from orepact.report.pact_round_text import print_sheet

    with opened(database, write=True, person=person) as (pact, viewer):
        done = clearing.aggregate(pact, viewer, round_id, key)
    if as_json:
        print_json(done.kept.record.model_dump(mode="json"))
    else:
        print_sheet(done.kept.record)


@app.command("match")
def match(
    round_id: RoundArgument,
    key: KeyOption = None,
    person: AsOption = None,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Match the sealed bids, answer each to whoever made it, and publish what tells of nobody.

    Example: orepact pact round match gallium-1
    """
    from orepact.pact.rounds import clearing

    with opened(database, write=True, person=person) as (pact, viewer):
        done = clearing.clear(pact, viewer, round_id, key)
    _show(round_id, database, person, events=len(done), as_json=as_json)


@app.command("disclose")
def disclose(
    round_id: RoundArgument,
    key: KeyOption = None,
    person: AsOption = None,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell the two sides of each match of each other, as the round says.

    Example: orepact pact round disclose gallium-1
    """
    from orepact.pact.rounds import clearing

    with opened(database, write=True, person=person) as (pact, viewer):
        done = clearing.disclose(pact, viewer, round_id, key)
    _show(round_id, database, person, events=len(done), as_json=as_json)


@app.command("funnel")
def show(
    round_id: RoundArgument, person: AsOption = None, database: DatabaseOption = None, as_json: JsonOption = False
) -> None:
    """Say how far a round came: offers against demand, matches against demand, contracts against matches.

    Example: orepact pact round funnel gallium-1
    """
    _show(round_id, database, person, events=None, as_json=as_json)


def _show(round_id: str, database: str | None, person: str | None, *, events: int | None, as_json: bool) -> None:
    from orepact.pact.pact import found
    from orepact.pact.rounds.funnel import funnel
    from orepact.report.pact_round_text import print_funnel

    with opened(database, person=person) as (pact, viewer):
        kept = found(pact.sight(viewer), "round", round_id)
        answer = funnel(pact.store.state(), round_id)
    if as_json:
        print_json(answer.record() | {"result": kept.record.model_dump(mode="json").get("result")})
    else:
        print_funnel(kept.record, answer)
        if events is not None:
            typer.echo(f"{events} events were written.")
