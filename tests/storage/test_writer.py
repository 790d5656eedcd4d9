"""The writer: many writes in one commit, each refused or kept by itself, and what is announced of them."""

import asyncio
import threading

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.announce import announce
from app.storage import writer
from app.storage.jobs import Job, StorageUnavailable
from app.storage.writer import StorageBusy
from tests.cast.journals import Kept, Late, keep, refuse
from tests.cast.patience import PATIENCE


class Known(Exception):
    """Raised by who wants what they wrote to stay."""

    commits = True


def keep_and_refuse(session, n):
    session.add(Kept(n=n))
    session.flush()
    raise Late


def leave_pending_and_refuse(session, n):
    session.add(Kept(n=n))
    raise Late


def test_write_answers_with_the_value_and_it_is_there(journal):
    assert asyncio.run(journal.db.write(keep, 5)) == 5
    assert journal.db.write_now(keep, n=6) == 6
    assert journal.numbers() == [5, 6]


def test_many_writes_share_one_commit(journal):
    answers = asyncio.run(journal.batch(*((keep, n) for n in range(100))))
    assert answers == list(range(100))
    assert len(journal.committed) == 1
    assert journal.committed[0] == {7: {f"topic {n}" for n in range(100)}}


def test_a_batch_is_at_most_256_jobs(sqlite):
    asyncio.run(sqlite.batch(*((keep, n) for n in range(300))))
    assert [len(topics[7]) for topics in sqlite.committed] == [256, 44]


def test_a_bad_job_is_refused_and_the_good_ones_are_kept(journal):
    runs = []

    def counted(session, n):
        runs.append(n)
        return keep(session, n)

    journal.db.write_now(keep, 3)
    answers = asyncio.run(journal.batch((counted, 1), (counted, 3), (counted, 4)))
    assert answers[0] == 1
    assert isinstance(answers[1], IntegrityError)
    assert answers[2] == 4
    assert journal.numbers() == [1, 3, 4]
    assert journal.committed[-1] == {7: {"topic 1", "topic 4"}}
    assert runs == [1, 3, 1, 3, 4], "a job may run twice"


def test_a_refusal_that_wrote_nothing_rolls_nothing_back(journal):
    runs = []

    def counted(session, n):
        runs.append(n)
        return keep(session, n)

    answers = asyncio.run(journal.batch((counted, 1), (refuse,), (counted, 2)))
    assert [answers[0], answers[2]] == [1, 2]
    assert isinstance(answers[1], Late)
    assert runs == [1, 2], "the batch ran once"
    assert journal.committed == [{7: {"topic 1", "topic 2"}}]


@pytest.mark.parametrize("writes", [keep_and_refuse, leave_pending_and_refuse])
def test_a_refusal_that_wrote_is_rolled_back(journal, writes):
    answers = asyncio.run(journal.batch((keep, 1), (writes, 2), (keep, 3)))
    assert isinstance(answers[1], Late)
    assert journal.numbers() == [1, 3]


@pytest.mark.parametrize("fails", [False, True])
def test_a_refusal_that_commits_is_raised_once_what_it_wrote_is_there(journal, fails):
    """Also where another piece of the batch fails, and each runs again behind a savepoint."""

    def know(session, n):
        keep(session, n)
        session.add(Kept(n=n + 100))  # still to be flushed
        raise Known

    other = (keep_and_refuse, 1) if fails else (keep, 1)
    answers = asyncio.run(journal.batch(other, (know, 2), (keep, 3)))
    assert [type(answer) for answer in answers[1:]] == [Known, int]
    assert journal.numbers() == [*([] if fails else [1]), 2, 3, 102]
    assert "topic 2" in journal.committed[-1][7], "it is announced as well"


def test_before_commit_is_inside_the_transaction_and_on_commit_after_it(journal):
    def add_one(session, announced):
        session.add(Kept(n=100 + len(announced)))

    journal.db.writer.before_commit = add_one
    journal.db.write_now(keep, 1)
    assert journal.numbers() == [1, 101]
    assert journal.visible == [{1, 101}], "another connection sees the rows when on_commit is called"


def test_nothing_is_announced_after_a_rollback(journal):
    with pytest.raises(Late):
        journal.db.write_now(keep_and_refuse, 1)
    with pytest.raises(Late):
        journal.db.write_now(refuse)
    assert journal.committed == []
    assert journal.before == [{}, {}]


def test_a_job_may_not_wait_for_the_writer(sqlite):
    with pytest.raises(RuntimeError):
        sqlite.db.write_now(lambda session: sqlite.db.write_now(keep, 1))


def test_a_cancelled_caller_does_not_break_the_batch(journal):
    async def scenario():
        holding = threading.Event()
        held = asyncio.ensure_future(journal.db.write(lambda s: (holding.set(), journal.gate.wait(PATIENCE))))
        await asyncio.to_thread(holding.wait, PATIENCE)
        gone, stays = (asyncio.ensure_future(journal.db.write(keep, n)) for n in (1, 2))
        await asyncio.sleep(0)
        gone.cancel()
        journal.gate.set()
        await held
        return await asyncio.gather(gone, stays, return_exceptions=True)

    gone, stays = asyncio.run(scenario())
    assert isinstance(gone, asyncio.CancelledError)
    assert stays == 2
    assert journal.numbers() == [1, 2]


def test_callers_on_several_loops_and_threads_are_all_answered(sqlite):
    answers = []
    loops = [
        threading.Thread(target=lambda n=n: answers.append(asyncio.run(sqlite.db.write(keep, n))))
        for n in (1, 2)
    ]
    threads = [
        threading.Thread(target=lambda n=n: answers.append(sqlite.db.write_now(keep, n))) for n in (3, 4)
    ]
    for thread in loops + threads:
        thread.start()
    for thread in loops + threads:
        thread.join()
    assert sorted(answers) == [1, 2, 3, 4]


def test_a_full_queue_is_busy(sqlite, monkeypatch):
    monkeypatch.setattr(writer, "WAITING", 3)
    answers = asyncio.run(sqlite.batch(*((keep, n) for n in range(5))))
    assert answers[:3] == [0, 1, 2]
    assert [type(answer) for answer in answers[3:]] == [StorageBusy] * 2


def test_close_finishes_what_waits_and_takes_nothing_more(sqlite):
    async def scenario():
        calls = [asyncio.ensure_future(sqlite.db.write(keep, n)) for n in range(20)]
        await asyncio.sleep(0)
        await asyncio.to_thread(sqlite.db.writer.close)
        with pytest.raises(StorageUnavailable):
            await sqlite.db.write(keep, 21)
        return await asyncio.gather(*calls)

    assert asyncio.run(scenario()) == list(range(20))


def test_announcements_are_gathered_once():
    session, job, announced = Session(), Job(None, None, keep, 1), {}
    announce(session, 1, "votes")
    announce(session, 1, "votes")
    announce(session, 1, "notes")
    announce(session, 2, "agenda")
    writer.gather_announced(announced, session, job)
    assert announced == {1: {"votes", "notes"}, 2: {"agenda"}}
    announced.clear()
    writer.gather_announced(announced, session, job)
    assert announced == {}
