"""Flax NNX modules, and the tasks that put data beneath them."""
