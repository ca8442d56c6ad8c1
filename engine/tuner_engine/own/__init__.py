"""The person's own task: their model, loss and data, from a Python file that they named.

```text
declaration  what they write: `tuner_engine.Task`
source       FILE:NAME → their function, imported because it was named
arguments    the keyword arguments of that function, as settings
user_code    running their code: errors come back as their own traceback
arrays       the data they give, as arrays
batches      the data they give, as batches that can be iterated again
variables    their model, as pure functions over parameters and state
outcomes     what their loss returns
optimizers   their optimizer and schedule
building     declaration and hyperparameters → the task that the cohort trains
loading      a spec → a declaration with its data, and what is known of them
example      the file that `tuner-tui task new` writes
```

Invariant: only a file that the person named for it is ever run.
"""
