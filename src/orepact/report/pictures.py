"""Charts to files: one way in which every picture is drawn, as SVG or PNG, without a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from orepact.errors import BadInput, Problem

ENDINGS = (".svg", ".png")


def drawn(chart: Callable[[Any], Any], ending: str) -> bytes:
    """The bytes of an ``.svg`` or ``.png`` file of what ``chart`` makes with Altair; needs the extra ``report``."""
    try:
        import altair as alt
        import vl_convert as vlc
    except ImportError as error:
        raise BadInput(
            Problem("--plot", "pictures need the extra 'report'", f"no module {error.name}", "install orepact[report]")
        ) from error
    spec = chart(alt).to_dict()
    if ending.lower() == ".svg":
        return str(vlc.vegalite_to_svg(spec)).encode()
    return bytes(vlc.vegalite_to_png(spec, scale=2))
