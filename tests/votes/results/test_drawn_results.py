"""How each type of vote looks: its four templates, in both languages, for nobody, one and many."""

import re
from collections import Counter
from html import unescape
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from app.domain.votes import decisions
from app.domain.votes.decisions import Share
from app.domain.votes.results.tallies import Tally
from app.domain.votes.types import registry
from app.domain.votes.types.question import AnswerValue, Choice, Question
from app.domain.votes.types.result import Counted
from app.settings import ROOT
from app.web.language import drawn_for
from app.web.templating import fragment

FACES = ("ballot", "projector", "console", "record")
RESULTS = FACES[1:]
SPEAKS = ("en", "cy")
LABELS = ("Partnership", "Public voice", "Decisions", "Communication", "Best practice")
CRITERIA = ("Respect", "Resources", "Tangible benefits")
SETTINGS: dict[str, dict[str, Any]] = {
    "multiple": {"least": 1, "most": 3},
    "dots": {"most": 3},
    "points": {"most": 100},
    "rank": {"least": 1, "most": 3},
    "gradients": {"threshold": 4},
    "comfort": {"threshold": 3},
    "estimate": {"lowest": 0, "decimals": 1},
}


def question_of(kind: str, labels: tuple[str, ...] = LABELS) -> Question:
    """A vote of this type as it might be asked."""
    vote_type = registry.type_of(kind)
    words = {"free": [Choice(0, n, label) for n, label in enumerate(labels, 1)], "none": []}
    options = words.get(vote_type.options, list(vote_type.levels))
    criteria = (
        [Choice(100 + n, n, label) for n, label in enumerate(CRITERIA, 1)] if vote_type.criteria else []
    )
    return Question(
        kind, [each._replace(id=n) for n, each in enumerate(options, 1)], criteria, **SETTINGS.get(kind, {})
    )


def vote_of(kind: str, **values: Any) -> Any:
    """The columns of a vote that templates read."""
    columns = {
        "id": 12, "type": kind, "version": 1, "state": "revealed", "unit": "people", "secrecy": "anonymous",
        "question_en": "How do we go on?", "question_cy": "Sut awn ni ymlaen?", "measure_en": "minutes",
        "measure_cy": "munud", "decimals": SETTINGS.get(kind, {}).get("decimals", 0), "rule": "none",
        "rule_part": None, "rule_whole": None, "abstentions": "left out", "ties": "keep", "lot_seed": "",
        "shuffled": False, "reasons": False, "receipts": False,
    }  # fmt: skip
    return SimpleNamespace(**{**columns, **values})


def form_of(question: Question, chance: Random) -> dict[str, str]:
    """A form somebody might send."""
    options = [str(option.id) for option in question.options]
    some = chance.sample(options, min(3, len(options)))
    forms = {
        "multiple": {f"pick_{option}": "1" for option in some[:2]},
        "dots": {f"n_{option}": "1" for option in some},
        "points": {f"n_{option}": n for option, n in zip(some, ("50", "30", "20"), strict=False)},
        "rank": {f"place_{place}": option for place, option in enumerate(some, 1)},
        "grid": {
            f"rate_{option}_{criterion.id}": chance.choice(["1", "2", "4", "5", "dk"])
            for option in options
            for criterion in question.criteria
        },
        "estimate": {"value": f"{chance.randint(0, 400) / 10}"},
        "text": {"text": "Because people asked for it"},
    }
    return forms.get(question.type) or {"option": chance.choice(options)}


def ballots_of(question: Question, n: int) -> list[list[AnswerValue]]:
    """So many ballots, each read from a form as the server reads them."""
    chance = Random(7)
    return [registry.type_of(question.type).read(question, form_of(question, chance)) for _ in range(n)]


def tally_of(question: Question, ballots: list[list[AnswerValue]], **values: Any) -> Tally:
    """What these ballots come to."""
    if registry.type_of(question.type).by == "ballots":
        counted: list[Any] = list(Counter(map(tuple, ballots)).items())
    else:
        answers = Counter(given._replace(text=None) for ballot in ballots for given in ballot)
        counted = [Counted(given, n) for given, n in answers.items()]
    vote = vote_of(question.type, **values)
    found = registry.type_of(question.type).result(question, counted, len(ballots))
    weighed = found.decision_counts()
    share = Share(vote.rule_part, vote.rule_whole) if vote.rule_part else None
    counts = () if question.takes_sides else found.option_counts()
    decision = decisions.decide(vote.rule, share, vote.abstentions, weighed, counts) if weighed else None
    return Tally(vote, question, len(ballots), 0, 0, 60, found, decision)


