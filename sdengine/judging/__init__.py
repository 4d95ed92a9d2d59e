"""What a sweep's result is worth: pure functions over arrays of daily returns, and a door through the engine for luck.

Why it is done so, and what was measured, stands in README.md beside this file. Names are imported from their own
modules: who asks for the fingerprint alone does not wait for numba.
"""
