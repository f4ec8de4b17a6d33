"""``orepact shock``: who runs short of what, by how much, at what price, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orepact.cli.output import check_files, check_one_form, print_json, progress_bar

if TYPE_CHECKING:
    from orepact.cases import ShockResult


def command(  # noqa: PLR0913, PLR0917  (one option for each blank in the question)
    mineral: Annotated[
        str, typer.Option("--mineral", "-m", help="Mineral, by any usual name (see: orepact minerals).")
    ],
    origin: Annotated[
        str, typer.Option("--from", "-f", help="Who cuts exports: countries or regions, joined by commas.")
    ],
    stage: Annotated[
        str | None, typer.Option("--stage", "-s", help="What is cut: mine or refined; the last stage when left out.")
    ] = None,
    months: Annotated[float, typer.Option("--months", help="How long, in months, as one period.")] = 12,
    cut: Annotated[str, typer.Option("--cut", help="Share of exports cut; 100% is a stop.")] = "100%",
    against: Annotated[str | None, typer.Option("--against", help="Who is cut off; everybody when left out.")] = None,
    close: Annotated[
        str | None, typer.Option("--close", help="Passages at sea closed for the same months, joined by commas.")
    ] = None,
    base_year: Annotated[
        int | None, typer.Option("--base-year", help="Year of the table; the mineral's usual one when left out.")
    ] = None,
    draws: Annotated[int, typer.Option("--draws", help="Number of draws over the ranges.")] = 500,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the draws; the same seed gives the same answer.")] = 1,
    address: Annotated[
        str | None, typer.Option("--cluster", help="Solve on the workers of a Dask scheduler, like tcp://host:8786.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print losses by country as CSV.")] = False,
    save: Annotated[Path | None, typer.Option("--save", help="Save every draw to a netCDF file (.nc).")] = None,
    plot: Annotated[Path | None, typer.Option("--plot", help="Draw the answer to a file (.svg or .png).")] = None,
    note: Annotated[Path | None, typer.Option("--note", help="Write the answer as a two-page note (.pdf).")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Write tables, sources and case to a workbook.")] = None,
    bundle: Annotated[
        Path | None, typer.Option("--bundle", help="Write what 'orepact replay' takes elsewhere (.zip).")
    ] = None,
) -> None:
    """If a country stops exports of a mineral: who runs short, by how much, at what price, and how sure is that?

    Example: orepact shock --from CHN --mineral rare_earths --stage refined --months 12
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    files = Files(save, plot, note, xlsx, bundle)
    files.check()
    with _workers(address), progress_bar("Solving", draws) as progress:
        from orepact.corridors.closed_shock import shock

        result = shock(
            mineral,
            origin=origin,
            stage=stage,
            cut=cut,
            against=against,
            months=months,
            close=close,
            base_year=base_year,
            draws=draws,
            seed=seed,
            progress=progress,
        )
    files.write(result)
    if as_json:
        print_json(result.summary())
    elif as_csv:
        typer.echo(result.to_csv(), nl=False)
    else:
        from orepact.report.shock_text import print_answer

        print_answer(result)


def _workers(address: str | None) -> AbstractContextManager[None]:
    """Where the draws are solved: on a cluster where one is named, here otherwise."""
    if address is None:
        return nullcontext()
    from orepact.market import cluster

    return cluster(address)


@dataclass(frozen=True)
class Files:
    """The files that were asked for, each with its option."""

    save: Path | None
    plot: Path | None
    note: Path | None
    xlsx: Path | None
    bundle: Path | None

    def check(self) -> None:
        """Refuse names that cannot be written, all at once."""
        check_files(
            (self.save, (".nc",), "--save"), (self.plot, (".svg", ".png"), "--plot"), (self.note, (".pdf",), "--note"),
            (self.xlsx, (".xlsx",), "--xlsx"), (self.bundle, (".zip",), "--bundle"),
        )  # fmt: skip

    def write(self, result: ShockResult) -> None:
        """Write all of them or none."""
        from orepact.files import appearing_whole

        with ExitStack() as files:
            if self.save is not None:
                result.write(files.enter_context(appearing_whole(self.save, (".nc",), "--save")))
            for path, place, made in self._made(result):
                files.enter_context(appearing_whole(path, (path.suffix.lower(),), place)).write_bytes(made())

    def _made(self, result: ShockResult) -> Iterator[tuple[Path, str, Callable[[], bytes]]]:
        if self.plot is not None:
            from orepact.report.shock_chart import picture

            ending = self.plot.suffix
            yield self.plot, "--plot", lambda: picture(result, ending)
        if self.note is not None:
            from orepact.report.note.pdf import note_pdf
            from orepact.report.note.shock import shock_note

            yield self.note, "--note", lambda: note_pdf(shock_note(result))
        if self.xlsx is not None:
            from orepact.report.note.shock_sheets import shock_workbook
            from orepact.report.workbook import workbook_bytes

            yield self.xlsx, "--xlsx", lambda: workbook_bytes(shock_workbook(result))
        if self.bundle is not None:
            from orepact.cases.bundle import bundle_bytes

            yield self.bundle, "--bundle", lambda: bundle_bytes(result)
