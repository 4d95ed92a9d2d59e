"""The stage `metrics`: what the engine did in, what it amounts to out."""
