"""How many invented cases a property is tried on: a few; PLENARY_TEST_CASES times as many in a long run."""

import os
from typing import Any

from hypothesis import settings

TIMES = int(os.environ.get("PLENARY_TEST_CASES", "1"))


def cases(number: int, **more: Any) -> settings:
    """So many cases, however long each takes."""
    return settings(max_examples=number * TIMES, deadline=None, **more)
