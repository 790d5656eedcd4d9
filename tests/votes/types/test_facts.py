"""Does the record get every number of a result, and a tie every option that is in it?"""

from typing import Any

import pytest

from app.domain.votes.types import scales
from app.domain.votes.types.question import Choice, Form, Question
from app.domain.votes.types.result import Fact, Result
from app.domain.votes.types.vote_type import VoteType
from tests.cast.questions import criteria, options, question_of, refusal, tally


def facts(question: Question, *forms: Form) -> list[Fact]:
    return list(tally(question, forms).facts())


def test_the_record_of_choices() -> None:
    """Numbers and shares of each option, abstentions too; of nobody, no shares."""
    forms = [{"option": "11"}, {"option": "11"}, {"option": "13"}]
    recorded = [
        Fact("n", "2", 11, n=3), Fact("share_percent", "66.7", 11, n=3),
        Fact("n", "0", 12, n=3), Fact("share_percent", "0.0", 12, n=3),
        Fact("n", "1", 13, n=3), Fact("share_percent", "33.3", 13, n=3),
    ]  # fmt: skip
    assert facts(question_of("single", options=options(3)), *forms) == recorded
    assert facts(question_of("yes_no"), *forms) == recorded
    assert facts(question_of("yes_no")) == [Fact("n", "0", number, n=0) for number in (11, 12, 13)]


def test_the_record_of_multiple_choices() -> None:
    """Shares of the ballots, and the places that equal options share."""
    forms = [{"pick_11": "1", "pick_12": "1"}, {"pick_11": "1"}, {"pick_12": "1"}]
    assert facts(question_of("multiple", options=options(3)), *forms) == [
        Fact("n", "2", 11, n=3), Fact("share_percent", "66.7", 11, n=3),
        Fact("n", "2", 12, n=3), Fact("share_percent", "66.7", 12, n=3),
        Fact("n", "0", 13, n=3), Fact("share_percent", "0.0", 13, n=3),
        Fact("first_place", "1", 11, n=3), Fact("last_place", "2", 11, n=3),
        Fact("first_place", "1", 12, n=3), Fact("last_place", "2", 12, n=3),
        Fact("first_place", "3", 13, n=3), Fact("last_place", "3", 13, n=3),
    ]  # fmt: skip


def test_the_record_of_dots() -> None:
    """The dots, not their shares; how many gave some; and places where anybody answered."""
    question = question_of("dots", options=options(2))
    assert facts(question, {"n_12": "3"}, {"n_11": "1", "n_12": "1"}) == [
        Fact("dots", "1", 11, n=2), Fact("backers", "1", 11, n=2),
        Fact("dots", "4", 12, n=2), Fact("backers", "2", 12, n=2),
        Fact("first_place", "1", 12, n=2), Fact("last_place", "1", 12, n=2),
        Fact("first_place", "2", 11, n=2), Fact("last_place", "2", 11, n=2),
    ]  # fmt: skip
    assert facts(question) == [
        Fact("dots", "0", 11, n=0), Fact("backers", "0", 11, n=0),
        Fact("dots", "0", 12, n=0), Fact("backers", "0", 12, n=0),
    ]  # fmt: skip


def test_the_record_of_points() -> None:
    """R54: means of all ballots, to four decimals."""
    question = question_of("points", most=10, options=options(2))
    assert facts(question, {"n_11": "10"}, {"n_11": "3", "n_12": "7"}, {"n_11": "3", "n_12": "7"}) == [
        Fact("points", "16", 11, n=3), Fact("backers", "3", 11, n=3), Fact("mean_points", "5.3333", 11, n=3),
        Fact("points", "14", 12, n=3), Fact("backers", "2", 12, n=3), Fact("mean_points", "4.6667", 12, n=3),
        Fact("first_place", "1", 11, n=3), Fact("last_place", "1", 11, n=3),
        Fact("first_place", "2", 12, n=3), Fact("last_place", "2", 12, n=3),
    ]  # fmt: skip
    assert facts(question) == [
        Fact("points", "0", 11, n=0), Fact("backers", "0", 11, n=0),
        Fact("points", "0", 12, n=0), Fact("backers", "0", 12, n=0),
    ]  # fmt: skip


