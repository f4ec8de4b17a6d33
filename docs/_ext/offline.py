"""Links that lead out of the site: files of the repository beside it become plain text, so that the site is whole wherever it lies.

A link to a file that is not there stays a warning, and so ends the build.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?P<target>(?!https?:|#)[^)\s]+)\)")


def setup(app: Sphinx) -> dict[str, Any]:
    """Look at every page before it is read."""
    app.connect("source-read", _inside)
    return {"version": "1", "parallel_read_safe": True}


def _inside(app: Sphinx, name: str, source: list[str]) -> None:
    top = Path(app.srcdir).resolve()
    folder = (top / name).parent

    def link(found: re.Match[str]) -> str:
        path = (folder / found["target"].partition("#")[0]).resolve()
        if not path.exists() or path.is_relative_to(top):
            return found[0]
        return f"{found[1]} (`{path.relative_to(top.parent)}`)"

    source[0] = LINK.sub(link, source[0])
