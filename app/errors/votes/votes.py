"""What a vote cannot become: its life, its rounds, its secrecy, and what follows after the day."""

from app.errors.words import N_, Words

WORDS: Words = {
    "vote_not_open": (409, N_("This vote is not open yet.")),
    "vote_closed": (409, N_("This vote closed at %(at)s, so your answer was not taken.")),
    "vote_over": (409, N_("This vote closed at %(at)s. A facilitator can open it again.")),
    "vote_by_hand": (409, N_("There is time: this vote does not close by itself.")),
    "vote_not_closed": (409, N_("Close the vote first.")),
    "vote_not_revealed": (409, N_("Show the result first; a final vote stays as the room saw it.")),
    "vote_final": (409, N_("This vote is final and cannot be opened again.")),
    "vote_not_draft": (
        409,
        N_(
            "This vote has been opened, so its wording stays as people answered it. Write a new vote instead."
        ),
    ),
    "repeat_unlike": (
        422,
        N_(
            "A vote that asks another one again keeps its type and its answers. Change that one, or make a "
            "copy of its own."
        ),
    ),
    "repeat_opened": (
        409,
        N_(
            "This question has been asked again in a vote that has been opened, so it stays as it was asked "
            "there. Make a copy of its own."
        ),
    ),
    "asked_again": (
        409,
        N_("This has been asked again already. Use that vote, or remove it first if it is still a draft."),
    ),
    "tie_settled": (
        409,
        N_(
            "It was settled before the vote that a tie is not run off. Write a new vote if the room wants it."
        ),
    ),
    "no_tie": (409, N_("Nothing is tied here, so there is nothing to run off.")),
    "which_tie": (409, N_("There are several ties. Say which one the run-off is for.")),
    "shift_hidden": (
        409,
        N_("Who moved where is told once the question has been asked twice and both results are shown."),
    ),
    "pair_open": (
        409,
        N_(
            "The question it is compared with is open again; the pairs would be lost. Show that result first."
        ),
    ),
    "pair_final": (
        409,
        N_(
            "The question it is compared with is final and who moved where is counted, so this one cannot be "
            "opened again."
        ),
    ),
    "pairs_wanted": (
        409,
        N_(
            "Its closing question has not been shown yet; the pairs would be lost. Show that result first,"
            " or remove the question if it is still a draft."
        ),
    ),
    "secrecy_final": (409, N_("This vote is final; who can see what stays as it is.")),
    "secrecy_loosened": (
        409,
        N_("People were told how secret this vote is, so it can only become more secret. Write a new vote."),
    ),
    "traces_left": (
        503,
        N_(
            "The vote is final and its key destroyed, but old copies could not be cleared from the"
            " database’s files yet. The server tries again by itself, every minute."
        ),
    ),
    "receipts_hidden": (409, N_("The list of receipts comes with the result, when everyone sees it.")),
    "breakdown_secret": (409, N_("This vote is secret: its answers say neither table nor sector nor role.")),
    "breakdown_of_type": (409, N_("Only votes with one answer each can be broken down.")),
    "breakdown_hidden": (409, N_("Groups can be compared once everyone has been shown the result.")),
    "breakdown_chosen": (
        409,
        N_("This result is already broken down by something else; both could give single answers away."),
    ),
    "not_a_commitment": (409, N_("Only what organisations answered by name can be confirmed later.")),
    "commitment_open": (409, N_("This vote is not closed; it is answered in the room.")),
    "not_your_commitment": (
        403,
        N_("The link is for who answered for your organisation or speaks for it. Ask them."),
    ),
    "confirm_link_expired": (
        410,
        N_(
            "The time to confirm is over, and what your organisation said stands. Ask the organiser for a new"
            " link."
        ),
    ),
    "confirm_link_revoked": (
        410,
        N_(
            "This link has been taken back, and what your organisation said stands. Ask the organiser for a"
            " new one."
        ),
    ),
    "bad_expiry": (422, N_("Choose a last day from today on, at most a year ahead.")),
}
