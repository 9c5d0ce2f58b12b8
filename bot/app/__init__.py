"""The composition root: settings and the world to concrete parts, started and stopped in order. It knows everything."""

from bot.app.beside import world_beside
from bot.app.catalogues import DEMO, Pages, TitleNote, demo_catalogue, pages_beside, read_catalogues, title_notes
from bot.app.demo import may_show, run_demo
from bot.app.discord_setup import discord_invitation, sync_discord
from bot.app.doctor import Finding, Patient, examine
from bot.app.house import House, WaitUntil, made, open_house
from bot.app.keykeeping import keys_in_use, list_keys, meant_key, published_keys, revoke_key, rotate_keys
from bot.app.looking_after import (
    backup_database,
    bring_in,
    check_database,
    load_catalogues,
    restore_database,
    retry_promises,
    upgrade_database,
)
from bot.app.mandating import (
    add_issuer,
    allow_issuer,
    disallow_issuer,
    list_issuers,
    remove_issuer,
    rename_issuer,
)
from bot.app.running import DEFAULT_PORT, run
from bot.app.slack import slack_manifest
from bot.app.staff_room import StaffRoom, open_staff_room
from bot.app.staffing import (
    add_board,
    add_school,
    bind_workspace,
    drop_expected,
    join_board,
    list_boards,
    list_schools,
    list_staff,
    load_staff,
)
from bot.app.stopping import stop_award
from bot.app.story import STORY_DAY, run_story
from bot.app.terminal import run_terminal
from bot.app.trusting import trust_issuer, trusted_issuers, untrust_issuer
from bot.app.verifying import trust_list, verify_named
from bot.app.world import World

__all__ = [
    "DEFAULT_PORT",
    "DEMO",
    "STORY_DAY",
    "Finding",
    "House",
    "Pages",
    "Patient",
    "StaffRoom",
    "TitleNote",
    "WaitUntil",
    "World",
    "add_board",
    "add_issuer",
    "add_school",
    "allow_issuer",
    "backup_database",
    "bind_workspace",
    "bring_in",
    "check_database",
    "demo_catalogue",
    "disallow_issuer",
    "discord_invitation",
    "drop_expected",
    "examine",
    "join_board",
    "keys_in_use",
    "list_boards",
    "list_issuers",
    "list_keys",
    "list_schools",
    "list_staff",
    "load_catalogues",
    "load_staff",
    "made",
    "may_show",
    "meant_key",
    "open_house",
    "open_staff_room",
    "pages_beside",
    "published_keys",
    "read_catalogues",
    "remove_issuer",
    "rename_issuer",
    "restore_database",
    "retry_promises",
    "revoke_key",
    "rotate_keys",
    "run",
    "run_demo",
    "run_story",
    "run_terminal",
    "slack_manifest",
    "stop_award",
    "sync_discord",
    "title_notes",
    "trust_issuer",
    "trust_list",
    "trusted_issuers",
    "untrust_issuer",
    "upgrade_database",
    "verify_named",
    "world_beside",
]
