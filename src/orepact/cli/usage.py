"""What is wrong with a command line before the command begins, in the grammar of all errors."""

from __future__ import annotations

import re
from typing import Any

import typer

from orepact.errors import Problem, unknown_problem

Unusable: type[Exception] = typer.BadParameter.__mro__[1]
"""What is raised for a command line that cannot be used (the base of typer's own exception)."""

NUMBERS = {"valid number": "a number", "valid integer": "a whole number"}
HELP = "NoArgsIsHelpError"
"""Name of what is raised where the help is all that there is to say."""


def problem_of(error: Exception) -> Problem:
    """What is wrong, with the option or argument, what was found, and what to do."""
    message = str(getattr(error, "message", error)).strip()
    context = getattr(error, "ctx", None)
    command = str(getattr(context, "command_path", "orepact"))
    if type(error).__name__ == "NoSuchOption":
        return unknown_problem(command, "option", str(getattr(error, "option_name", "")), _options(context))
    if message.startswith("No such command"):
        return unknown_problem(
            command, "command", _quoted(message), getattr(getattr(context, "command", None), "commands", {})
        )
    parameter = getattr(error, "param", None)
    if parameter is not None:
        return _of_parameter(error, message, parameter, command)
    if "requires an argument" in message:
        return Problem(_quoted(message), "it needs a value", "none", "give it behind the option")
    extra = re.findall(r"unexpected extra argument(?:s|\(s\))? \((.*)\)", message)
    if extra:
        todo = f"leave it out, or put a text of several words in quotes ({command} --help)"
        return Problem(command, "there is more than it takes", f"'{extra[0]}'", todo)
    return Problem(command, "it cannot be read", message.rstrip("."), f"see {command} --help")


def _of_parameter(error: Exception, message: str, parameter: Any, command: str) -> Problem:
    """What is wrong with one option or argument."""
    place, todo = _called(parameter), f"give {_meaning(parameter, command)}"
    if type(error).__name__ == "MissingParameter":
        return Problem(place, "it is needed and not given", "nothing", todo)
    wanted = next((words for known, words in NUMBERS.items() if known in message), None)
    wrong = f"it should be {wanted}" if wanted else message.rstrip(".").replace("Input should", "it should", 1)
    return Problem(place, wrong, _found(error), todo)


def _found(error: Exception) -> str:
    """What was given, as the check that refused it says."""
    refused = getattr(error.__cause__, "errors", None)
    return f"'{refused()[0]['input']}'" if refused else _quoted(str(error)) or "something else"


def _quoted(message: str) -> str:
    return str((re.findall(r"'(.*?)'", message) or [""])[0])


def _called(parameter: Any) -> str:
    """An option by its longest name, an argument by the word that stands for it in the help."""
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or parameter.name).upper()


def _meaning(parameter: Any, command: str) -> str:
    """What a parameter means, to put behind ``give``."""
    told = str(getattr(parameter, "help", "") or "").strip().rstrip(".")
    if not told:
        return f"it as in {command} --help"
    return told if told.split()[0][1:].isupper() else told[0].lower() + told[1:]


def _options(context: Any) -> list[str]:
    return [name for each in context.command.params for name in each.opts if name.startswith("--")] if context else []
