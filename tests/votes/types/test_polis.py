"""Two real conversations replayed: whoever changed their mind is counted as they ended."""

import csv
import http.client
from urllib.parse import urlencode

import pytest
from sqlmodel import Session, col, select

from app.domain.people import joining
from app.domain.votes.life import votes
from app.domain.who import Who
from app.models import Answer, Ballot, Option, Vote
from app.settings import ROOT
from tests.cast.databases import ALL
from tests.cast.patience import PATIENCE

DATA = ROOT / "tests/data/polis"
TOGETHER = 16
SAID = {"1": "Agree", "0": "Pass", "-1": "Disagree"}


def rows(conversation: str, name: str) -> list[dict[str, str]]:
    with (DATA / conversation / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Voter:
    """A participant; all share a few connections, which the server would close if they were theirs alone."""

    def __init__(self, room, number: str) -> None:
        guest = Who(room.id, room.code, "guest")
        joined = room.write(joining.join, guest, f"Voter {number}", "", None, "en")
        self.id, self.address = joined.participant_id, f"/{room.code}/votes"
        self.headers = {
            "Cookie": f"me={joined.personal_code}.{joined.device_token}",
            "Content-Type": "application/x-www-form-urlencoded",
            "HX-Request": "true",
            "Origin": room.base_url,
        }

    def cast(self, connection: http.client.HTTPConnection, vote: int, option: int, sequence: int) -> None:
        body = urlencode({"option": option, "key": f"{vote}-{sequence}", "sequence": sequence})
        connection.request("POST", f"{self.address}/{vote}/ballot", body, self.headers)


def received(connection: http.client.HTTPConnection) -> None:
    answer = connection.getresponse()
    said = answer.read()
    assert answer.status == 200, said[:500]


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("conversation", "people"), [("london.youth.policing", 26), ("brexit-consensus", 204 if ALL else 12)]
)
def test_a_replayed_conversation_leaves_each_persons_last_vote(room, conversation, people) -> None:
    """R47: every row of these people in votes.csv over HTTP, as a ballot agree / pass / disagree; a few are
    on their way at once, as from a room, and any of them may come first."""
    ended = rows(conversation, "participants-votes")[:people]
    assert len(ended) == people
    numbers = {row["participant"] for row in ended}
    cast = [row for row in rows(conversation, "votes") if row["voter-id"] in numbers]
    cast.sort(key=lambda row: int(row["timestamp"]))
    voters = {number: Voter(room, number) for number in {row["voter-id"] for row in cast}}
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
    where = room.base_url.removeprefix("http://")
    connections = [http.client.HTTPConnection(where, timeout=PATIENCE) for _ in range(TOGETHER)]
    for start in range(0, len(cast), TOGETHER):
        together = list(zip(connections, cast[start : start + TOGETHER], strict=False))
        for connection, row in together:
            vote = statements[row["comment-id"]]
            option = options[vote, SAID[row["vote"]]]
            voters[row["voter-id"]].cast(connection, vote, option, int(row["timestamp"]))
        for connection, _ in together:
            received(connection)
    for connection in connections:
        connection.close()

    stored = room.read(_stored, room.id)
    numbered = {voter.id: number for number, voter in voters.items()}
    comments = {vote: comment for comment, vote in statements.items()}
    found = {(numbered[person], comments[vote]): label for person, vote, label in stored}
    assert len(found) == len(stored), "one ballot per person and statement"
    truth = {
        (row["participant"], comment): SAID[row[comment]]
        for row in ended
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
