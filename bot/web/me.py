"""One's own pages: `/in/{token}` from chat, `/me…`. Every one is of the person whose session asks."""

from starlette.routing import BaseRoute, Route

from bot.domain.foreign import MAX_MEBIBYTES
from bot.intake.bundle import MAX_UPLOAD, MEBIBYTE
from bot.web import (
    cabinet,
    me_addresses,
    me_badges,
    me_collections,
    me_content,
    me_foreign,
    me_given,
    me_inviting,
    me_issuers,
    me_learning,
    me_leaving,
    me_moving,
    me_parts,
    me_settings,
    me_shown,
    me_submit,
)
from bot.web.door import Entrance
from bot.web.parts import WebParts
from bot.web.uploads import Uploads
from bot.web.visits import Act, Look, Visits

BADGE = "/me/badges/{award}"

LOOKS: dict[str, Look] = {
    "/me": me_badges.wallet,
    BADGE: me_badges.badge,
    f"{BADGE}/picture.png": me_badges.picture,
    f"{BADGE}/picture.svg": me_badges.vector,
    f"{BADGE}/credential.json": me_badges.credential,
    f"{BADGE}/credential.jwt": me_badges.token,
    f"{BADGE}/preview": me_badges.preview,
    f"{BADGE}/preview.png": me_badges.picture,
    f"{BADGE}/preview/picture.png": me_badges.picture,
    f"{BADGE}/preview.json": me_badges.credential,
    f"{BADGE}/preview.jwt": me_badges.token,
    f"{BADGE}/submit": me_submit.envelope,
    "/me/map": me_learning.badge_map,
    "/me/map.png": me_learning.map_picture,
    "/me/record": me_learning.record,
    "/me/endorsements": me_given.own_endorsements,
    "/me/shown": me_shown.shown,
    "/me/content": me_content.content,
    "/me/issuers": me_issuers.issuers,
    "/me/settings": me_settings.settings,
    "/me/sessions": me_settings.own_sessions,
    "/me/data": me_leaving.own_data,
    "/me/forget": me_leaving.forget_me,
    "/me/forget/sure": me_leaving.forget_sure,
    "/me/move": me_moving.ways,
    "/me/collections": me_collections.own_collections,
    me_addresses.PATH: me_addresses.own_addresses,
    me_foreign.PATH: me_foreign.own_foreign,
    f"{me_foreign.BADGE}/picture.png": me_foreign.picture,
    f"{me_foreign.BADGE}/file": me_foreign.file,
    "/cabinet": cabinet.cabinet,
}
"""The pages."""

ACTS: dict[str, Act] = {
    **{f"{BADGE}/{name}": switch for name, switch in me_badges.SWITCHES.items()},
    "/me/endorsements": me_given.withdraw,
    "/me/shown": me_shown.endorse,
    "/me/content": me_content.endorse,
    "/me/issuers": me_issuers.endorse,
    "/me/endorsements/comment": me_given.comment,
    f"{BADGE}/endorsements": me_badges.hide_endorsement,
    f"{BADGE}/parts": me_parts.enclose,
    f"{BADGE}/invite": me_inviting.invite,
    f"{BADGE}/uninvite": me_inviting.take_back,
    "/me/settings/language": me_settings.set_language,
    "/me/settings/consent/{consent}": me_settings.set_consent,
    "/me/settings/windows": me_settings.set_windows,
    "/me/settings/pace": me_settings.resume,
    "/me/settings/unfindable": me_settings.unfindable,
    "/me/sessions": me_settings.end_session,
    "/me/sessions/others": me_settings.end_others,
    "/me/export": me_leaving.export,
    f"{BADGE}/submit": me_submit.submit,
    f"{BADGE}/take-back": me_submit.take_back,
    "/me/move/begin": me_moving.begin,
    "/me/move/look": me_moving.look,
    "/me/move/confirm": me_moving.confirm,
    "/me/collections": me_collections.make,
    "/me/collections/end": me_collections.end,
    me_addresses.PATH: me_addresses.ask,
    f"{me_addresses.PATH}/code": me_addresses.give,
    f"{me_addresses.PATH}/drop": me_addresses.drop,
    f"{me_foreign.PATH}/link": me_foreign.bring_link,
    f"{me_foreign.BADGE}/check": me_foreign.check,
    f"{me_foreign.BADGE}/drop": me_foreign.drop,
    f"{me_foreign.BADGE}/findable": me_foreign.findable,
}
"""The forms."""

BRING = "/me/bring"
"""Where a record from another Sukima is sent as a file, of so many bytes in all."""
MOST_BROUGHT = (MAX_UPLOAD + 1) * MEBIBYTE
MOST_TAKEN_IN = (MAX_MEBIBYTES + 2) * MEBIBYTE
"""Of a request with one badge in it: more than is kept, so that a larger one is told what is wrong with it."""


def me_routes(parts: WebParts) -> list[BaseRoute]:
    """One's own pages, and the way in."""
    visits = Visits(parts)
    goodbye = me_leaving.Goodbye(parts)
    bring = Uploads(visits).handler(me_moving.bring, most=MAX_UPLOAD, place="settings", way=me_moving.PATH)
    uploads = Uploads(visits)
    take_in = uploads.handler(me_foreign.bring_file, most=MAX_MEBIBYTES + 1, place="wallet", way=me_foreign.PATH)
    acts = {**ACTS, "/me/forget/sure": me_leaving.Leaving(visits).forget}
    return [
        *Entrance(parts, visits).routes(),
        Route("/me/left", goodbye.left, methods=["GET"]),
        Route("/me/forgotten", goodbye.forgotten, methods=["GET"]),
        Route(BRING, bring, methods=["POST"]),
        Route(me_foreign.UPLOAD, take_in, methods=["POST"]),
        *(Route(path, visits.look(look), methods=["GET"]) for path, look in LOOKS.items()),
        *(Route(path, visits.act(act), methods=["POST"]) for path, act in acts.items()),
    ]
