"""The stage `validate`: what is stored as it came is judged, adjusted for splits, and trusted or turned away."""
