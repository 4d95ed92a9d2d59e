"""Chaos: nights are killed at random, with their servers, workers and schedules; disks fill up, clocks step.

At the end the tables are those of a warehouse that nobody has disturbed. A short course is a test of the suite; a long
one is `python -m tests.chaos --kills 1000`.
"""
