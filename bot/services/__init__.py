"""Use cases: async (work, command) → outcome. They decide, remember and promise; they never commit."""
