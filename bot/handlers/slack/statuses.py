"""What people's statuses and Slack's stamps say: pure. Nothing of a status is kept but until when one is busy.

Source: docs.slack.dev, object `user` (`status_emoji`, `status_text`, `status_expiration`).
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.handlers.slack.keys import emoji_of

BUSY_EMOJI = frozenset(
    {
        *("calendar", "spiral_calendar_pad", "date", "no_entry", "no_entry_sign", "no_bell", "teacher", "school"),
        *("headphones", "telephone_receiver", "phone", "bus", "car", "airplane", "train"),
        *("face_with_thermometer", "palm_tree", "desert_island", "zzz"),
    }
)
"""Those that Slack and calendars propose for meetings, calls, ways and absences, and what schools use for lessons."""
WITHOUT_END = datetime.max.replace(tzinfo=UTC)
_BUSY_WORDS = re.compile(
    r"会議|打ち?合わ?せ|面談|懇談|授業|研修中|電話中|通話|外出|出張|移動中|休暇|休み|欠勤|取り?込み|集中"
    r"|\b(?:meeting|call|busy|lesson|class|teaching|do not disturb|focus\w*|out of (?:the )?office|away|on leave"
    r"|vacation\w*|holiday|sick|commut\w+)\b",
    re.IGNORECASE,
)


def busy_until(profile: Mapping[str, Any]) -> datetime | None:
    """Until when the status of a `user` object's profile says that somebody is busy; None: it does not."""
    emoji = emoji_of(str(profile.get("status_emoji") or "").strip(":"))
    if emoji not in BUSY_EMOJI and not _BUSY_WORDS.search(str(profile.get("status_text") or "")):
        return None
    return moment_of(profile.get("status_expiration")) or WITHOUT_END


def quiet_window(dnd: Mapping[str, Any]) -> tuple[datetime, datetime] | None:
    """The next window of *do not disturb*, from `dnd.info` or `dnd_updated_user`; None where there is none."""
    start, end = moment_of(dnd.get("next_dnd_start_ts")), moment_of(dnd.get("next_dnd_end_ts"))
    return (start, end) if dnd.get("dnd_enabled") and start is not None and end is not None else None


def moment_of(stamp: object) -> datetime | None:
    """A time in seconds; None for 0, and for what is none."""
    try:
        seconds = int(str(stamp))
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
    except (ValueError, OverflowError, OSError):
        return None
