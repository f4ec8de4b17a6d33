"""Every question that has an engine, by name."""

from __future__ import annotations

from typing import Any

from orepact.api.question import Question
from orepact.api.questions.backtest import BACKTEST
from orepact.api.questions.border import DUTY, FLOOR
from orepact.api.questions.compare import COMPARE
from orepact.api.questions.corridor import CORRIDOR
from orepact.api.questions.eligible import ELIGIBLE
from orepact.api.questions.expected_loss import EXPECTED_LOSS
from orepact.api.questions.gallery import GALLERY
from orepact.api.questions.instruments import INSTRUMENTS_QUESTION
from orepact.api.questions.ladder import LADDER
from orepact.api.questions.method import METHOD
from orepact.api.questions.network import MINERALS, NETWORK
from orepact.api.questions.price import PRICE
from orepact.api.questions.projects import PROJECTS
from orepact.api.questions.reserve import RESERVE
from orepact.api.questions.scoreboard import SCOREBOARD
from orepact.api.questions.scrap import SCRAP
from orepact.api.questions.shock import SHOCK
from orepact.api.questions.start import START
from orepact.api.questions.watch import WATCH, WATCH_FILE

ALL: tuple[Question[Any, Any], ...] = (
    START,
    SHOCK,
    SCOREBOARD,
    PRICE,
    COMPARE,
    PROJECTS,
    RESERVE,
    SCRAP,
    EXPECTED_LOSS,
    CORRIDOR,
    WATCH,
    WATCH_FILE,
    ELIGIBLE,
    DUTY,
    FLOOR,
    LADDER,
    BACKTEST,
    MINERALS,
    NETWORK,
    GALLERY,
    INSTRUMENTS_QUESTION,
    METHOD,
)
QUESTIONS: dict[str, Question[Any, Any]] = {each.name: each for each in ALL}
