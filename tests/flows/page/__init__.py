"""The pages: what they say is what the tables say."""
