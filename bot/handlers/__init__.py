"""Thin adapters: a platform's payload to an intent, a view to what the platform shows."""
