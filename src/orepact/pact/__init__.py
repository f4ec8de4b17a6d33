"""What people agree and do, kept in a database where nothing gets lost: parties, initiatives, agreements, commitments, projects, decisions.

What enters: commands of people with rights. What leaves: events, one after another, each chained to the one before; the state that
follows from them, as of any day; and only what the asker may read. Facts are referred to by id.
"""

from orepact.pact.access import ANYBODY, KEEPER, Denied, Viewer
from orepact.pact.pact import Command, Done, NoRecord, Pact
from orepact.pact.sight import Sight
from orepact.pact.store import Conflict

__all__ = ["ANYBODY", "KEEPER", "Command", "Conflict", "Denied", "Done", "NoRecord", "Pact", "Sight", "Viewer"]
