"""Pictures of a result: pure functions, arrays in, a Plotly figure out.

The morning page and `result.plot()` draw with them. Nothing here reads a table or knows what a night is; Plotly is
imported where a figure is made, since it takes a second or two. What each colour means: `sdengine.figures.look`.
"""
