"""Whole histories at full speed: scenarios become plans, plans are simulated, records become tables."""
