"""What the portfolio decides across its assets: one strategy per file."""
