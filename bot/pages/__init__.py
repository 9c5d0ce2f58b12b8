"""How our pages look and how they are guarded: layout, templates, styles, headers, the reader's language.

Shared by the public pages and the local staff room. What a page says stands in `wording`; what it shows comes from the
room that answers. `Pages` draws; `guards`, `csrf` and `language` look at requests; `errors` draws what went wrong.
"""

from bot.pages.engine import Pages

__all__ = ["Pages"]
