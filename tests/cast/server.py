"""The application in a thread of this process: asked without a socket, and by sockets at its address."""

import asyncio
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import uvicorn

from app.live.wire import Protocol
from app.main import create_app
from app.settings import settings
from tests.cast.patience import PATIENCE, wait_until


class InProcess(httpx.BaseTransport):
    """Hands a request to the application on its own loop, past the socket but past nothing of ours."""

    def __init__(self, app, loop: asyncio.AbstractEventLoop) -> None:
        self.loop, self.inside = loop, httpx.ASGITransport(app, raise_app_exceptions=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run_coroutine_threadsafe(self._answer(request), self.loop).result(PATIENCE)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self.inside.handle_async_request(request)
        body = b"".join([part async for part in answer.stream])
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(body))


@dataclass(frozen=True)
class Server:
    """Where the application answers: `url` by sockets, `transport` without (None: nothing is)."""

    url: str
    transport: httpx.BaseTransport | None


@contextmanager
def serving(database_url: str) -> Iterator[Server]:
    """The application on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    os.environ.update(
        PLENARY_DATABASE=database_url, PLENARY_PUBLIC_URL=url, PLENARY_OPERATOR_TOKEN="the operator's token"
    )
    settings.cache_clear()
    app = create_app()
    served = uvicorn.Server(uvicorn.Config(app, port=port, ws=Protocol, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=served.run, daemon=True)
    thread.start()
    wait_until(lambda: served.started or not thread.is_alive())
    assert served.started, "the server did not start"
    try:
        yield Server(url, InProcess(app, app.state.hub.loop))
    finally:
        served.should_exit = True
        thread.join(PATIENCE)
