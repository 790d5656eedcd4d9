"""What is wrong with a vote as it is written."""

from app.errors.words import N_, Words

WORDS: Words = {
    "vote_type_unknown": (422, N_("There is no such type of vote. Load the page again.")),
    "bad_share": (422, N_("A threshold is more than 0 %% and at most 100 %%.")),
    "too_few_options": (422, N_("A vote needs at least %(least)s options.")),
    "too_many_options": (422, N_("A vote can have at most %(most)s options.")),
    "same_option_twice": (422, N_("Two options have the same words. Make them different.")),
    "question_missing": (422, N_("Write the question.")),
    "nothing_to_rate": (422, N_("Write at least one proposal or case.")),
    "english_missing": (422, N_("Write it in English too.")),
    "too_few_criteria": (422, N_("A grid needs at least one criterion.")),
    "too_many_criteria": (422, N_("A grid can have at most %(most)s criteria.")),
    "setting_outside": (422, N_("How many each person has must be from %(lowest)s to %(highest)s.")),
    "per_option_above_most": (
        422,
        N_("Nobody can put %(per_option)s on one option when each has %(most)s. Lower the first number."),
    ),
    "budget_unspendable": (
        422,
        N_(
            "With at most %(per_option)s on one option nobody can give out all %(most)s. "
            "Raise the one or lower the other."
        ),
    ),
    "levels_missing": (422, N_("This scale has %(levels)s levels. Give each of them words.")),
    "threshold_outside": (
        422,
        N_("Choose the last level that counts as support: from 1 to %(highest)s."),
    ),
    "bad_closing": (
        422,
        N_("Write whole minutes from 1 to %(most)s, or nothing to close the vote by hand."),
    ),
    "bad_decimals": (422, N_("An estimate has from 0 to %(most)s decimals.")),
    "bounds_reversed": (422, N_("The lowest answer allowed must be below the highest.")),
    "bad_most": (422, N_("The most is a number from 1 to %(most)s, as there are %(most)s options.")),
    "bad_least": (422, N_("The least is a number from 1 to %(most)s, which is the most.")),
}
