"""``orepact pact``: what parties agree and do, kept where nothing gets lost."""

from __future__ import annotations

import typer

from orepact.cli import reserve_book
from orepact.cli.pact import beside, clock, effect, guarantees, investigate, keeping, overlap, projects, records
from orepact.cli.pact import round as rounds

app = typer.Typer(
    help="What parties agree and do: register, promises and their clock, projects, overlaps, and the log behind them.",
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    no_args_is_help=True,
)
app.command("clock")(clock.command)
app.command("overlap")(overlap.command)
app.command("beside")(beside.command)
app.command("effect")(effect.command)
app.command("projects")(projects.command)
app.command("guarantees")(guarantees.command)
app.command("investigate")(investigate.command)
app.command("list")(records.list_records)
app.command("show")(records.show)
app.command("kinds")(records.kinds)
app.command("add")(records.add)
app.command("do")(records.do)
app.command("import")(records.import_file)
app.command("log")(records.log)
app.command("decisions")(records.decisions)
app.command("demo")(keeping.demo)
app.add_typer(rounds.app, name="round")
app.command("init")(keeping.init)
app.command("verify")(keeping.verify)
app.command("backup")(keeping.backup)
app.command("restore")(keeping.restore)
app.command("migrate")(keeping.migrate)
app.add_typer(reserve_book.app, name="reserve")
