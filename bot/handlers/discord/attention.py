"""Discord hints at nobody's attention: presences need an intent that Sukima does not ask for."""

from datetime import datetime


class Unnoticed:
    """Implements `services.attention_ports.Attention`."""

    async def busy_until(self, workspace_key: str, user_key: str) -> datetime | None:
        """None: what Discord shows of people's presence is not looked at."""
        return None
