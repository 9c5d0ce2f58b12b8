"""The badges of a colleague, asked for by pointing at somebody or by their name."""

from bot.conversation.acts.looking import wallet
from bot.conversation.scene import Scene, Views
from bot.conversation.validity import validity_view
from bot.conversation.views import ColleagueBadge, ColleagueBadges
from bot.services import shown_badges
from bot.services.definitions import definition_of


async def badges_of_account(scene: Scene, user_key: str) -> Views:
    """Of whoever has that account on the platform where it was asked."""
    asked = shown_badges.OfAccount(**scene.ids, workspace_id=scene.workspace.id, user_key=user_key)
    return await _shown(scene, await scene.store.look(shown_badges.look_at_account, asked))


async def badges_of_named(scene: Scene, words: str) -> Views:
    """Of whoever is called so."""
    asked = shown_badges.OfNamed(**scene.ids, words=words)
    return await _shown(scene, await scene.store.look(shown_badges.look_at_named, asked))


async def _shown(scene: Scene, found: shown_badges.Displayed) -> Views:
    """One's own are in the wallet, which says who sees each."""
    if found.is_own:
        return (await wallet(scene),)
    now = scene.parts.now()
    return (
        ColleagueBadges(
            tuple(
                ColleagueBadge(
                    shown.held.award.public_id,
                    shown.holder,
                    definition_of(shown.held.achievement).name,
                    shown.held.achievement.level,
                    scene.local(shown.held.award.awarded_at).date(),
                    shown.held.counts,
                    shown.given.public_id if shown.given else "",
                    validity_view(shown.held.award, scene.zone, now),
                )
                for shown in found.badges
            )
        ),
    )
