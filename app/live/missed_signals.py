"""Which workshops have moved without every signal of it arriving: found by comparing their versions."""

from collections.abc import Mapping


class MissedSignals:
    """Whoever sends or hears a signal for a workshop adds it to `signalled`."""

    def __init__(self) -> None:
        self.known: Mapping[int, int] = {}
        self.signalled: set[int] = set()
        self.doubtful: set[int] = set()

    def find(self, current: Mapping[int, int], thorough: bool) -> set[int]:
        """The workshops whose version is another than at the last comparison, though no signal came for them;
        others that moved may have lost one of several, and are among these when it is a `thorough` look."""
        moved = {
            workshop_id for workshop_id, version in current.items() if self.known.get(workshop_id) != version
        }
        missed = moved - self.signalled
        self.doubtful |= moved & self.signalled
        if thorough:
            missed |= self.doubtful
            self.doubtful = set()
        self.known, self.signalled = current, set()
        return missed
