"""Does our multiple choice count as abcvoting (Lackner and others) counts approvals?"""

import random
from collections import Counter

from abcvoting.preferences import Profile
from abcvoting.scores import thiele_score

from app.domain.votes.types import multiple
from app.domain.votes.types.question import Choice, Question
from app.domain.votes.types.result import Counted


def test_options_have_as_many_ballots_as_approvals() -> None:
    for seed in range(100):
        chance = random.Random(seed)
        options = chance.randint(2, 12)
        ballots = [
            sorted(chance.sample(range(options), chance.randint(1, options)))
            for _ in range(chance.randint(1, 80))
        ]
        oracle = Profile(options)
        oracle.add_voters(ballots)
        question = Question(
            "multiple", [Choice(i, i + 1, f"Option {i + 1}") for i in range(options)], least=1
        )
        given = [multiple.read(question, {f"pick_{i}": "1" for i in ballot}) for ballot in ballots]
        answers = Counter(answer for each in given for answer in each)
        found = multiple.result(question, [Counted(*pair) for pair in answers.items()], len(ballots))
        assert [count.n for count in found.counts] == [
            thiele_score("av", oracle, [option]) for option in range(options)
        ], seed
        best = max(range(options), key=lambda option: thiele_score("av", oracle, [option]))
        assert found.ranking[0].n == thiele_score("av", oracle, [best])
