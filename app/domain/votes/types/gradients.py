"""Gradients of agreement: eight levels from wholehearted endorsement to veto, with a line drawn beforehand.

The scale is Sam Kaner's (Facilitator's Guide to Participatory Decision-Making), in our words and his order.
Up to `threshold` a level counts as support, beyond it as none, so that labels may change and the arithmetic
stays true: no level abstains (his fourth goes with the group), and only the last one blocks.
"""

from app.domain.votes.types import scales
from app.domain.votes.types.question import Choice
from app.errors import N_

LEVELS = (
    Choice(0, 1, "I endorse it wholeheartedly", "Rwy’n ei gymeradwyo’n llwyr"),
    Choice(0, 2, "I agree, apart from a small point", "Rwy’n cytuno, ar wahân i un pwynt bach"),
    Choice(0, 3, "I support it, with reservations", "Rwy’n ei gefnogi, gydag amheuon"),
    Choice(0, 4, "I have no view, and go with the group", "Nid oes gennyf farn, ac rwy’n dilyn y grŵp"),
    Choice(0, 5, "I need more discussion first", "Mae angen rhagor o drafod arnaf yn gyntaf"),
    Choice(
        0,
        6,
        "I do not like it, but will not hold the group up",
        "Nid wyf yn ei hoffi, ond ni fyddaf yn dal y grŵp yn ôl",
    ),
    Choice(0, 7, "I seriously disagree", "Rwy’n anghytuno’n gryf"),
    Choice(0, 8, "I veto it", "Rwy’n rhoi feto arno", "block"),
)


VOTE_TYPE = scales.scale(
    name="gradients",
    order=7,
    title=N_("Gradients of agreement"),
    summary=N_("Eight levels, from wholehearted endorsement to veto."),
    levels=LEVELS,
    threshold=4,
)
