"""A published badge's page: what it says, to whom, how, and how it is gone."""

import json
import re
from dataclasses import replace

import pytest
from PIL import Image
from io import BytesIO

from bot.badges.bake import unbake
from scenarios.shelf import FIRST, NAMES
from scenarios.town import FLOWER, shares
from web.site import BASE, NOBODY, Site


async def test_it_exists_once_published_and_not_before(site: Site) -> None:
    about = await site.about(site.town.east, "aoki", FIRST)
    assert (await site.get(f"/badges/{about.award}")).status_code == 404
    await site.publish(site.town.east, "aoki", FIRST)
    page = await site.get(f"/badges/{about.award}")
    assert page.status_code == 200
    assert NAMES[FIRST].ja in page.text
    await site.unpublish(site.town.east, "aoki", FIRST)
    for path in ("", ".png", ".json", "/card.png", "/picture.png", "/qr.svg"):
        assert (await site.get(f"/badges/{about.award}{path}", {"If-None-Match": page.headers["etag"]})).status_code == 404
