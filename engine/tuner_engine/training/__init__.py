"""The JAX core: what is trained, how it steps, and the one compiled loop.

```text
task, optimizers → lane → layouts → program    one lane's step, compiled for many lanes
schedules, order → cohort                      drives a program along a course, chunk by chunk
courses, choosing                              hyperparameters → program and course
full                                           one full training, told epoch by epoch
```
"""
