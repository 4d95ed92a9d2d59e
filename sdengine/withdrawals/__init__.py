"""What the owner takes out: how much is due, whether it is covered, where missing cash comes from."""
