"""Why something cannot be written on a wall, or done to one."""

from app.errors.words import N_, Words

WORDS: Words = {
    "wall_not_open": (409, N_("This wall is not open yet.")),
    "wall_closed": (409, N_("Writing closed at %(at)s, so your note was not taken.")),
    "wall_not_draft": (
        409,
        N_("People have been writing for this question, so it stays as it is. Write a new wall instead."),
    ),
    "wall_of_vote": (
        409,
        N_("This wall holds the answers to a vote and nothing else. Write a wall of its own for more notes."),
    ),
    "note_released": (409, N_("This note is on the wall already. Ask the facilitator if it should go.")),
}
