"""The school's list of trusted issuers, for the command line, also while Sukima runs."""

from bot.app.beside import store_beside, world_beside
from bot.domain.trust import TrustedIssuer
from bot.services import trust
from bot.services.trust import NamedSchool, TrustIssuer, UntrustIssuer
from bot.settings import Settings


async def trust_issuer(settings: Settings, school: str, issuer: str, name: str) -> TrustedIssuer:
    """Put an issuer on a school's list. Raises `Problem`, as `services.trust`."""
    async with store_beside(settings, world_beside(settings)) as (store, _):
        of = await store.look(trust.school_named, NamedSchool(key=school))
        return await store.run(trust.trust, TrustIssuer(school_id=of.school_id, issuer=issuer, name=name))


async def untrust_issuer(settings: Settings, school: str, issuer: str) -> str:
    """Take an issuer off a school's list. Raises `Problem`, as `services.trust`."""
    async with store_beside(settings, world_beside(settings)) as (store, _):
        of = await store.look(trust.school_named, NamedSchool(key=school))
        return await store.run(trust.untrust, UntrustIssuer(school_id=of.school_id, issuer=issuer))


async def trusted_issuers(settings: Settings, school: str) -> tuple[TrustedIssuer, ...]:
    """A school's list, each since when on the school's own clock."""
    async with store_beside(settings, world_beside(settings)) as (store, _):
        of = await store.look(trust.school_named, NamedSchool(key=school))
        return await store.look(trust.listed, of)
