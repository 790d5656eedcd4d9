"""Everybody's browsers beside the real server, for a fresh workshop a test."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.cast.browsers import CHROMIUM, Browsers
from tests.cast.rooms import Room


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    return {**browser_type_launch_args, **CHROMIUM}


@pytest.fixture
def browsers(browser: Browser, room: Room) -> Iterator[Browsers]:
    """Browsers for the people of a fresh workshop."""
    opened = Browsers(browser, room.base_url, room.code, room.tokens)
    yield opened
    opened.close()
