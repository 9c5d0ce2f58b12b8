"""How the schema came to be, step by step (Alembic). A step that was published is never changed."""
