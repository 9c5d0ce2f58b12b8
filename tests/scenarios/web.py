"""Other people's servers, without a network: what each address answers."""

from bot.badges.reads import Read, Unread
from bot.net import NoAnswer, target_of


class Web:
    """A `Fetch` over a mapping. What is not in it is a name that nobody has; what is never asked is not asked."""

    def __init__(self, pages: dict[str, Read | Unread] | None = None) -> None:
        self.pages = pages if pages is not None else {}
        self.asked: list[str] = []

    def puts(self, url: str, body: bytes, media_type: str = "application/json", status: int = 200) -> None:
        self.pages[url] = Read(url, status, media_type, body)

    async def get(self, url: str, accept: str) -> Read | Unread:
        try:
            target_of(url)
        except NoAnswer as refused:
            return Unread(refused.code)
        self.asked.append(url)
        return self.pages.get(url, Unread("fetch.no_name"))
