"""The rows: the only room that knows SQLAlchemy."""
