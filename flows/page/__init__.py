"""The morning page: what happened, what to order, and what it is worth, from the published tables alone.

`pages` lists them · `read` asks the tables for a scenario · `parts/` has a file for each part of its page · `compose`
puts a page together, `render` turns it into HTML · `folder` writes pages beside the results, only those that changed.
"""
