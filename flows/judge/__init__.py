"""The stage `judge`: runs and their bars in, what they are worth out."""
