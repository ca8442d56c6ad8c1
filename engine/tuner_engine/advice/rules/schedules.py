"""What follows from the way the learning rate moves over training?"""

LONGEST_WARMUP_SHARE = 0.1
"""Share of the steps; a training that needs more of it should be longer. Source: row C4."""

MANY_EPOCHS = 100
"""Passes over the data past which training without patience deserves a word. House choice."""
