"""A project: the folder whose `sdengine.toml` says what the command does there; found, read, and made."""
