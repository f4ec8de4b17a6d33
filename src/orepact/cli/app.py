"""The command ``orepact`` and what all its commands share: one error sentence, one exit code for each kind of failure."""

from __future__ import annotations

import sys
from typing import Annotated, NoReturn

import typer

from orepact.cli import (
    backtest,
    compare,
    corridor,
    diff,
    duty,
    eligible,
    expected_loss,
    facts,
    floor,
    gallery,
    indicator,
    ladder,
    minerals,
    network,
    pact,
    price,
    projects,
    replay,
    reserve,
    rules,
    run,
    scoreboard,
    scrap,
    serve,
    shock,
    solve,
    watch,
)
from orepact.cli import round as demand_round
from orepact.cli.output import speak_plainly, stop_printing
from orepact.cli.usage import HELP, Unusable, problem_of
from orepact.errors import OrepactError
from orepact.version import __version__

app = typer.Typer(
    name="orepact",
    help="From a named supply shock to a checked answer: who runs short of what, at what price, and how sure that is.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
app.command("shock")(shock.command)
app.command("network")(network.command)
app.command("minerals")(minerals.command)
app.command("indicator")(indicator.command)
app.command("scoreboard")(scoreboard.command)
app.command("run")(run.command)
app.command("diff")(diff.command)
app.command("replay")(replay.command)
app.command("gallery")(gallery.command)
app.command("backtest")(backtest.command)
app.add_typer(projects.app, name="projects")
app.command("scrap")(scrap.command)
app.command("solve")(solve.command)
app.command("price")(price.command)
app.command("compare")(compare.command)
app.command("duty")(duty.command)
app.command("floor")(floor.command)
app.command("rules")(rules.command)
app.command("reserve")(reserve.command)
app.command("ladder")(ladder.command)
app.command("expected-loss")(expected_loss.command)
app.command("corridor")(corridor.command)
app.command("serve")(serve.command)
app.add_typer(watch.app, name="watch")
app.add_typer(facts.app, name="facts")
app.add_typer(eligible.app, name="eligible")
app.add_typer(pact.app, name="pact")
app.add_typer(demand_round.app, name="round")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"orepact {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Hold the options of the command itself."""


def main() -> None:
    """Run the command; a failure that Orepact knows is one sentence on stderr and its exit code, never a traceback."""
    speak_plainly()
    try:
        code = app(standalone_mode=False)
    except Unusable as error:
        _refuse(error)
    except typer.Abort:
        sys.exit(1)
    except OrepactError as error:
        for problem in error.problems:
            typer.echo(str(problem), err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        stop_printing()
        sys.exit(1)
    except OSError as error:
        stop_printing()
        typer.echo(f"(output) the answer cannot be written; found {error.strerror}; send it elsewhere.", err=True)
        sys.exit(2)
    else:
        sys.exit(code if isinstance(code, int) else 0)


def _refuse(error: Exception) -> NoReturn:
    """Say what is wrong with the command line; where nothing was asked, print the help."""
    if type(error).__name__ == HELP:
        error.show()  # type: ignore[attr-defined]
    else:
        typer.echo(str(problem_of(error)), err=True)
    sys.exit(2)
