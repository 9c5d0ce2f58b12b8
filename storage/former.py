"""The database that a restored one replaces: looked into for what a backup cannot know."""

import sqlite3
from contextlib import closing
from pathlib import Path


def rows_of(file: Path, query: str) -> list[sqlite3.Row] | None:
    """What a query finds there; None where the database is missing, damaged or older than what is asked for.

    A connection that may not write would leave the log's files beside the database when it closes.
    """
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True)) as conn:
            conn.execute("PRAGMA query_only = ON")
            conn.row_factory = sqlite3.Row
            return conn.execute(query).fetchall()
    except sqlite3.Error:
        return None
