"""Work in parts: runs that are computed anywhere, in any order, once or several times, and loaded by the one writer.

A part is some of the runs that are due. Whoever computes it reads the bars from a Parquet file and leaves its tables
as Parquet files, at a place that all reach. Its name is made of all that its content depends on: a part that is there
is as good as one that is computed again, so that a worker that is lost, a task that is repeated and a night that was
interrupted change nothing.
"""
