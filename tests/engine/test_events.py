"""Does every event survive the trip through a line of JSON?"""

import types
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine import events
from tuner_engine.events import AnyEvent, Event

EXACT_IN_JSON = 2**53
"""Beyond it other programs' JSON readers round integers."""

_PLAIN: Mapping[Any, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    int: st.integers(-EXACT_IN_JSON, EXACT_IN_JSON),
    str: st.text(),
    types.NoneType: st.none(),
}


def anything(kind: Any) -> st.SearchStrategy[Any]:
    """Values of any type that events are made of."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return st.deferred(lambda: struct(kind))
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal:
        return st.sampled_from(parts)
    if origin is Annotated:
        return anything(parts[0])
    if origin in (Union, types.UnionType):
        return st.one_of(*map(anything, parts))
    if origin is tuple and parts[-1] is Ellipsis:
        return st.lists(anything(parts[0]), max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(anything(parts[0]), anything(parts[1]), max_size=3)
    raise TypeError(f"no strategy for {kind!r}")


def struct(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    """Values of a struct, every field drawn from its type."""
    return st.builds(
        kind, **{field.name: anything(field.type) for field in msgspec.structs.fields(kind)}
    )


@pytest.mark.parametrize("kind", get_args(AnyEvent), ids=lambda kind: kind.__name__)
def test_event_round_trips(kind: type[Event]) -> None:
    """What is read back equals what was said, whatever the field values."""

    @given(struct(kind))
    def check(event: Any) -> None:
        line = events.encode(event)
        assert b"\n" not in line
        assert events.decode(line) == event

    check()


def test_every_event_names_itself_in_past_tense() -> None:
    """Tags are the public names of events: unique, and the class name in kebab case."""
    tags = [msgspec.inspect.type_info(kind).tag for kind in get_args(AnyEvent)]  # type: ignore[attr-defined]  # struct types have one
    assert len(set(tags)) == len(tags)
    assert all(tag.endswith(("ed", "-taken")) for tag in tags)


@pytest.mark.parametrize(
    "line",
    [b"", b"{", b"[]", b"null", b'{"event":"no-such-thing"}', b'{"event":"steps-taken"}', b"\xff"],
)
def test_anything_else_is_refused(line: bytes) -> None:
    """A line that is no whole event raises instead of becoming half of one."""
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        events.decode(line)


def test_unknown_fields_are_passed_over() -> None:
    """A line of a newer version, with a field more, is still understood."""
    line = b'{"event":"steps-taken","phase":"sweep","lane_steps":7,"new":1}'
    assert events.decode(line) == events.StepsTaken(phase="sweep", lane_steps=7)


def test_loss_that_is_no_number_reads_back_as_none() -> None:
    """A diverged lane is `null` on the line and `None` in the event."""
    event = events.SweepMeasured(learning_rates=(0.1, 1.0), losses=((2.3, None),))
    assert b"null" in events.encode(event)
    assert events.decode(events.encode(event)) == event
