"""Which learning rates did published language models of each size take?"""

from math import log

GPT_3_RATES: dict[str, tuple[float, float]] = {
    "125M": (125e6, 6e-4),
    "350M": (350e6, 3e-4),
    "760M": (760e6, 2.5e-4),
    "1.3B": (1.3e9, 2e-4),
    "2.7B": (2.7e9, 1.6e-4),
    "6.7B": (6.7e9, 1.2e-4),
    "13B": (13e9, 1e-4),
    "175B": (175e9, 6e-5),
}
"""Name → parameters and peak rate. Source: arXiv 2005.14165 table 2.1, row A49."""


def nearest_gpt_3(parameters: float) -> tuple[str, float]:
    """Return name and peak rate of the GPT-3 model nearest in size, by ratio. Source: row A49."""
    name = min(GPT_3_RATES, key=lambda label: abs(log(GPT_3_RATES[label][0] / parameters)))
    return name, GPT_3_RATES[name][1]
