"""Public holidays by country, from the `holidays` package."""

from datetime import date
from functools import lru_cache


class HolidayCalendar:
    """Implements the port `Calendar`. A country that the package does not know has no holidays."""

    def closed(self, country: str, day: date) -> bool:
        return day in _holidays(country.upper(), day.year)


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> frozenset[date]:
    import holidays  # only here: it is long to load, and nobody waits for it while a house opens

    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()