def test_the_record_of_a_ranking() -> None:
    """All four ways of looking at it."""
    first, second = ({"place_1": "11", "place_2": "12"}, {"place_1": "12"})
    assert facts(question_of("rank", options=options(2)), first, first, second) == [
        Fact("first_choices", "2", 11, n=3), Fact("first_choices", "1", 12, n=3),
        Fact("preferred_to", "2", 11, level="Option 2", n=3),
        Fact("preferred_to", "1", 12, level="Option 1", n=3),
        Fact("condorcet_winner", "1", 11, n=3),
        Fact("borda_points", "2", 11, n=3),
        Fact("borda_first_place", "1", 11), Fact("borda_last_place", "1", 11),
        Fact("borda_points", "1", 12, n=3),
        Fact("borda_first_place", "2", 12), Fact("borda_last_place", "2", 12),
        Fact("run_off", "2", 11, level="round 1", n=3), Fact("run_off", "1", 12, level="round 1", n=3),
        Fact("run_off_winner", "1", 11),
    ]  # fmt: skip


def test_the_record_of_a_tied_ranking() -> None:
    """R52: nobody beats everybody, places are shared, and the run-off ends tied."""
    assert facts(question_of("rank", options=options(2)), {"place_1": "11"}, {"place_1": "12"})[4:] == [
        Fact("borda_points", "1", 11, n=2),
        Fact("borda_first_place", "1", 11), Fact("borda_last_place", "2", 11),
        Fact("borda_points", "1", 12, n=2),
        Fact("borda_first_place", "1", 12), Fact("borda_last_place", "2", 12),
        Fact("run_off", "1", 11, level="round 1", n=2), Fact("run_off", "1", 12, level="round 1", n=2),
        Fact("run_off_tied", "1", 11), Fact("run_off_tied", "1", 12),
    ]  # fmt: skip


def test_the_record_of_a_rating() -> None:
    """R62: how ratings are spread, and how acceptable the proposal is, with its weakest criterion."""
    question = question_of("grid", options=options(1), criteria=criteria(2))
    forms = [{"rate_11_91": "1", "rate_11_92": "4"}, {"rate_11_91": "5", "rate_11_92": "dk"}]
    assert facts(question, *forms) == [
        *[Fact("n", n, 11, 91, str(rating), 2) for rating, n in enumerate("10001", 1)],
        Fact("dont_know", "0", 11, 91, n=2),
        Fact("median", "3", 11, 91, n=2), Fact("rated_4_or_5_percent", "50.0", 11, 91, n=2),
        Fact("spread", "1.00", 11, 91, n=2),
        *[Fact("n", n, 11, 92, str(rating), 1) for rating, n in enumerate("00010", 1)],
        Fact("dont_know", "1", 11, 92, n=2),
        Fact("median", "4", 11, 92, n=1), Fact("rated_4_or_5_percent", "100.0", 11, 92, n=1),
        Fact("acceptability_percent", "75", 11, n=3),
        Fact("weakest_percent", "50.0", 11, 91, n=2),
    ]  # fmt: skip
    thirds = facts(question, *[{"rate_11_91": n, "rate_11_92": n} for n in "551"])
    assert ("acceptability_percent", "66.6667") in [fact[:2] for fact in thirds]


def test_the_record_of_a_scale() -> None:
    """R62: support up to the line, blocks, the levels in the middle, and how far apart answers are."""
    forms = [{"option": "11"}, {"option": "11"}, {"option": "15"}, {"option": "15"}]
    found = facts(question_of("comfort"), *forms)
    assert found[:2] == [Fact("n", "2", 11, n=4), Fact("share_percent", "50.0", 11, n=4)]
    assert found[10:] == [
        Fact("support", "2", level="I can accept it", n=4),
        Fact("support_percent", "50.0", level="I can accept it", n=4),
        Fact("blocks", "2", n=4),
        Fact("median_level", "1", 11, n=4),
        Fact("median_level", "5", 15, n=4),
        Fact("spread", "1.00", n=4),
    ]
    assert facts(question_of("comfort"))[5:] == [
        Fact("support", "0", level="I can accept it", n=0),
        Fact("blocks", "0", n=0),
    ]


def test_the_record_of_estimates() -> None:
    assert facts(question_of("estimate"), {"value": "1"}, {"value": "2"}, {"value": "2"}) == [
        Fact("minimum", "1", n=3), Fact("lower_quartile", "1.5", n=3), Fact("median", "2", n=3),
        Fact("upper_quartile", "2", n=3), Fact("maximum", "2", n=3),
        Fact("n", "1", level="1", n=3), Fact("n", "2", level="2", n=3),
    ]  # fmt: skip


