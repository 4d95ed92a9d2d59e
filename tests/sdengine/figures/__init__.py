"""Pictures: what is drawn is what was given."""
