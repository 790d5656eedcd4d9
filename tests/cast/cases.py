"""How many invented cases a property is tried on: a few; ten times as many where everything is run, or as
many times as PLENARY_TEST_CASES says."""

import os
from typing import Any

from hypothesis import settings

from tests.cast.databases import ALL

TIMES = int(os.environ.get("PLENARY_TEST_CASES") or (10 if ALL else 1))


def cases(number: int, **more: Any) -> settings:
    """So many cases, however long each takes."""
    return settings(max_examples=number * TIMES, deadline=None, **more)
