"""Where everything is kept: the database, its schema, and the ports of `services` that stand on it.

The only room that knows SQLAlchemy. SQLite is the embedded default; the same repositories run on PostgreSQL.
"""
