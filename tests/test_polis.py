"""Two real conversations replayed: whoever changed their mind is counted as they ended."""

import csv
import http.client
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlmodel import Session, col, select

from app.domain import participants, votes
from app.domain.who import Who
from app.models import Answer, Ballot, Option, Vote

DATA = Path(__file__).parent / "data/polis"
SAID = {"1": "Agree", "0": "Pass", "-1": "Disagree"}


def rows(conversation: str, name: str) -> list[dict[str, str]]:
    with (DATA / conversation / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Voter:
    """A participant; all share one connection, which the server would close if it were theirs alone."""

    def __init__(self, room, number: str, connection: http.client.HTTPConnection) -> None:
        guest = Who(room.id, room.code, "guest")
        joined = room.write(participants.join, guest, f"Voter {number}", "", None, "en")
        self.id, self.address = joined.participant_id, f"/{room.code}/votes"
        self.connection = connection
        self.headers = {
            "Cookie": f"me={joined.personal}.{joined.device}",
            "Content-Type": "application/x-www-form-urlencoded",
            "HX-Request": "true",
            "Origin": room.base_url,
        }

    def cast(self, vote: int, option: int, sequence: int) -> None:
        body = urlencode({"option": option, "key": f"{vote}-{sequence}", "sequence": sequence})
        self.connection.request("POST", f"{self.address}/{vote}/ballot", body, self.headers)
        answer = self.connection.getresponse()
        said = answer.read()
        assert answer.status == 200, said[:500]


@pytest.mark.parametrize("conversation", ["london.youth.policing", "brexit-consensus"])
def test_a_replayed_conversation_leaves_each_persons_last_vote(room, conversation) -> None:
    """R47: every row of votes.csv in time order, over HTTP, as a ballot agree / pass / disagree."""
    cast = sorted(rows(conversation, "votes"), key=lambda row: int(row["timestamp"]))
    shared = http.client.HTTPConnection(room.base_url.removeprefix("http://"), timeout=30)
    voters = {number: Voter(room, number, shared) for number in {row["voter-id"] for row in cast}}
    room.go_to(3)
    statements, options = {}, {}
    for comment in {row["comment-id"] for row in cast}:
        vote = room.new_vote(
            3,
            question_en=f"Statement {comment}",
            type="yes_no",
            level_en_1="Agree",
            level_en_2="Disagree",
            level_en_3="Pass",
        )
        room.write(votes.open, room.who, vote.id)
        statements[comment] = vote.id
        for option in room.read(_options, vote.id):
            options[vote.id, option.label_en] = option.id
    for row in cast:
        vote = statements[row["comment-id"]]
        voters[row["voter-id"]].cast(vote, options[vote, SAID[row["vote"]]], int(row["timestamp"]))

    shared.close()

    stored = room.read(_stored, room.id)
    numbers = {voter.id: number for number, voter in voters.items()}
    comments = {vote: comment for comment, vote in statements.items()}
    found = {(numbers[person], comments[vote]): label for person, vote, label in stored}
    assert len(found) == len(stored), "one ballot per person and statement"
    truth = {
        (row["participant"], comment): SAID[row[comment]]
        for row in rows(conversation, "participants-votes")
        for comment in statements
        if row.get(comment)
    }
    assert found == truth


def _options(session: Session, vote_id: int) -> list[Option]:
    return list(session.exec(select(Option).where(Option.vote_id == vote_id)))


def _stored(session: Session, workshop_id: int) -> list[tuple[int, int, str]]:
    query = (
        select(Ballot.voter_id, Ballot.vote_id, Option.label_en)
        .join(Answer, col(Answer.ballot_id) == Ballot.id)
        .join(Option, col(Option.id) == Answer.option_id)
        .join(Vote, col(Vote.id) == Ballot.vote_id)
        .where(Vote.workshop_id == workshop_id)
    )
    return list(session.exec(query))
