"""The local staff room: a platform of its own that needs no account and no network."""
