"""Hand-worked cases: the arithmetic stands in README.md, the numbers in cases/."""
