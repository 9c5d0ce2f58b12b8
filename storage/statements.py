"""SQL that was compiled once serves every connection to an SQLite file in this process.

Compiling a statement takes longer than running it. SQLAlchemy keeps what it compiled per engine; here one engine reads
and another writes, each opened file has its own two, and all of them speak to the same SQLite.
"""

from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.util import LRUCache

MOST = 2_000
"""How many compiled statements are kept at most; the product has some hundreds, each with few shapes."""
COMPILED: LRUCache[Any, Any] = LRUCache(MOST)
"""For the execution option `compiled_cache` of engines with `DRIVER`."""
DRIVER = "sqlite+inline"


class InlineDialect(SQLiteDialect_aiosqlite):
    """The SQLite of this process, whatever file is opened: what one compiled, another takes from `COMPILED`."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))


registry.register("sqlite.inline", __name__, InlineDialect.__name__)
