import time
from sqlalchemy import text
from app.domain import ballots
from tests.on_paper import *
def test_time(room):
    p=[room.join(f"P{n}") for n in range(3)]
    vote=opened(room)
    a={"vote_id":vote.id,"participant_id":1}
    def q(s):
        c=s.connection()
        t=time.perf_counter()
        for _ in range(3000): c.execute(ballots.HELD,a).first()
        return (time.perf_counter()-t)/3000*1e6
    print("µs", sorted(room.read(q) for _ in range(7)))
    if hasattr(ballots,"UNNAMED"):
        def plan(s):
            sql=str(ballots.ASKED.compile(s.connection()))
            return s.connection().execute(text("EXPLAIN QUERY PLAN "+sql.replace("?",":vote_id")),a).all()
        from sqlalchemy.dialects import sqlite
        def raw(s):
            c=s.connection().connection.dbapi_connection
            return [r for r in c.execute("EXPLAIN QUERY PLAN SELECT EXISTS (SELECT * FROM ballot WHERE vote_id=1 AND serial IS NOT NULL AND standing='counted') OR EXISTS (SELECT * FROM count_sheet WHERE vote_id=1 AND replaced_at IS NULL)")]
        print(room.read(raw))
