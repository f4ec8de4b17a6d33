"""``orepact gallery``: the cases that are shipped, and the file of one of them."""

from __future__ import annotations

from typing import Annotated

import typer

from orepact.cli.output import print_json


def command(
    name: Annotated[str | None, typer.Argument(help="Print the file of this case, to begin one's own with.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
) -> None:
    """Cases that are ready to run: what each asks, of which mineral and days, what is a fact, what is assumed.

    Example: orepact gallery cobalt-quota > mine.yaml
    """
    from orepact.cases.shipped import from_gallery, gallery, text_of

    if name is not None and as_json:
        from_gallery(name, "NAME")
        print_json(gallery()[name].row())
    elif name is not None:
        typer.echo(text_of(name), nl=False)
    elif as_json:
        print_json([each.row() for each in gallery().values()])
    else:
        from orepact.report.gallery_text import print_gallery

        print_gallery(list(gallery().values()))
