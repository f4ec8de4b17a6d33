"""Texts of the documentation that pages show: inside an installed package, or beside the source in a checkout; Markdown to safe HTML."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from markupsafe import Markup

from orepact.errors import BadInput, Problem

PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parents[2]
PLACES = {"races": Path("benchmarks") / "README.md"}
"""Texts that lie elsewhere than in ``docs`` in a checkout."""


def text(name: str) -> str:
    """A text by its name, like ``model``; raises BadInput where it is not where the package keeps it."""
    candidates = (PACKAGE / "documents" / f"{name}.md", CHECKOUT / PLACES.get(name, Path("docs") / f"{name}.md"))
    for path in candidates:
        if path.is_file():
            return path.read_text(encoding="utf-8")
    problem = Problem(
        "texts", "a text is not where the package keeps it", str(candidates[0].name), "install Orepact again"
    )
    raise BadInput(problem)


@cache
def shown(name: str, level: int = 1) -> Markup:
    """A text as HTML, its headings ``level`` steps further down; raw HTML in it is escaped, links to other files become words."""
    return Markup(_html(text(name), level))  # noqa: S704  (the renderer escapes raw HTML; the text is our own)


def _html(markdown: str, level: int) -> str:
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(markdown)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1:]) + level)}"
        for child in token.children or ():
            if child.type == "link_open" and not str(child.attrs.get("href", "")).startswith(("http://", "https://")):
                child.tag, child.attrs = "span", {}
            elif child.type == "link_open":
                child.attrs = {**child.attrs, "rel": "noopener noreferrer"}
    _close_spans(tokens)
    html = str(reader.renderer.render(tokens, reader.options, {}))
    html = html.replace("<table>", '<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>').replace(
        "</table>", "</table></div>"
    )
    html = re.sub(r"<th[^>]*></th>", "<td></td>", html)
    return html.replace("<pre>", '<pre tabindex="0">')


def _close_spans(tokens: list) -> None:  # type: ignore[type-arg]
    """Give every closing tag of a link that became words the same tag."""
    for token in tokens:
        open_tags: list[str] = []
        for child in token.children or ():
            if child.type == "link_open":
                open_tags.append(child.tag)
            elif child.type == "link_close" and open_tags:
                child.tag = open_tags.pop()
