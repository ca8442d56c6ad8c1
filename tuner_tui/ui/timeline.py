"""Which sessions came before this one, and which were undone?

Invariant: a timeline is frozen; every act returns the next one, and the session in sight is always
exactly one.
"""

from dataclasses import dataclass, replace

from tuner_tui.ui.session import Session

REMEMBERED = 100
"""Steps that can be undone; a session shares all that did not change. House choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The session in sight among those before and after it.

    Attributes:
        now: In sight.
        past: What undoing goes back to, oldest first.
        future: What redoing goes on to, nearest first.
    """

    now: Session
    past: tuple[Session, ...] = ()
    future: tuple[Session, ...] = ()


def stepped(timeline: Timeline, session: Session) -> Timeline:
    """Return the timeline after an act that can be undone; what was undone before is gone."""
    past = (*timeline.past, timeline.now)[-REMEMBERED:]
    return Timeline(now=session, past=past)


def replaced(timeline: Timeline, session: Session) -> Timeline:
    """Return the timeline with another session in sight, as if it had been so before."""
    return replace(timeline, now=session)


def undone(timeline: Timeline) -> Timeline:
    """Return the timeline one act earlier; the same one at its beginning."""
    if not timeline.past:
        return timeline
    *past, now = timeline.past
    return Timeline(now=now, past=tuple(past), future=(timeline.now, *timeline.future))


def redone(timeline: Timeline) -> Timeline:
    """Return the timeline one act later; the same one at its end."""
    if not timeline.future:
        return timeline
    now, *future = timeline.future
    return Timeline(now=now, past=(*timeline.past, timeline.now), future=tuple(future))
