"""The stage `backtest`: which runs the scenarios want, which of them are due, and who computes them."""
