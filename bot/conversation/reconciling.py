"""After downtime: make stored endorsements equal to the reactions that are live on the platforms (design.md 4.8)."""

from collections.abc import Awaitable, Callable, Mapping

import structlog

from bot.conversation.views import View
from bot.domain.people import Workspace
from bot.services import delivery, endorsements, schools
from bot.services.commands import OfNoSchool, OfSchool
from bot.services.ports import Live, MessageRef, Posted, Sender, Store, Unsendable

Reads = Callable[[MessageRef], Awaitable[Live | None]]
"""What is on a message now; None when it cannot be read completely. Raises `Unsendable`."""
READINGS = 3
"""So often a message is read at most while reactions to it go on being heard."""

log = structlog.get_logger(__name__)


async def reconcile_all(
    store: Store, senders: Mapping[str, Sender[View]], among: Callable[[MessageRef], bool] = lambda ref: True
) -> int:
    """Look at every watched message, or those `among` all; count the differences mended.

    A message that cannot be read completely (unreadable, deleted, archived) changes nothing.
    """
    mended = 0
    for school in await store.look(schools.all_schools, OfNoSchool()):
        for posted in await store.look(delivery.watched, OfSchool(school_id=school.id)):
            if posted.ref.platform in senders and among(posted.ref):
                mended += await _reconcile(store, senders[posted.ref.platform], posted)
    return mended


async def _reconcile(store: Store, sender: Sender[View], posted: Posted) -> int:
    workspace = await store.look(
        schools.workspace_of, schools.WorkspaceOf(school_id=posted.school_id, workspace_id=posted.workspace_id)
    )
    try:
        return await reconcile_message(store, workspace, posted.ref, sender.reactions) or 0
    except Unsendable:
        return 0


async def reconcile_message(
    store: Store,
    workspace: Workspace,
    message: MessageRef,
    read: Reads,
    *,
    only: str | None = None,
    told: endorsements.React | None = None,
) -> int | None:
    """Make the endorsements by one message equal to the reactions that are read from it now, completely.

    Reading takes time, and what was heard meanwhile is newer: the message is then read again, and left as it is when it
    does not come to rest. `only`: those of the user with this key. `told`: what a platform brought late; it is taken in
    first, where it is still so. Counts the differences mended; None when the message, or that user, cannot be read.
    """
    for _ in range(READINGS):
        heard = await store.look(
            endorsements.heard, endorsements.OnMessage(school_id=workspace.school_id, message=message)
        )
        live = await read(message)
        if live is None or only in live.unnamed:
            return None
        is_so = told is not None and ((told.user_key, told.emoji) in live.pairs) is told.added
        command = endorsements.Reconcile(
            school_id=workspace.school_id,
            message=message,
            heard=heard,
            live=frozenset(pair for pair in live.pairs if pair[1] in workspace.emoji),
            unnamed=live.unnamed,
            only=only,
            told=told if is_so else None,
        )
        mended = await store.run(endorsements.reconcile, command)
        if mended is not None:
            return mended
    log.info("reconciling.put_off", workspace=workspace.key)
    return 0
