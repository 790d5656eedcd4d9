"""Who is asking: the answer of the one door, and what every domain function is given."""

from dataclasses import dataclass
from typing import Literal

from app.models.links import LinkRole

Role = LinkRole | Literal["participant", "organisation", "guest", "operator", "server", "clock"]


@dataclass(frozen=True, slots=True)
class Who:
    """A person or a screen in one workshop, in which `zone` is the time zone."""

    workshop_id: int
    code: str
    role: Role
    participant_id: int | None = None
    link_id: int | None = None
    table_id: int | None = None
    confirm_link_id: int | None = None
    language: str = "en"
    device: str = ""
    zone: str = "Europe/London"

    @property
    def key(self) -> str:
        """What submissions and sockets know this person by: "participant:7", "link:3"."""
        if self.participant_id is not None:
            return f"participant:{self.participant_id}"
        return f"link:{self.link_id}" if self.link_id is not None else self.role

    @property
    def socket(self) -> str:
        """What a socket of this person is known by: a participant's device counts, so that moving
        to another one closes only the first."""
        return f"{self.key}:{self.device}" if self.participant_id is not None else self.key


def server(workshop_id: int, code: str = "") -> Who:
    """The server itself: before the day, when it sets a workshop up, and after it, when it ends its keys."""
    return Who(workshop_id, code, "server")


def clock(workshop_id: int) -> Who:
    """The server again, when it does what was settled before for a moment that has come."""
    return Who(workshop_id, "", "clock")