def result(tally: Tally, screen: str, language: str = "en") -> str:
    """The result as this screen shows it."""
    with drawn_for(language):
        return fragment("votes/results/_result.html", tally=tally, screen=screen)


def ballot(
    question: Question, given: list[AnswerValue], language: str = "en", prefix: str = "", **values: Any
) -> str:
    """The fields of the form."""
    vote, fields = vote_of(question.type, **values), f"votes/types/{question.type}/ballot.html"
    with drawn_for(language):
        return fragment(
            fields, question=question, answers=given, vote=vote, ordered=question.options, prefix=prefix
        )


@pytest.mark.parametrize("kind", registry.names())
def test_every_type_has_its_four_templates_each_saying_what_it_shows(kind: str) -> None:
    folder = ROOT / "templates" / "votes" / "types" / kind
    for face in FACES:
        source = (folder / f"{face}.html").read_text()
        assert re.match(r"\{#- \S[^#]*[.?] -#\}\n", source), f"{kind}/{face}.html has no first line"
        assert not re.search(r"<form\b|<dialog\b|\sid=\"mine\"", source)


@pytest.mark.parametrize("kind", registry.names())
def test_every_type_is_drawn_for_nobody_one_and_many(kind: str) -> None:
    question = question_of(kind)
    for n in (0, 1, 40):
        tally = tally_of(question, ballots_of(question, n))
        for language in SPEAKS:
            for screen in (*RESULTS, "phone", "preview"):
                html = result(tally, screen, language)
                assert read(html), f"{kind} says nothing on {screen}"
                assert obeys_the_policy(html)
            assert f"{n} {'o' if language == 'cy' else 'of'} 60" in read(result(tally, "projector", language))


@pytest.mark.parametrize("kind", [name for name in registry.names() if name != "text"])
def test_a_result_is_a_table_too(kind: str) -> None:
    """R112: what is charted can be read as figures in rows and columns, on every screen and in the record."""
    tally = tally_of(question_of(kind), ballots_of(question_of(kind), 40))
    for screen in (*RESULTS, "phone"):
        for language in SPEAKS:
            html = result(tally, screen, language)
            assert re.search(r'<table|role="table"', html), (screen, language)
            assert len(re.findall(r'(?:<td[^>]*|role="cell")>\s*\d', html)) >= 3, (screen, language)


@pytest.mark.parametrize("kind", registry.names())
def test_what_a_ballot_sends_is_what_it_shows_again(kind: str) -> None:
    """Drawn again, a ballot is filled in as it was given: sending it unchanged changes nothing."""
    question = question_of(kind)
    for given in ballots_of(question, 5):
        for language in SPEAKS:
            html = ballot(question, given, language)
            assert obeys_the_policy(html)
            assert registry.type_of(question.type).read(question, filled(html)) == given
    assert filled(ballot(question, [])).keys() <= filled(ballot(question, ballots_of(question, 1)[0])).keys()


@pytest.mark.parametrize("kind", registry.names())
def test_a_ballot_has_a_legend_and_every_field_a_label(kind: str) -> None:
    """R110; and two ballots on one page keep their ids apart."""
    html = ballot(question_of(kind), []) + ballot(question_of(kind), [], prefix="preview-")
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert html.count("<fieldset") == html.count("<legend")
    for field in re.findall(r"<(?:input|select|textarea)\b[^>]*>", html):
        named = re.search(r'\bid="([^"]+)"', field)
        within = html[: html.index(field)].rfind("<label") > html[: html.index(field)].rfind("</label")
        assert within or (named and f'for="{named[1]}"' in html), field
    for told in re.findall(r'aria-describedby="([^"]+)"', html):
        assert set(told.split()) <= set(ids), told


@pytest.mark.parametrize("kind", registry.names())
def test_labels_are_shown_as_they_were_written(kind: str) -> None:
    """Whoever writes an option writes text, not HTML."""
    evil = tuple(f'<script>alert("{n}")</script>' for n in range(1, 6))
    question = question_of(kind, evil)
    answered = ballots_of(question, 3)
    tally = tally_of(question, answered, question_en=evil[0], measure_en=evil[1])
    shown = [result(tally, screen) for screen in RESULTS]
    shown.append(ballot(question, answered[0], question_en=evil[0], measure_en=evil[1]))
    for html in shown:
        assert "<script" not in html
        assert obeys_the_policy(html)


def test_a_type_without_words_of_its_own_for_how_it_is_answered_needs_none() -> None:
    with drawn_for("en"):
        for kind in registry.names():
            html = fragment(
                "votes/types/_stage.html", question=question_of(kind), vote=vote_of(kind), screen="projector"
            )
            assert obeys_the_policy(html)
            assert ("stage__how" in html) == (
                ROOT / f"templates/votes/types/{kind}/how_to_answer.html"
            ).exists()


