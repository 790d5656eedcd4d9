"""Rows that are there survive a migration, up and down again; that the shape is right is scripts/check's."""

import json

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlmodel import Session

from app.content import load
from app.domain.agenda import running_order
from app.domain.votes.forms import vote_settings
from app.domain.votes.life import drafts
from app.domain.who import server
from app.domain.workshops import workshops
from app.models import Wall
from app.settings import ROOT
from app.storage.engines import open_engine


def move(connection: Connection, to: str) -> None:
    connection.commit()
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.attributes["connection"] = connection
    if to == "head":
        command.upgrade(config, to)
    else:
        command.downgrade(config, to)
    connection.commit()


def test_shares_and_walls_of_votes_go_down_and_come_back(tmp_path) -> None:
    """R54: a typed percentage is the same on both sides; two thirds become the next percentage above it."""
    engine = open_engine(f"sqlite:///{tmp_path}/plenary.db", connections=1, writing=True)
    with engine.connect() as connection:
        move(connection, "head")
        with Session(connection, autoflush=False) as session:
            workshop = workshops.from_template(session, load("data_sharing"))
            who = server(workshop)
            item = running_order.items(session, workshop)[1]
            rules = [{"rule": "2/3"}, {"rule": "share", "rule_percent": "66.67"}, {"rule": "majority"}]
            form = {"question_en": "Which?", "option_en_1": "One", "option_en_2": "Two"}
            made = [
                drafts.write(session, who, item.id, vote_settings.read({**form, **rule})).id for rule in rules
            ]
            wall = Wall(workshop_id=workshop, item_id=item.id, prompt_en="Which?", vote_id=made[0])
            session.add(wall)
            session.flush()
            wall_id = wall.id
            session.commit()

        def shares(*names: str) -> list[tuple]:
            ids = ", ".join(map(str, made))
            rows = connection.execute(
                text(f"SELECT {', '.join(names)} FROM vote WHERE id IN ({ids}) ORDER BY id")
            )
            return [tuple(row) for row in rows]

        move(connection, "4406d5c887d3")
        assert shares("rule_share") == [(6667,), (6667,), (None,)]
        line = connection.execute(text("SELECT row_id, changes FROM log ORDER BY id DESC LIMIT 1")).one()
        assert (line[0], json.loads(line[1])) == (wall_id, {"note": {"vote": made[0]}})
        move(connection, "head")
        assert shares("rule_part", "rule_whole") == [(6667, 10_000), (6667, 10_000), (None, None)]
        told = connection.execute(text(f"SELECT vote_id FROM wall WHERE id = {wall_id}")).scalar_one()
        assert told == made[0]
    engine.dispose()
