"""Every page of the workbench, in the order of the menu; those without a word for it stand beside another."""

from __future__ import annotations

from orepact.web.page import Page
from orepact.web.pages.border import DUTY_PAGE, FLOOR_PAGE
from orepact.web.pages.compare import COMPARE_PAGE
from orepact.web.pages.corridor import CORRIDOR_PAGE
from orepact.web.pages.country import COUNTRY_PAGE
from orepact.web.pages.eligible import ELIGIBLE_PAGE
from orepact.web.pages.facts import FACTS_PAGE
from orepact.web.pages.method import METHOD_PAGE
from orepact.web.pages.mineral import MINERAL_PAGE
from orepact.web.pages.price import PRICE_PAGE
from orepact.web.pages.projects import PROJECTS_PAGE
from orepact.web.pages.reserve import RESERVE_PAGE
from orepact.web.pages.scoreboard import SCOREBOARD_PAGE
from orepact.web.pages.shock import MONTHS_PAGE, SHOCK_PAGE
from orepact.web.pages.start import START_PAGE
from orepact.web.pages.watch import WATCH_PAGE
from orepact.web.pages.watch_file import WATCH_FILE_PAGE
from orepact.web.profile import Profile

PAGES: tuple[Page, ...] = (
    START_PAGE,
    SHOCK_PAGE,
    SCOREBOARD_PAGE,
    PRICE_PAGE,
    COMPARE_PAGE,
    PROJECTS_PAGE,
    RESERVE_PAGE,
    CORRIDOR_PAGE,
    WATCH_PAGE,
    ELIGIBLE_PAGE,
    WATCH_FILE_PAGE,
    DUTY_PAGE,
    FLOOR_PAGE,
    MONTHS_PAGE,
    METHOD_PAGE,
)
PROFILES: tuple[Profile, ...] = (MINERAL_PAGE, COUNTRY_PAGE, FACTS_PAGE)
"""Places to look things up, after the questions."""

MENU: tuple[Page | Profile, ...] = (*PAGES[:-1], *PROFILES, METHOD_PAGE)
"""The menu: questions, places to look things up, and how answers are made."""
