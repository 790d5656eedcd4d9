"""Builds the app: settings, database, hub, routers, static files, errors. Nothing else."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from app.background import day_end
from app.background.automatic_closing import Timekeeper
from app.domain.people import connections
from app.domain.workshops import versions
from app.live import catalogue, presence
from app.live.bus import Bus
from app.live.frame import Frame
from app.live.hub import Hub
from app.live.wire import write_each
from app.routes import ROUTERS
from app.settings import ROOT, settings
from app.storage.database import database
from app.web import guard
from app.web.refusals import handle_errors
from app.web.static_files import BundledFiles

NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
RARELY = 100_000  # full collections walk the objects of every socket


def create_app() -> FastAPI:
    """The application, as uvicorn serves it."""
    app = FastAPI(title="Plenary", lifespan=lifespan, openapi_url=None, telemetry=NO_TELEMETRY)
    app.mount("/static", BundledFiles(directory=ROOT / "static"))
    for router in ROUTERS:
        app.router.routes.extend(router.routes)  # include_router would match every path twice
    handle_errors(app)
    app.add_middleware(guard.Guard)
    return app


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open the database, start the hub (and the bus between workers), and close both in order."""
    guard.redact_logs()
    app.state.hub = hub = Hub(catalogue.draw, Frame, write_each, presence.report, _refresh(app), _listen(app))
    bus: Bus | None = None
    timekeeper = Timekeeper()

    def on_commit(announced: dict[int, set[str]]) -> None:
        hub.signal_threadsafe(announced)
        timekeeper.on_commit(announced)
        if bus is not None:
            bus.announce(announced)

    url = settings().database_url
    database.connect(url, on_commit=on_commit, before_commit=versions.raise_versions)
    hub.start()
    if settings().is_sqlite:
        await database.write(connections.clear)
    else:
        bus = Bus(settings().database_url, hub.signal, hub.signal_all, _versions)
        bus.start()
    timekeeper.start()
    ending_days = asyncio.create_task(day_end.run_forever())
    gc.collect()
    gc.freeze()
    gc.set_threshold(700, 10, RARELY)
    yield
    ending_days.cancel()
    await timekeeper.stop()
    await hub.stop()
    if bus is not None:
        await bus.stop()
    await asyncio.to_thread(database.disconnect)


def _refresh(app: FastAPI):
    async def refresh(workshop_id: int, sockets: set[str]) -> None:
        # Also for a person removed while their socket was being opened.
        await presence.close_unwelcome(app.state.hub, workshop_id)
        if not settings().is_sqlite:
            await presence.still_here(workshop_id, sockets)

    return refresh


def _listen(app: FastAPI):
    closing: set[asyncio.Task] = set()

    def heard(workshop_id: int, topics: set[str] | None) -> None:
        if topics is None or "departures" in topics:
            task = asyncio.get_running_loop().create_task(
                presence.close_unwelcome(app.state.hub, workshop_id)
            )
            closing.add(task)
            task.add_done_callback(closing.discard)

    return heard


async def _versions() -> dict[int, int]:
    return await database.read(versions.versions_by_id)
