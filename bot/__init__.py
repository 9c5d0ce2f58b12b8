"""Sukima: a chat companion for workplace learning in schools."""
