"""How long is that, as a person says it?"""


def about(seconds: float) -> str:
    """Return a duration to two digits in the unit that suits it: `about 12 s`, `about 3.5 min`."""
    for unit, length_s in (("h", 3600.0), ("min", 60.0)):
        if seconds >= 1.5 * length_s:
            return f"about {_two_digits(seconds / length_s)} {unit}"
    return f"about {_two_digits(seconds)} s"


def _two_digits(number: float) -> str:
    return f"{number:.2g}" if number < 100 else f"{round(number, -1):.0f}"
