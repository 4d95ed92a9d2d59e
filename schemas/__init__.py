"""The columns of every table, each named, typed and explained once."""
