"""Comfort scale: five levels, with a line drawn beforehand between enough and not enough.

Up to `threshold` a level counts as support. Serious doubts are heard but do not block; not accepting it does.
"""

from app.domain.votes.types import scales
from app.domain.votes.types.question import Choice
from app.errors import N_

LEVELS = (
    Choice(0, 1, "I back it fully", "Rwy’n ei gefnogi’n llawn"),
    Choice(0, 2, "I back it, with small changes", "Rwy’n ei gefnogi, gyda mân newidiadau"),
    Choice(0, 3, "I can accept it", "Gallaf ei dderbyn"),
    Choice(0, 4, "I have serious doubts", "Mae gennyf amheuon difrifol"),
    Choice(0, 5, "I cannot accept it", "Ni allaf ei dderbyn", "block"),
)


VOTE_TYPE = scales.scale(
    name="comfort",
    order=8,
    title=N_("Comfort scale"),
    summary=N_("Five levels, with a line between what is enough and what is not."),
    levels=LEVELS,
    threshold=3,
)
