"""The yardstick of the fan-out in Python: FastAPI's usual `await socket.send_text(…)` in a loop."""

import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request, WebSocket, WebSocketDisconnect

from scripts.bench_parts.machine import free_port
from scripts.bench_parts.nchan import Publisher

app = FastAPI()
sockets: set[WebSocket] = set()


@app.websocket("/sub")
async def subscribe(socket: WebSocket) -> None:
    """Stay, and be in the loop."""
    await socket.accept()
    sockets.add(socket)
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        pass
    finally:
        sockets.discard(socket)


@app.post("/pub")
async def publish(request: Request) -> int:
    """Send the body to everyone."""
    text = (await request.body()).decode()
    for socket in tuple(sockets):
        await socket.send_text(text)
    return len(sockets)


class Loop(Publisher):
    """uvicorn with the application above, its own compression on or off."""

    def __init__(self, folder: Path, deflate: bool) -> None:
        port = free_port()
        command = [
            sys.executable,
            "-m",
            "scripts.bench_parts.loop_app",
            str(port),
            "deflate" if deflate else "plain",
        ]
        super().__init__("send_text", command, port, folder)


if __name__ == "__main__":
    uvicorn.run(
        app,
        port=int(sys.argv[1]),
        ws_per_message_deflate=sys.argv[2] == "deflate",
        ws_ping_interval=None,
        log_level="warning",
        access_log=False,
        backlog=4096,
    )
