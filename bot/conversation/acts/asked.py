"""What colleagues ask somebody who has not answered yet: shown again wherever one looks around."""

from bot.conversation.scene import Scene
from bot.conversation.views import IntroductionAsked
from bot.services import awaiting
from bot.services.news import IntroductionNews

MOST_ASKED = 5
"""So many questions stand in one place at once; the others follow as these are answered."""


async def shown_again(scene: Scene) -> tuple[IntroductionAsked, ...]:
    """The first questions; none in a direct conversation, where they stand already."""
    if scene.direct:
        return ()
    return asked_lines(await scene.store.look(awaiting.look_at_asked, scene.me))


def asked_lines(asked: tuple[IntroductionNews, ...]) -> tuple[IntroductionAsked, ...]:
    return tuple(
        IntroductionAsked(each.introduction.public_id, each.asker, each.introduction.question, each.badge)
        for each in asked[:MOST_ASKED]
    )
