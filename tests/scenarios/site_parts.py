"""What the pages are made of, over a town's house: the same for public pages and for one's own."""

from typing import Any

from bot.pages import Pages
from bot.pages.csrf import Csrf
from bot.services.addresses import Addresses
from bot.services.collections import CollectionTokens
from bot.web.callers import Callers
from bot.web.parts import WebParts
from bot.wording import Voices


def web_parts(house: Any, base: str | None, **changes: Any) -> WebParts:
    """As the product makes them; `base` is the public address, `changes` what a test has otherwise."""
    parts = {
        "store": house.store,
        "pages": Pages("bot.web"),
        "pictures": house.pictures,
        "phrases": Voices(),
        "issuing": house.issuing,
        "addresses": Addresses(base),
        "statements": house.statements,
        "export_page": house.export_page,
        "csrf": Csrf(bytes(32)),
        "collection_tokens": CollectionTokens(b"collections of the test"),
        "lang": "ja",
        "now": house.world.now,
        "fetch": house.fetch,
        "callers": Callers(),
        "lists": house.lists,
        "verifier": house.verifier,
        "foreign": house.foreign,
        "proving": house.proving,
        "outsiders": house.outsiders,
        "new_token": house.new_token,
    }
    return WebParts(**(parts | changes))
