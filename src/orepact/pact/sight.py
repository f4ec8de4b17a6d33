"""What one viewer sees of the pact: every face reads through it, so nothing that is not somebody's can get out beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from orepact.pact.access import Viewer, may_read, may_read_record
from orepact.pact.event import Event
from orepact.pact.state import Kept, Shown, State


@dataclass(frozen=True)
class Sight:
    """The part of a state that a viewer may read. now: the state today, since what was closed since is closed for the past too."""

    viewer: Viewer
    state: State
    now: State
    day: date

    def get(self, kind: str, record: str) -> Kept | None:
        """A record; None where there is none, or none for this viewer."""
        kept = self.state.get(kind, record)
        return self._shown(kept) if kept is not None and self._sees(kept) else None

    def all(self, kind: str) -> tuple[Kept, ...]:
        """Every record of a kind that the viewer may read."""
        return tuple(self._shown(each) for each in self.state.all(kind) if self._sees(each))

    def sees_event(self, event: Event) -> bool:
        """Whether the viewer may read an event: both it, as it was written, and its record, as it stands."""
        draft = event.draft
        now = self.now.get(draft.kind, draft.record)
        readers = (*draft.readers, draft.record) if draft.tier == "people" else draft.readers
        return (
            now is not None
            and may_read(self.viewer, draft.tier, readers, now.record.kept_in_role)
            and may_read_record(self.viewer, now.record)
        )

    def _sees(self, kept: Kept) -> bool:
        now = self.now.get(kept.kind, kept.id)
        return may_read_record(self.viewer, kept.record) and (now is None or may_read_record(self.viewer, now.record))

    def _shown(self, kept: Kept) -> Kept:
        """The record with the evidence that the viewer may read: what was shown to few stays so when the record is opened."""
        also = kept.record.kept_in_role
        shown = tuple(
            each for each in kept.evidence if may_read(self.viewer, each.tier, self._readers(kept, each), also)
        )
        return kept if len(shown) == len(kept.evidence) else replace(kept, evidence=shown)

    def _readers(self, kept: Kept, shown: Shown) -> tuple[str, ...]:
        return (*shown.readers, kept.id) if shown.tier == "people" else shown.readers
