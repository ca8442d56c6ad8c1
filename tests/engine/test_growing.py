"""Does a growing sequence behave like the tuple it stands for?"""

from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.growing import Growing

NUMBERS = st.lists(st.integers(), max_size=6)


@given(NUMBERS, NUMBERS)
def test_it_holds_what_was_added_in_order(first: list[int], more: list[int]) -> None:
    """Length, iteration, indices and slices are those of a tuple."""
    grown = Growing(first)
    for number in more:
        grown = grown.and_then(number)
    same = (*first, *more)
    assert grown == same
    assert tuple(grown) == same
    assert (len(grown), grown[1:-1], [grown[at] for at in range(-len(same), len(same))]) == (
        len(same),
        same[1:-1],
        [same[at] for at in range(-len(same), len(same))],
    )


@given(NUMBERS)
def test_successors_leave_it_alone(first: list[int]) -> None:
    """Two successors of one sequence know nothing of each other."""
    begun = Growing(first)
    one, another = begun.and_then(1), begun.and_then(2)
    assert (begun, one, another) == (tuple(first), (*first, 1), (*first, 2))
    assert one != another


def test_unequal_lengths_differ() -> None:
    """Even where one is the beginning of the other, and shares its list."""
    begun = Growing([1])
    assert begun != begun.and_then(1)
    assert begun != [1]