SHARE = {"rule": "share", "rule_part": 8000, "rule_whole": 10_000}
TWO_THIRDS = {"rule": "share", "rule_part": 2, "rule_whole": 3, "abstentions": "counted"}
TWICE = {"rule": "share", "rule_part": 6667, "rule_whole": 10_000, "abstentions": "counted"}
DECISIONS = [
    (
        SHARE,  # 35 of 44 are 79.5 %, which is not at least 80 %
        "y" * 35 + "n" * 9 + "a" * 4,
        "Not met Needs at least 80 % of those for or against: 36 of 44."
        " In favour: 35. Abstained, and left out: 4.",
    ),
    (
        TWO_THIRDS,
        "yyya",
        "Met Needs at least two thirds (66.7 %) of all answers: 3 of 4."
        " In favour: 3. Abstained, and counted among them: 1.",
    ),
    (TWO_THIRDS, "yyn", "Met Needs at least two thirds (66.7 %) of all answers: 2 of 3. In favour: 2."),
    (TWICE, "yyn", "Not met Needs at least 66.67 % of all answers: 3 of 3. In favour: 2."),
    (
        {"rule": "majority"},
        "yn",
        "Not met Needs more than half of those for or against: 2 of 2. In favour: 1.",
    ),
    (
        {"rule": "majority"},
        "",
        "Not met Decided by more than half of those for or against. Nobody has answered.",
    ),
    ({"rule": "consent"}, "yyn", "Not met Needs that nobody objects. 1 objects."),
    ({"rule": "consent"}, "yya", "Met Needs that nobody objects. Nobody objects."),
    ({"rule": "consent"}, "", "Not met Needs that nobody objects. Nobody has answered."),
]


@pytest.mark.parametrize(("rule", "answers", "words"), DECISIONS)
def test_a_decision_is_said_in_exact_numbers(rule: dict, answers: str, words: str) -> None:
    """R53, R54: the rule and how abstentions count are printed with the result."""
    question = question_of("yes_no")
    ballots = [[AnswerValue("yna".index(answer) + 1)] for answer in answers]
    for screen in RESULTS:
        assert words in read(result(tally_of(question, ballots, **rule), screen))


@pytest.mark.parametrize(
    ("kind", "rule", "words"),
    [
        ("single", "majority", "Decided by more than half of all answers on one option."),
        ("multiple", "share", "Decided by at least 66.67 % of all answers on one option."),
        ("single", "consent", "Decided by consent: everyone has to choose the same option."),
        ("yes_no", "majority", "Decided by more than half of those for or against."),
        ("yes_no", "consent", "Decided by consent: it goes ahead when nobody objects."),
    ],
)
def test_a_rule_speaks_of_for_and_against_only_where_there_is_such_a_thing(
    kind: str, rule: str, words: str
) -> None:
    """R53: the room reads before it answers what will be decided by."""
    share = {"rule_part": 6667, "rule_whole": 10_000} if rule == "share" else {}
    drawn = fragment(
        "votes/results/_rule.html", vote=vote_of(kind, rule=rule, **share), question=question_of(kind)
    )
    assert words in " ".join(drawn.split())


def test_the_line_stands_after_the_last_level_that_counts_as_support() -> None:
    """R61: and the middle is never without the distribution."""
    question = question_of("comfort")
    ballots = [[AnswerValue(level)] for level in (1, 1, 2, 3, 4, 5)]
    for screen in RESULTS:
        shown = read(result(tally_of(question, ballots), screen))
        labels = [option.label_en for option in question.options]
        middle = "In the middle: between “I back it, with small changes” and “I can accept it”."
        line = (
            "All above the line (the threshold of support)" if screen == "record" else "All above this line"
        )
        lines = [*labels[:3], f"{line} 4 of 6 66.7 %", *labels[3:], middle]
        order = [shown.index(text) for text in lines]
        assert order == sorted(order)
        assert "1 blocks it." in shown


def test_a_tie_is_shown_as_a_tie_with_what_becomes_of_it() -> None:
    """R52: tied options share their places, and what settles them was settled before."""
    question = question_of("dots")
    ballots = [[AnswerValue(option, value=1)] for option in (1, 2, 2, 3, 3)]
    for screen in RESULTS:
        shown = read(result(tally_of(question, ballots, ties="lot", lot_seed="3f9a"), screen))
        assert shown.count("1–2 tie") == 2
        assert "3 Partnership" in shown
        assert "A tie is broken by lot, as settled before the vote." in shown
        assert "“3f9a”" in shown


