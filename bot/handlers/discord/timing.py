"""How long Sukima waits for what on Discord. Tests wait for less."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Seconds."""

    guilds_within: float = 0.5
    """Without a further guild for so long, all that we are in have been told of."""
    first_wait: float = 1.0
    longest_wait: float = 60.0
    """Between two tries to reach Discord: each time twice as long."""
    looks_every: float = 5.0
    """Between two looks whether the connection is lost."""
    lost_for: float = 120.0
    """The library mends a connection by itself, ever more slowly; after so long without one we begin anew."""
    tries: int = 5
    """So often an event is taken in that could not be: Discord does not bring it again."""
    between_tries: float = 0.2
    """After the first; each time twice as long."""
    reads_again: tuple[float, ...] = (2.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0)
    """Waits before what could not be read at a new session is read once more; later the clock comes back to it."""
    farewell: float = 3.0
    """Discord may take so long to say goodbye."""
    drain: float = 8.0
    """What was begun may take so long when the house closes."""
