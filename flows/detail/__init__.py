"""The detail of runs, their rows by day, fill, lot and opportunity: stored, or computed anew when it is asked for."""
