"""The town with its people's own pages."""

import pytest
from scenarios.town import Town

from me.own_pages import Doors, doors_of


@pytest.fixture
def doors(town: Town) -> Doors:
    return doors_of(town)
