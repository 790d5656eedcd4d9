"""What the outbox of a page adds to a submission, so that it counts once however often it is sent."""

from typing import Annotated

from fastapi import Depends

from app.domain.submissions import Stamp, stamp
from app.errors import Refused
from app.web.forms import LATEST, Fields, number_in

OF_THE_SUBMISSION = frozenset({"key", "sequence", "written_at"})


class SubmissionFields:
    """The fields the outbox adds to a submission; `of(…)` seals them with what is submitted."""

    __slots__ = ("key", "sequence", "written_at")

    def __init__(self, key: str, sequence: int, written_at: int) -> None:
        self.key, self.sequence, self.written_at = key, sequence, written_at

    def of(self, *body: object) -> Stamp:
        return stamp(self.key, self.sequence, self.written_at, *map(str, body))


async def _stamped(fields: Fields) -> "SubmissionFields":
    key = fields.get("key", "")
    if len(key) > 64:
        raise Refused("bad_request")
    return SubmissionFields(
        key, number_in(fields, "sequence", LATEST), number_in(fields, "written_at", LATEST)
    )


def content_of(fields: dict[str, str]) -> list[str]:
    """What a form says, the same for the same answer: its fields but those of the submission."""
    return sorted(f"{name}={value}" for name, value in fields.items() if name not in OF_THE_SUBMISSION)


Stamped = Annotated[SubmissionFields, Depends(_stamped)]
