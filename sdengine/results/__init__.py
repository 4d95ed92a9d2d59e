"""What a run left behind, as frames that people read."""
