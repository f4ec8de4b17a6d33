"""Rules with known answers as people read them: where each stands, what was put to it, what must come out and what did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding

from orepact.cases.rule_cases import Answered, Checked
from orepact.report.numbers import WIDTH, exact


def print_rules(found: Sequence[Checked], *, in_full: bool) -> None:
    """Print one line a rule, or every example of each."""
    console = Console(width=WIDTH, emoji=False, highlight=False, markup=False)
    for each in found:
        if in_full:
            _print_one(console, each)
        else:
            console.print(f"{each.name}  {each.case.title}")
            console.print(Padding(f"{_verdict(each)} {each.case.source.text}", (0, 0, 0, 4), expand=False))
    if not in_full:
        console.print(
            f"\n{len(found)} rules. One in full: orepact rules tin-1985; its file: orepact rules tin-1985 --file"
        )


def _print_one(console: Console, rule: Checked) -> None:
    source = rule.case.source
    console.print(f"{rule.case.title}\n", style="bold")
    console.print(f"{rule.case.why.strip()}\n")
    console.print(f"Source: {source.text.strip()}; {source.publisher}. Grade {source.grade}.\n")
    for at, each in enumerate(rule.answers, start=1):
        console.print(f"{at}. {_asked(each)}")
        for line in _told(each):
            console.print(Padding(line, (0, 0, 0, 4), expand=False))
    console.print(f"\n{_verdict(rule)}")


def _verdict(rule: Checked) -> str:
    known = [each for each in rule.answers if each.expect]
    missed = sum(bool(each.missed) for each in rule.answers)
    if missed:
        return f"Differs in {missed} of {len(rule.answers)} examples."
    if not known:
        return "Nothing is expected of it."
    return f"Holds in all of {len(known)} examples." if len(known) > 1 else "Holds in its example."


def _asked(answer: Answered) -> str:
    return ", ".join(f"{key} {_plain(value)}" for key, value in answer.own.items()) or "as above"


def _told(answer: Answered) -> list[str]:
    """What came out, line by line, and beside it what was expected where they are not the same."""
    lines = []
    for key, value in answer.told.items():
        name = key.replace("_", " ")
        if not answer.expect:
            lines.append(f"{name}: {_plain(value)}")
        elif key in answer.missed:
            lines.append(f"{name}: {_plain(value)}, and {_plain(answer.expect.get(key, 'no refusal'))} was expected")
        else:
            lines.append(f"{name}: {_plain(value)}, as expected")
    return lines


def _plain(value: Any) -> str:
    """A value as it would be written by hand."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return exact(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_plain(each)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return " to ".join(map(_plain, value)) if len(value) == 2 else ", ".join(map(_plain, value))
    return str(value)
