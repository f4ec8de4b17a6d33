"""Everything that is asked with a body, by name: a case, two cases, a market of one's own, own tables, a saved answer, a chain."""

from __future__ import annotations

from orepact.api.posted import Posted
from orepact.api.posts.cases import DIFF, RUN
from orepact.api.posts.eligible import ELIGIBLE_OF
from orepact.api.posts.market import SOLVE
from orepact.api.posts.price import PRICE_OF
from orepact.api.posts.replay import REPLAY
from orepact.api.posts.tables import INDICATOR

POSTS: tuple[Posted, ...] = (RUN, DIFF, SOLVE, REPLAY, INDICATOR, ELIGIBLE_OF, PRICE_OF)
