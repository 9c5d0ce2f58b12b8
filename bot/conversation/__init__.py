"""Intents in, views out: what is meant and what is said, on every platform alike."""
