"""After downtime: make stored endorsements equal to the reactions that are live on the platforms (design.md 4.8)."""

from collections.abc import Callable, Mapping

import structlog

from bot.conversation.views import View
from bot.domain.people import Workspace
from bot.services import delivery, endorsements, schools
from bot.services.commands import OfNoSchool, OfSchool
from bot.services.ports import Live, MessageRef, Posted, Sender, Store, Unsendable

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
    try:
        live = await sender.reactions(posted.ref)
    except Unsendable:
        return 0
    if live is None:
        return 0
    workspace = await store.look(
        schools.workspace_of, schools.WorkspaceOf(school_id=posted.school_id, workspace_id=posted.workspace_id)
    )
    return await reconcile_message(store, workspace, posted.ref, live)


async def reconcile_message(
    store: Store, workspace: Workspace, message: MessageRef, live: Live, *, only: str | None = None
) -> int:
    """Make the endorsements by one message equal to the reactions that were just read from it, completely.

    `only`: those of the user with this key. Counts the differences mended.
    """
    endorsing = frozenset(pair for pair in live.pairs if pair[1] in workspace.emoji)
    command = endorsements.Reconcile(
        school_id=workspace.school_id, message=message, live=endorsing, unnamed=live.unnamed, only=only
    )
    return await store.run(endorsements.reconcile, command)
