"""What platforms are like, where storage has to know it."""

GLOBAL_USERS = frozenset({"discord"})
"""Platforms on which a user has the same key in every workspace: there one key is one human being. On others, Slack
among them, a user's key tells who they are in one workspace only."""
