"""Comfort scale: five levels, with a line drawn beforehand between enough and not enough.

Up to `threshold` a level counts as support. Serious doubts are heard but do not block; not accepting it does.
"""

from app.domain.votes.types import Choice, scales
from app.errors import N_

ORDER = 8
TITLE = N_("Comfort scale")
SUMMARY = N_("Five levels, with a line between what is enough and what is not.")
BY = "answers"
OPTIONS = "levels"
LEVELS: tuple[Choice, ...] = (
    Choice(0, 1, "I back it fully", "Rwy’n ei gefnogi’n llawn"),
    Choice(0, 2, "I back it, with small changes", "Rwy’n ei gefnogi, gyda mân newidiadau"),
    Choice(0, 3, "I can accept it", "Gallaf ei dderbyn"),
    Choice(0, 4, "I have serious doubts", "Mae gennyf amheuon difrifol"),
    Choice(0, 5, "I cannot accept it", "Ni allaf ei dderbyn", "block"),
)
CRITERIA = False
FIELDS: tuple[str, ...] = ("threshold",)
DEFAULTS: dict[str, int] = {"threshold": 3}
SHEET = False
DECIDES = True
BREAKDOWN = True

Result = scales.Result
check = scales.check
read = scales.read
result = scales.result
weighed = scales.weighed
facts = scales.facts
