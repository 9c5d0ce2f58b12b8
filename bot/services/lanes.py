"""Lanes of the outbox: what is sent to one place is sent one after another, and paused together.

A lane is named `platform:WORKSPACE/DESTINATION`, where the destination is the platform's own key of a user or of a
channel. Older databases hold promises in lanes of whole workspaces, `platform:WORKSPACE`: they are still kept.
"""

from dataclasses import dataclass

SIGN_LANE = "sign"
"""For what is signed in the house, and sent nowhere."""
AFTER_PLATFORM = ":"
BEFORE_DESTINATION = "/"


@dataclass(frozen=True)
class Lane:
    """Where a lane leads. `destination` is empty in lanes of whole workspaces."""

    platform: str
    workspace_key: str
    destination: str = ""

    def __str__(self) -> str:
        return f"{self.platform}{AFTER_PLATFORM}{self.workspace_key}{BEFORE_DESTINATION}{self.destination}"


def lane_to(platform: str, workspace_key: str, destination: str) -> str:
    """The lane to a user or a channel of a workspace."""
    return str(Lane(platform, workspace_key, destination))


def read_lane(lane: str) -> Lane:
    """Where a lane leads. Keys of workspaces may hold a `/` of their own (organisations), destinations do not."""
    platform, _, place = lane.partition(AFTER_PLATFORM)
    workspace_key, slash, destination = place.rpartition(BEFORE_DESTINATION)
    return Lane(platform, workspace_key, destination) if slash else Lane(platform, place)
