"""A Slack-like server for tests: behaves as Slack does in what the product relies on, over real sockets."""

from slack.server.actor import Actor, NotAnswered
from slack.server.app import App, Grant, Install
from slack.server.clock import Clock, LiveClock
from slack.server.server import SlackLike, open_slack
from slack.server.world import IM, MPIM, PRIVATE, PUBLIC, Channel, Message, Team, Upload, User

__all__ = [
    "IM",
    "MPIM",
    "PRIVATE",
    "PUBLIC",
    "Actor",
    "App",
    "Channel",
    "Clock",
    "Grant",
    "Install",
    "LiveClock",
    "Message",
    "NotAnswered",
    "SlackLike",
    "Team",
    "Upload",
    "User",
    "open_slack",
]  # fmt: skip
