"""What a person may run into, with its status and its words (in a module per noun); everything else is a
fault of ours."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from app.errors import agenda, door, notes
from app.errors.votes import ballots, paper_ballots, vote_settings, votes
from app.errors.words import N_

__all__ = ["N_", "WORDS", "Refused", "RefusedAndLogged"]

WORDS = {
    code: words
    for noun in (door, agenda, votes, vote_settings, ballots, paper_ballots, notes)
    for code, words in noun.WORDS.items()
}


class Refused(Exception):
    """A request that cannot be done, for a reason the person can understand.

    `code` is a key of WORDS; `facts` fill the sentence. The door notes the zone for times. Nothing of what
    was refused is kept; raise it before anything is written, so that the writer need not roll anything back.
    """

    foreseen, commits = True, False  # how storage, which knows no errors of ours, tells the two kinds apart

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
        self.zone = ""

    @property
    def status(self) -> int:
        return WORDS[self.code][0]

    def sentence(self, translate: Callable[[str], str], local_time: Callable[[datetime], str]) -> str:
        """The words, through the given translation; instants become local times."""
        facts = {
            name: local_time(value) if isinstance(value, datetime) else value
            for name, value in self.facts.items()
        }
        return translate(WORDS[self.code][1]) % facts


class RefusedAndLogged(Refused):
    """A request that cannot be done, but that it was tried is to be known: what was written before this is
    raised, a line of the log, is committed and announced, and only then is the person refused."""

    commits = True
