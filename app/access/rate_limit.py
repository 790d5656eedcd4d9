"""How often someone may do something in a minute: counted in memory, forgotten with the minute."""

import time

from app.errors import Refused


class Allowance:
    """So many times a minute for each key, in one process and one thread."""

    def __init__(self, each_minute: int) -> None:
        self.each_minute = each_minute
        self.minute = 0
        self.taken: dict[tuple[str, ...], int] = {}

    def take(self, *key: str) -> bool:
        """Take one; False when none is left in this minute."""
        left = self.left(*key)
        self.taken[key] = self.taken.get(key, 0) + 1
        return left

    def left(self, *key: str) -> bool:
        """Whether there is one left."""
        minute = int(time.monotonic() // 60)
        if minute != self.minute:
            self.minute, self.taken = minute, {}
        return self.taken.get(key, 0) < self.each_minute


WRITES_PER_PERSON = Allowance(240)
WRONG_PER_BROWSER = Allowance(10)
WRONG_PER_ADDRESS = Allowance(300)


def wrong_code(code: str, browser: str, address: str) -> None:
    """Count a wrong personal or event code against this browser, and (sized for a whole venue
    behind one address) against the address and event. Raises Refused("too_many_tries")."""
    if not (WRONG_PER_BROWSER.take(browser) and WRONG_PER_ADDRESS.take(address, code)):
        raise Refused("too_many_tries")


def tries_left(code: str, browser: str, address: str) -> None:
    """Raises Refused("too_many_tries") while this browser or address has had too many wrong codes."""
    if not (WRONG_PER_BROWSER.left(browser) and WRONG_PER_ADDRESS.left(address, code)):
        raise Refused("too_many_tries")