def test_the_score_of_a_proposal_is_never_without_its_weakest_criterion() -> None:
    """And where opinions are far apart, a word says so besides the sign."""
    question = question_of("grid", LABELS[:2])
    ballots = [
        [AnswerValue(1, 101, rating), AnswerValue(1, 102, 5), AnswerValue(1, 103, None)]
        for rating in (1, 5, 1, 5)
    ]
    tally = tally_of(question, ballots)
    for screen in RESULTS:
        shown = read(result(tally, screen))
        assert "No score: not every criterion was rated. 0 to 4 rated weakest: 50.0 %, Respect" in shown
    tally = tally_of(question, [[*given[:2], AnswerValue(1, 103, 4)] for given in ballots])
    for screen in RESULTS:
        shown = read(result(tally, screen))
        assert "Acceptable: 83.3 % 4 rated weakest: 50.0 %, Respect" in shown
        assert "far apart" in shown
        assert "mean over the criteria" in shown


def test_a_ranking_is_told_in_four_ways_each_in_a_sentence() -> None:
    """The projector has the essence, the console and the record have every round and every pair."""
    question = question_of("rank", LABELS[:3])
    orders = [(1, 2)] * 4 + [(2, 3)] * 3 + [(3, 2)] * 2
    tally = tally_of(question, [[AnswerValue(option) for option in order] for order in orders])
    shown = {screen: read(result(tally, screen)) for screen in RESULTS}
    assert "Public voice Each against each Points 12 Instant run-off" in shown["projector"]
    assert "Partnership First choices 4 of 9" in shown["projector"]
    assert "Round 2" not in shown["projector"]
    for screen in ("console", "record"):
        assert "First choices Partnership Put first by most: 4 of 9." in shown[screen]
        assert "Each against each Public voice Against each other option" in shown[screen]
        assert "Instant run-off Public voice" in shown[screen]
        assert ("Points for places (Borda count)" in shown[screen]) == (screen == "record")
        assert "Best practice" not in shown[screen]
        assert "Decisions leaves 2 22.2 % It has the fewest ballots, so it leaves." in shown[screen]
        assert "Public voice wins 5 55.6 %" in shown[screen]


def test_a_ranking_in_which_all_four_ways_agree_says_so_once_and_a_tie_keeps_its_options_apart() -> None:
    """Options may have commas: tied ones stand in quotes."""
    question = question_of("rank", ("Plain words, real cases", "Answers, in time", "Money"))
    alike = read(result(tally_of(question, [[AnswerValue(1), AnswerValue(2)]] * 3), "projector"))
    first = "Plain words, real cases First in all four ways of counting"
    assert f"{first} First choices 3 of 3 Each against each Points 6 Instant run-off Points: 2 for" in alike
    tied = tally_of(question, [[AnswerValue(1), AnswerValue(2)], [AnswerValue(2), AnswerValue(1)]])
    for screen in RESULTS:
        assert "Tie: “Plain words, real cases” · “Answers, in time”" in read(result(tied, screen))
    nobody = read(result(tally_of(question, []), "projector"))
    assert "Nobody has answered." in nobody
    assert "all four ways" not in nobody


def test_what_people_wrote_is_no_part_of_a_result() -> None:
    """It is on the wall, where a facilitator can hide it."""
    question = question_of("text")
    ballots = ballots_of(question, 3)
    for screen in (*RESULTS, "phone", "preview"):
        shown = read(result(tally_of(question, ballots), screen))
        assert "3 answers." in shown
        assert str(ballots[0][0].text) not in shown


def read(html: str) -> str:
    """What a person reads of it."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def obeys_the_policy(html: str) -> bool:
    """No style, script or handler within the page."""
    return not re.search(r"<(script|style|iframe|object)\b|\s(style|on\w+)=", html)


def filled(html: str) -> dict[str, str]:
    """What a browser would send of these fields."""
    sent = {}
    for field in re.findall(r"<input\b[^>]*>", html):
        value = dict(re.findall(r'(\w+)="([^"]*)"', field))
        if value.get("type") in ("radio", "checkbox") and not re.search(r"\bchecked\b", field):
            continue
        sent[value["name"]] = value.get("value", "on")
    for name, text in re.findall(r'<textarea\b[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', html, re.S):
        sent[name] = text.strip()
    for name, options in re.findall(r'<select\b[^>]*name="(\w+)"[^>]*>(.*?)</select>', html, re.S):
        chosen = re.findall(r'<option value="(\d*)"[^>]* selected', options)
        sent[name] = chosen[0] if chosen else ""
    return sent
