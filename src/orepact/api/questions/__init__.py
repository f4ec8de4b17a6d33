"""Every question that has an engine, by name."""

from __future__ import annotations

from typing import Any

from orepact.api.question import Question
from orepact.api.questions.method import METHOD
from orepact.api.questions.scoreboard import SCOREBOARD
from orepact.api.questions.shock import SHOCK
from orepact.api.questions.start import START

QUESTIONS: dict[str, Question[Any, Any]] = {each.name: each for each in (SHOCK, SCOREBOARD, START, METHOD)}
