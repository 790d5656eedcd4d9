"""Clusters: made, named, given a symbol, merged, split, moved and taken away."""

from typing import Annotated

from fastapi import Form
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.domain.notes import boards, clusters, regrouping, walls
from app.domain.who import Who
from app.web.forms import LARGEST, AtDoor, done
from app.web.language import drawn_for
from app.web.routing import Router
from app.web.templating import page

router = Router("/{code}")


@router.post("/walls/{wall_id:int}/clusters")
async def make_cluster(request: Request, door: AtDoor, wall_id: int) -> Response:
    await door.write("lead", _make, wall_id)
    return done(request, f"/{door.code}/console")


@router.get("/clusters/{cluster_id:int}")
async def show_cluster(request: Request, door: AtDoor, cluster_id: int) -> Response:
    """The cluster's form: title, symbol, order, merge, split, remove."""
    who, context = await door.read("lead", _cluster, cluster_id)
    with drawn_for(door.language):
        return page(request, "notes/edit_cluster.html", "panel", code=who.code, **context)


@router.post("/clusters/{cluster_id:int}/title")
async def retitle_cluster(
    request: Request,
    door: AtDoor,
    cluster_id: int,
    title: Annotated[str, Form()] = "",
    symbol: Annotated[str, Form()] = "",
) -> Response:
    """The title, and with it the symbol if another was chosen."""
    await door.write("lead", _retitle, cluster_id, title, symbol)
    return done(request, f"/{door.code}/console")


@router.post("/clusters/{cluster_id:int}/place")
async def move_cluster(
    request: Request, door: AtDoor, cluster_id: int, step: Annotated[int, Form(ge=-1, le=1)]
) -> Response:
    await door.write("lead", clusters.move, cluster_id, step)
    return done(request, f"/{door.code}/console")


@router.post("/clusters/{cluster_id:int}/merging")
async def merge_clusters(
    request: Request, door: AtDoor, cluster_id: int, into: Annotated[int, Form(le=LARGEST)]
) -> Response:
    await door.write("lead", regrouping.merge, cluster_id, into)
    return done(request, f"/{door.code}/console")


@router.post("/clusters/{cluster_id:int}/splitting")
async def split_cluster(
    request: Request, door: AtDoor, cluster_id: int, note: Annotated[list[int], Form()]
) -> Response:
    await door.write("lead", _split, cluster_id, note)
    return done(request, f"/{door.code}/console")


@router.post("/clusters/{cluster_id:int}/removal")
async def remove_cluster(request: Request, door: AtDoor, cluster_id: int) -> Response:
    await door.write("lead", clusters.remove, cluster_id)
    return done(request, f"/{door.code}/console")


def _make(session: Session, who: Who, wall_id: int) -> None:
    clusters.make(session, who, wall_id)


def _split(session: Session, who: Who, cluster_id: int, note_ids: list[int]) -> None:
    regrouping.split(session, who, cluster_id, note_ids)


def _retitle(session: Session, who: Who, cluster_id: int, title: str, symbol: str) -> None:
    if symbol and symbol != clusters.cluster_of(session, who, cluster_id).symbol:
        clusters.set_symbol(session, who, cluster_id, symbol)
    if title != clusters.cluster_of(session, who, cluster_id).title:
        clusters.retitle(session, who, cluster_id, title)


def _cluster(session: Session, who: Who, cluster_id: int) -> tuple[Who, dict]:
    cluster = clusters.cluster_of(session, who, cluster_id)
    board = boards.board_of(session, walls.wall_of(session, who, cluster.wall_id))
    group = next(group for group in board.groups if group.cluster and group.cluster.id == cluster_id)
    others = [each for each in clusters.clusters_of_wall(session, cluster.wall_id) if each.id != cluster_id]
    return who, {"cluster": cluster, "group": group, "others": others}
