"""What every kernel is made of: the compiler's door, records and how they are reached, the room that holds them.

How the engine became fast, and what its tricks need from whoever calls them: `README.md` beside this file.
"""
