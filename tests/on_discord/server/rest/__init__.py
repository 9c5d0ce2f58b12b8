"""REST v10: every route that an app such as Sukima may ask."""

from on_discord.server.rest import channels, commands, guilds, interactions, reactions, threads, users

PARTS = (channels, commands, guilds, interactions, reactions, threads, users)
