"""The stage `ingest`: what is asked of a source, when, and what an answer comes to."""
