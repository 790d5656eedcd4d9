"""One message as the bytes that every socket is sent: packed once, whoever it goes to."""

from functools import cached_property

from websockets.extensions.permessage_deflate import PerMessageDeflate, ServerPerMessageDeflateFactory
from websockets.frames import Frame as WebsocketFrame
from websockets.frames import Opcode

# A frame is broken beyond the window its client inflates with: every frame is packed with this one and goes
# only to those who agreed to at least as much. Without takeover no socket keeps a (de)compressor.
WINDOW_BITS = 12
WORTH_DEFLATING = 200  # bytes
DEFLATE = (
    ServerPerMessageDeflateFactory(
        server_no_context_takeover=True,
        client_no_context_takeover=True,
        server_max_window_bits=WINDOW_BITS,
        client_max_window_bits=WINDOW_BITS,
        compress_settings={"memLevel": 5},
    ),
)


class Frame:
    """One text message as bytes for the transport, each kind made for the first socket that wants it: plain,
    or deflated where that is shorter. Half a surrogate pair, for which UTF-8 has no bytes, becomes a "?"."""

    def __init__(self, text: str) -> None:
        self.message = WebsocketFrame(Opcode.TEXT, text.encode("utf-8", "replace"))

    @cached_property
    def plain(self) -> bytes:
        return self.message.serialize(mask=False)

    @cached_property
    def deflated(self) -> bytes:
        if len(self.plain) < WORTH_DEFLATING:
            return self.plain
        deflate = PerMessageDeflate(
            remote_no_context_takeover=True,
            local_no_context_takeover=True,
            remote_max_window_bits=WINDOW_BITS,
            local_max_window_bits=WINDOW_BITS,
        )
        return min(self.message.serialize(mask=False, extensions=[deflate]), self.plain, key=len)
