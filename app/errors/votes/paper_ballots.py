"""Why paper is not taken: ballots typed in, and count sheets."""

from app.errors.words import N_, Words

WORDS: Words = {
    "paper_for_whom": (
        422,
        N_("Type the personal code, or the number of an anonymous ballot: one of the two, not both."),
    ),
    "paper_code_unknown": (
        404,
        N_("Nobody in this workshop has this code. Check each character and try again."),
    ),
    "paper_left": (409, N_("The person with this code has left the workshop, so this paper does not count.")),
    "paper_not_in_electorate": (
        409,
        N_(
            "The person with this code joined after the vote had opened. Let the late answer, then try again."
        ),
    ),
    "paper_which_organisation": (
        422,
        N_("Choose the organisation; only those on the list may answer this vote."),
    ),
    "paper_needs_code": (
        409,
        N_("In this vote names stand beside the answers, so each paper needs a personal code."),
    ),
    "serial_used": (
        409,
        N_("Ballot number %(serial)s has been entered already. Check the number; each ballot needs its own."),
    ),
    "paper_too_late": (
        409,
        N_(
            "The result has been shown, so no more paper is taken. Open the vote again first if it has to be."
        ),
    ),
    "paper_final": (409, N_("This vote is final; nothing can be added or taken away.")),
    "paper_above_electorate": (
        409,
        N_(
            "%(electorate)s may answer and %(taken)s answers are in, so %(more)s more cannot be right. "
            "Look through the paper entered so far."
        ),
    ),
    "paper_on_sheet": (
        409,
        N_(
            "The count sheet of table %(table)s has %(ballots)s ballots, so nobody there is left to answer. "
            "Enter the sheet again without this ballot first."
        ),
    ),
    "sheet_not_here": (
        409,
        N_("A count sheet does not fit this vote. Enter each paper ballot by itself."),
    ),
    "sheet_empty": (422, N_("Write how many ballots the sheet counts.")),
    "sheet_which_table": (422, N_("Choose the table whose ballots these are.")),
    "sheet_exactly": (
        422,
        N_("The lines come to %(total)s; with %(ballots)s ballots they must come to %(most)s. Count again."),
    ),
    "sheet_between": (
        422,
        N_(
            "The lines come to %(total)s; with %(ballots)s ballots they come to at least %(least)s and at "
            "most %(most)s. Count again."
        ),
    ),
    "sheet_line": (
        422,
        N_("One line has %(n)s; with %(ballots)s ballots a line can have at most %(most)s. Count again."),
    ),
    "sheet_above_table": (
        409,
        N_(
            "At table %(table)s, the number of those who may answer and have not done so otherwise is "
            "%(unheard)s. A sheet of %(ballots)s ballots cannot be right."
        ),
    ),
}
