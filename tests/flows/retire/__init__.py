"""Tests of `flows.retire`."""