def test_the_record_of_texts_has_their_number_only() -> None:
    assert facts(question_of("text"), {"text": "yes"}, {"text": "no"}) == [Fact("answers", "2")]


@pytest.mark.parametrize(
    ("kind", "forms", "ties"),
    [
        ("single", [{"option": "13"}, {"option": "11"}], [(1, 2, [11, 13])]),
        ("single", [{"option": "13"}], []),
        ("single", [], []),
        ("yes_no", [{"option": "12"}, {"option": "11"}, {"option": "13"}], [(1, 2, [11, 12])]),
        ("yes_no", [{"option": "13"}], []),
        ("multiple", [{"pick_12": "1", "pick_11": "1"}], [(1, 2, [11, 12])]),  # nobody chose 13 and 14
        ("multiple", [{"pick_11": "1"}], []),
        ("dots", [{"n_14": "1", "n_13": "1", "n_12": "1"}, {"n_11": "2"}], [(2, 4, [12, 13, 14])]),
        ("dots", [{"n_11": "2", "n_12": "1"}, {"n_13": "2", "n_14": "1"}],
         [(1, 2, [11, 13]), (3, 4, [12, 14])]),
        ("points", [{"n_11": "50", "n_12": "50"}], [(1, 2, [11, 12])]),
        ("rank", [{"place_1": "12"}, {"place_1": "11"}], [(1, 2, [11, 12])]),
        ("rank", [{"place_1": "12"}], []),
        ("estimate", [{"value": "1"}, {"value": "2"}], []),
        ("comfort", [{"option": "11"}, {"option": "12"}], []),
    ],
)  # fmt: skip
def test_options_that_are_equal_are_a_tie(
    kind: str, forms: list[dict[str, str]], ties: list[tuple[int, int, list[int]]]
) -> None:
    """R52: for the places they share, and never for having been chosen by nobody."""
    found = tally(question_of(kind), forms).ties()
    assert [(tie.first, tie.last, [option.id for option in tie.options]) for tie in found] == ties


def test_each_type_counts_what_it_can_by_option() -> None:
    """What a decision rule is tried on."""
    for kind, form in (("single", {"option": "12"}), ("dots", {"n_12": "1"}), ("rank", {"place_1": "12"})):
        found = tally(question_of(kind, options=options(2)), [form]).option_counts()
        assert [(count.option.id, count.n) for count in found] == [(11, 0), (12, 1)]
    assert tally(question_of("estimate"), [{"value": "1"}]).option_counts() == ()


def test_a_result_says_nothing_of_itself() -> None:
    class Nothing(Result):
        def facts(self) -> list[Fact]:
            return []

    nothing = Nothing(3)
    assert (nothing.option_counts(), nothing.ties(), nothing.decision_counts()) == ((), (), None)


def test_a_result_without_facts_cannot_be_made() -> None:
    """The record has lines for every type."""
    with pytest.raises(TypeError, match="facts"):
        Result(3)


def test_options_and_criteria_are_found_by_their_ids() -> None:
    question = question_of("grid")
    assert question.option(12) is question.options[1]
    assert question.criterion(92) is question.criteria[1]
    for find, other in ((question.option, 92), (question.criterion, 12)):
        refused = refusal(find, other)
        assert (refused.code, refused.facts) == ("option_unknown", {})


def test_a_scale_is_a_type_of_its_own_words_and_line() -> None:
    """The line may be drawn elsewhere; the levels stay."""
    levels = [Choice(0, n, f"Level {n}") for n in (1, 2, 3)]
    made = scales.scale(name="mood", order=12, title="Mood", summary="How it is.", levels=levels, threshold=2)
    assert made == VoteType(
        name="mood", order=12, title="Mood", summary="How it is.", check=made.check, read=scales.read,
        result=scales.result, options="levels", levels=levels, fields=("threshold",),
        defaults={"threshold": 2}, decides=True, breakdown=True,
    )  # fmt: skip
    placed = [level._replace(id=level.position) for level in levels]
    made.check(Question("mood", options=placed, threshold=1))
    for given, code in (({"threshold": 3}, "threshold_outside"), ({"options": placed[:2]}, "levels_missing")):
        settings: dict[str, Any] = {"options": placed, "threshold": 1} | given
        assert refusal(made.check, Question("mood", **settings)).code == code
