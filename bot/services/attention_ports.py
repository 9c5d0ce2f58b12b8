"""What a platform may hint of somebody's attention."""

from datetime import datetime
from typing import Protocol


class Attention(Protocol):
    """One platform's hints. They may be old or wrong: nothing may rest on them."""

    async def busy_until(self, workspace_key: str, user_key: str) -> datetime | None:
        """Until when somebody would rather not be disturbed; None: nothing hints at that now. Never raises."""
