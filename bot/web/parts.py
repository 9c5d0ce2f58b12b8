"""What every page that we answer with may use. The composition root makes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.conversation.export_page import Printer
from bot.conversation.pictures import Pictures
from bot.domain.language import Lang
from bot.pages import Pages
from bot.pages.csrf import Csrf
from bot.services.addresses import Addresses
from bot.services.collections import CollectionTokens
from bot.services.credentials import Issuing
from bot.services.foreign import ForeignDesk
from bot.services.outsiders import Outsiders
from bot.services.ports import Fetch, Phrases, Store
from bot.services.proving import ProvingDesk
from bot.services.statements import Statements
from bot.services.status import ListDesk
from bot.services.verifier import Verifier
from bot.web.callers import Callers


@dataclass(frozen=True)
class WebParts:
    """The parts that pages are made with."""

    store: Store
    pages: Pages
    pictures: Pictures
    phrases: Phrases
    issuing: Issuing
    addresses: Addresses
    statements: Statements
    export_page: Printer
    csrf: Csrf
    collection_tokens: CollectionTokens
    lang: Lang
    """For readers whose browser names none of our languages."""
    now: Callable[[], datetime]
    fetch: Fetch
    callers: Callers
    lists: ListDesk
    verifier: Verifier
    foreign: ForeignDesk
    proving: ProvingDesk
    outsiders: Mapping[str, Outsiders]
    """By platform, where others than a school's people may be in a channel."""
    new_token: Callable[[], str]
    """A long random word, fit for a cookie or an address, that nobody can guess."""
