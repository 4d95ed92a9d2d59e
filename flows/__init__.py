"""Prefect flows, the command, settings, sources: the only floor that knows the clock and the network."""
