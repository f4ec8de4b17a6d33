"""Pages that are made from the code: ``<!-- made: NAME -->`` on a page becomes what the records say today."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

MARK = re.compile(r"<!-- made: (\w+) -->")


def setup(app: Sphinx) -> dict[str, Any]:
    """Fill marked pages before they are read."""
    app.connect("source-read", _fill)
    return {"version": "1", "parallel_read_safe": True}


def _fill(_: Sphinx, __: str, source: list[str]) -> None:
    source[0] = MARK.sub(lambda found: MADE[found[1]](), source[0])


def questions() -> str:
    """Every question that has an engine, with its parameters and their units."""
    from orepact.api.questions import QUESTIONS
    from orepact.web.pages import PAGES

    pages = {page.name: page for page in PAGES}
    return "\n\n".join("\n".join(_question(each, pages.get(name))) for name, each in QUESTIONS.items())


def _question(question: Any, page: Any) -> Iterator[str]:
    yield f"## {question.name}\n"
    yield f"{question.title}\n"
    at = f"`/api/v1/{question.name}`"
    twins = (
        ""
        if page is None
        else f" Page: `/{page.name}`, and as a file at {', '.join(f'`/{page.name}.{end}`' for end in page.endings)}."
    )
    yield f"API: {at}.{twins}\n"
    yield from _table(("parameter", "unit", "default", "meaning"), map(_parameter, question.asked.model_fields.items()))


def _parameter(entry: tuple[str, Any]) -> tuple[str, ...]:
    name, field = entry
    default = "needed" if field.is_required() else "none" if field.default is None else f"`{field.default}`"
    return f"`{name}`", str(field.json_schema_extra["unit"]), default, field.description


def commands() -> str:
    """Every command with its arguments and options."""
    from typer.main import get_command

    from orepact.cli.app import app

    return "\n\n".join("\n".join(each) for each in _commands(get_command(app), "orepact"))


def _commands(command: Any, name: str) -> Iterator[Iterator[str]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield _command(command, name)
        return
    for word, each in sorted(inner.items()):
        yield from _commands(each, f"{name} {word}")


def _command(command: Any, name: str) -> Iterator[str]:
    yield f"## {name}\n"
    yield f"{_plain(command.help or '')}\n"
    rows = [_option(each) for each in command.params if each.name != "help"]
    if rows:
        yield from _table(("argument or option", "default", "meaning"), rows)


def _option(each: Any) -> tuple[str, ...]:
    default = "" if each.default in {None, False} or callable(each.default) else f"`{each.default}`"
    words = each.opts if each.param_type_name == "option" else [str(each.name).upper()]
    return ", ".join(f"`{word}`" for word in words), default, _plain(getattr(each, "help", "") or "")


def tables() -> str:
    """Every table of the facts."""
    from orepact import facts

    heads = ("table", "what it holds", "rows", "years", "columns", "licences")
    return "\n".join(_table(heads, (_facts(row) for row in facts.overview())))


def _facts(row: dict[str, Any]) -> tuple[str, ...]:
    years = "" if row["first"] is None else f"{row['first']} to {row['last']}"
    columns = ", ".join(f"`{name}`" for name in row["columns"])
    return f"`{row['table']}`", row["title"], str(row["rows"]), years, columns, ", ".join(row["licences"])


def instruments() -> str:
    """Every kind of instrument that changes a market, in one line each."""
    from orepact.policy import INSTRUMENTS

    rows = []
    for each in INSTRUMENTS:
        kind = each.model_fields["kind"].default
        rows.append((f"[`{kind}`](../market-instruments.md#{kind})", (each.__doc__ or "").strip().splitlines()[0]))
    return "\n".join(_table(("kind", "what it does"), rows))


def _table(heads: tuple[str, ...], rows: Any) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in row) + " |"


def _plain(text: str) -> str:
    """Help as Markdown: angle brackets and stars stay what they are."""
    return re.sub(r"([<>*_\[\]])", r"\\\1", " ".join(text.split()))


MADE: dict[str, Callable[[], str]] = {
    "questions": questions, "commands": commands, "tables": tables, "instruments": instruments,
}  # fmt: skip
