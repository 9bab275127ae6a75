"""The incidents whose course goes on, and when each is to be saved. Pure."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from collector.incidents import Incident
from collector.past.course import AFTER_SECONDS
from collector.past.witnesses import WITHOUT

FIRST_SECONDS, AGAIN_SECONDS = 60.0, 240.0
LAG_SECONDS = 60.0
"""A report of the last minutes may be on its way."""
REMEMBERED_SECONDS = 2400.0
"""Of an older beginning the fine rings hold nothing that is worth keeping."""
AT_MOST = 200


class FollowedIncident(Struct):
    """An incident as it is now, and the time of its next saving."""

    incident: Incident
    due: float


class FollowedIncidents:
    """`over` are those whose course is complete, each with its beginning. `dropped` counts those too many."""

    def __init__(self) -> None:
        self.dropped = 0
        self._followed: dict[str, FollowedIncident] = {}
        self._over: dict[str, float] = {}

    def follow(self, incidents: Iterable[Incident], now: float) -> None:
        """The incidents changed, or are new."""
        for incident in incidents:
            known = self._followed.get(incident.id)
            if known is not None:
                known.incident = incident
            elif self._worth(incident, now):
                if len(self._followed) < AT_MOST:
                    self._followed[incident.id] = FollowedIncident(incident, now + FIRST_SECONDS)
                else:
                    self.dropped += 1
                    self._over[incident.id] = incident.began_at

    def due(self, now: float) -> Iterator[tuple[Incident, bool]]:
        """Those to be saved now; with True for the last time."""
        for one in [one for one in self._followed.values() if one.due <= now]:
            last_at = one.incident.began_at + AFTER_SECONDS + LAG_SECONDS
            if now >= last_at:
                del self._followed[one.incident.id]
                self._over[one.incident.id] = one.incident.began_at
            else:
                one.due = min(now + AGAIN_SECONDS, last_at)
            yield one.incident, now >= last_at
        if self._over:
            self._over = {id: at for id, at in self._over.items() if now - at <= REMEMBERED_SECONDS}

    def all(self) -> list[Incident]:
        return [one.incident for one in self._followed.values()]

    def stepped(self, by: float) -> None:
        for one in self._followed.values():
            one.due += by

    def _worth(self, incident: Incident, now: float) -> bool:
        """A course that was complete before a restart is not begun anew: memory has less of it now."""
        if incident.kind in WITHOUT or incident.id in self._over:
            return False
        goes_on = now - incident.began_at <= AFTER_SECONDS + LAG_SECONDS
        late = now - incident.began_at <= REMEMBERED_SECONDS and now - incident.opened_at <= FIRST_SECONDS
        return goes_on or late
