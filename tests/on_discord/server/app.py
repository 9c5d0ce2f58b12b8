"""The application that the server serves: token, what it may hear, its commands."""

from dataclasses import dataclass, field

from on_discord.server.gateway import MESSAGE_CONTENT, PRIVILEGED
from on_discord.server.world import Json

CONTENT_FLAG, MEMBERS_FLAG, PRESENCE_FLAG = 1 << 19, 1 << 15, 1 << 13
"""What an application's flags say of the intents that are switched on for it (fewer than 10,000 users)."""


@dataclass
class App:
    id: str
    token: str
    name: str = "Sukima"
    privileged_intents: int = 0
    """Those that its owner switched on."""
    shards: int = 1
    identifies_left: int = 1000
    commands: dict[str, Json] = field(default_factory=dict)
    """Global ones, by id."""
    guild_commands: dict[str, dict[str, Json]] = field(default_factory=dict)
    created_today: int = 0
    """New commands of this day; 200 are taken."""
    is_public: bool = False

    @property
    def flags(self) -> int:
        flags = CONTENT_FLAG if self.privileged_intents & MESSAGE_CONTENT else 0
        flags |= MEMBERS_FLAG if self.privileged_intents & (1 << 1) else 0
        return flags | (PRESENCE_FLAG if self.privileged_intents & (1 << 8) else 0)

    def allow_all_intents(self) -> None:
        self.privileged_intents = PRIVILEGED

    def known(self, guild: str | None) -> list[Json]:
        """The commands that people find in a guild, or in a direct conversation."""
        own = self.guild_commands.get(guild or "", {})
        return [*self.commands.values(), *own.values()]
