"""What is read of a night afterwards, and never written."""
