"""Is a run followed as it grows, and its end told apart from its death?"""

from collections.abc import Callable

import conftest as shared
import recorded

from tuner_engine.runs import Recorder, Run
from tuner_engine.state import fold_all
from tuner_tui.ui.watching import FOREIGN_CHECK_S, Watch


class _Process:
    """A worker's process as the watch sees it."""

    def __init__(self, code: int | None = None) -> None:
        self.code = code
        self.asked = False
        self.polls = 0

    def poll(self, *, now_s: float) -> int | None:
        self.polls += 1
        return self.code

    def stop(self, *, now_s: float) -> None:
        self.asked = True


def test_a_run_is_shown_whole_at_once(recorded_run: Callable[..., Run]) -> None:
    """One look at a folder gives the state that all of its events add up to."""
    watch = Watch(recorded_run(recorded.whole_run()), _Process())

    assert watch.advance(now_s=0.0)

    assert watch.now.state == fold_all(recorded.whole_run())
    assert not watch.now.going
    assert watch.now.death is None


def test_looking_twice_shows_only_what_is_new(recorded_run: Callable[..., Run]) -> None:
    """Without news nothing changes; news is added to what was there."""
    run = recorded_run(recorded.sweep_events())
    watch = Watch(run, _Process())
    watch.advance(now_s=0.0)

    assert not watch.advance(now_s=0.1)
    shared.keep(run, recorded.trial_events())
    assert watch.advance(now_s=0.2)

    assert len(watch.now.state.rungs) == 3
    assert watch.now.going


def test_a_worker_that_dies_is_reported_with_its_last_words(
    recorded_run: Callable[..., Run],
) -> None:
    """Its code, the end of its log as plain text, and what to do."""
    run = recorded_run(recorded.sweep_events())
    (run.path / "worker.log").write_text("one\ntwo\nthree\n\x1b[31mout of memory\n")
    watch = Watch(run, _Process(code=-9))

    watch.advance(now_s=0.0)

    assert watch.now.death == (
        r"the worker ended with code -9 without a result: two / three / \x1b[31mout of memory; "
        "r starts a new one"
    )
    assert not watch.now.going


def test_events_written_just_before_the_end_are_not_lost(recorded_run: Callable[..., Run]) -> None:
    """A worker that finished and is gone did not die."""
    watch = Watch(recorded_run(recorded.whole_run()), _Process(code=0))

    watch.advance(now_s=0.0)

    assert watch.now.death is None
    assert watch.now.state.finished is not None


def test_a_worker_that_lingers_after_its_end_is_still_waited_for(
    recorded_run: Callable[..., Run],
) -> None:
    """A run may be over before its process is; that process is asked after all the same."""
    process = _Process()
    watch = Watch(recorded_run(recorded.whole_run()), process)
    watch.advance(now_s=0.0)
    polls = process.polls

    watch.advance(now_s=0.1)

    assert process.polls == polls + 1


def test_stopping_is_shown_until_the_end(recorded_run: Callable[..., Run]) -> None:
    """Between the request and the end the run is going and stopping."""
    run, process = recorded_run(recorded.sweep_events()), _Process()
    watch = Watch(run, process)
    watch.advance(now_s=0.0)

    watch.stop(now_s=0.0)
    watch.advance(now_s=0.1)
    assert process.asked
    assert watch.now.stopping

    shared.keep(run, recorded.ending_events())
    watch.advance(now_s=0.2)
    assert not watch.now.stopping


def test_a_run_that_another_process_writes_is_going(recorded_run: Callable[..., Run]) -> None:
    """While its writer lives it is going; once that is gone without a result it has died."""
    run = recorded_run(())
    watch = Watch(run)
    with Recorder(run) as kept:
        for event in recorded.sweep_events():
            kept.append(event)
        watch.advance(now_s=0.0)
        assert watch.now.going

    watch.advance(now_s=FOREIGN_CHECK_S)

    assert not watch.now.going
    assert watch.now.death is not None
