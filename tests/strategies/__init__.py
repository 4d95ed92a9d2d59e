"""Random markets and random scenarios for property tests."""
