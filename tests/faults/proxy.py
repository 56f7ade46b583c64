"""A bad network: a TCP proxy that delays, throttles, holds back, cuts and resets."""

import asyncio
import struct
import threading
from dataclasses import dataclass
from socket import SO_LINGER, SOL_SOCKET

PIECE = 1024


@dataclass
class Weather:
    """What the network does at present; may be changed at any moment."""

    is_away: bool = False
    delay_seconds: float = 0.0
    bytes_per_second: float = 0.0
    # Replies of paths that hold this text are cut before their first byte, once each.
    cut_replies_to: str = ""
    cuts_left: int = 0
    # A reply stops after so many bytes until the hold is lifted.
    hold_after_bytes: int | None = None


class Proxy:
    """Forwards connections to a port of this machine through the weather."""

    def __init__(self, target: int) -> None:
        self.weather = Weather()
        self.target = target
        self.port = 0
        self.requests: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._open: set[asyncio.StreamWriter] = set()

    def __enter__(self) -> "Proxy":
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._finish(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def go_away(self) -> None:
        """Reset every connection, and each that comes, until `come_back`."""
        self.weather.is_away = True
        self._loop.call_soon_threadsafe(self._reset_all)

    def come_back(self) -> None:
        """Let connections through again."""
        self.weather.is_away = False

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._carry, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()

    async def _finish(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _reset_all(self) -> None:
        for writer in self._open:
            _reset(writer)

    async def _carry(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        if self.weather.is_away:
            _reset(back)
            return
        try:
            server, forth = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            _reset(back)
            return
        self._open |= {back, forth}
        state = {"path": ""}
        try:
            await asyncio.gather(
                self._pump(client, forth, state, is_reply=False),
                self._pump(server, back, state, is_reply=True),
            )
        except OSError:
            _reset(back)
        finally:
            self._open -= {back, forth}
            back.close()
            forth.close()

    async def _pump(
        self,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        state: dict[str, str],
        *,
        is_reply: bool,
    ) -> None:
        sent = 0
        while piece := await source.read(PIECE):
            weather = self.weather
            if weather.delay_seconds:
                await asyncio.sleep(weather.delay_seconds)
            if not is_reply:
                self._note(piece, state)
            elif self._is_cut(state):
                raise ConnectionResetError("the reply is cut")
            while is_reply and weather.hold_after_bytes is not None:
                room = weather.hold_after_bytes - sent
                if len(piece) <= room:
                    break
                sink.write(piece[: max(room, 0)])
                sent, piece = sent + max(room, 0), piece[max(room, 0) :]
                await sink.drain()
                await asyncio.sleep(0.05)
            if weather.bytes_per_second:
                await asyncio.sleep(len(piece) / weather.bytes_per_second)
            sink.write(piece)
            await sink.drain()
            sent += len(piece)
        sink.close()

    def _note(self, piece: bytes, state: dict[str, str]) -> None:
        line = piece.split(b"\r\n", 1)[0].decode("latin-1")
        if line.endswith("HTTP/1.1"):
            state["path"] = line
            self.requests.append(line)

    def _is_cut(self, state: dict[str, str]) -> bool:
        weather = self.weather
        is_cut = weather.cuts_left > 0 and weather.cut_replies_to in state["path"]
        weather.cuts_left -= is_cut
        return is_cut


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST, as a lost carrier looks like to a browser."""
    connection = writer.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
    writer.close()
