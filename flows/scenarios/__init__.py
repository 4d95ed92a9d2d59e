"""Scenario files: found, read, chosen, reported; those that ship lie in `shipped`."""
