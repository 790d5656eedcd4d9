"""How long a test waits for what has to happen: longer than it takes on a busy machine, not for ever."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

PATIENCE = 120.0  # seconds; nothing is measured by it


def wait_until(happened: Callable[[], Any]) -> None:
    """Wait for something that has to happen."""
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


async def until(happened: Callable[[], Any]) -> None:
    """The same, on a loop that has other things to do meanwhile."""
    async with asyncio.timeout(PATIENCE):
        while not happened():  # noqa: ASYNC110
            await asyncio.sleep(0.005)
