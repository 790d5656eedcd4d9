"""How often someone may do something in a minute: counted in memory, forgotten with the minute."""

import time


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
