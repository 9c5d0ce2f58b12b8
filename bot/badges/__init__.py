"""Open Badges: compose, sign, draw, bake and verify. Returns codes with parameters, never sentences."""
