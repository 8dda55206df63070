"""Publishing to an MQTT broker.

Law of this file: sending never waits. What is to be published waits in a bounded queue, the newest value of a retained
topic in place of the older one; a task of its own keeps a connection, makes a fresh client for each try (aiomqtt does not
come back by itself) and, once connected, says every retained value again. Nothing is ever received.

Topics: ``performer/online`` is 1 while we are connected, 0 by our last will; all others are the caller's.
"""

import asyncio
import contextlib
import logging
import os
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from typing import NamedTuple

import aiomqtt

ONLINE = "performer/online"
QUEUE = 1000
"""Unretained messages that wait at most; the oldest give way."""
FIRST_RETRY_S, LAST_RETRY_S = 0.25, 5.0
KEEPALIVE_S = 5
"""The broker takes us for dead after one and a half of these, and we it after two: a half-open line is found in 10 s."""
PATIENCE_S = 3.0
"""How long a broker may take for one answer."""
LEAVE_S = 1.0


class Publication(NamedTuple):
    """One message. Retained ones and those with ``sure`` go with QoS 1."""

    topic: str
    payload: bytes
    retained: bool = False
    sure: bool = False


class MqttPort:
    """One broker. ``words`` says what to publish for the bytes of a record; it may raise ValueError for bytes it cannot read."""

    def __init__(self, name: str, host: str, port: int, words: Callable[[bytes], Iterable[Publication]]) -> None:
        self.name = name
        self.up = False
        self.trouble = "not open"
        self.lost = 0
        """Messages that gave way in a full queue, or could not be read."""
        self._host, self._port, self._words = host, port, words
        self._retained: OrderedDict[str, Publication] = OrderedDict()
        self._dirty: OrderedDict[str, Publication] = OrderedDict()
        self._queue: deque[Publication] = deque(maxlen=QUEUE)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake: asyncio.Event | None = None
        self._leaving = False
        self._lock = threading.Lock()
        self._returned = False
        self._was_up = False

    def open(self) -> None:
        """Start the task that connects."""
        if self._thread is None:
            self._leaving, self.trouble = False, f"connecting to {self._host}:{self._port}"
            self._thread = threading.Thread(target=self._run, name=f"mqtt {self.name}", daemon=True)
            self._thread.start()

    def send(self, data: bytes) -> bool:
        """Queue what ``data`` says; False when it says nothing that can be published, or the broker is away."""
        try:
            publications = tuple(self._words(data))
        except ValueError:
            self.lost += 1
            return False
        with self._lock:
            for publication in publications:
                if publication.retained:
                    self._retained[publication.topic] = self._dirty[publication.topic] = publication
                    if len(self._retained) > QUEUE:
                        self._retained.popitem(last=False)
                else:
                    self.lost += len(self._queue) == QUEUE
                    self._queue.append(publication)
        self._poke()
        return self.up

    def tend(self, now_ns: int) -> bool:  # noqa: ARG002 - the task has its own time
        """The task tends itself; this says once that it is connected again."""
        returned, self._returned = self._returned, False
        return returned

    def close(self) -> None:
        """Publish what waits, say goodbye, disconnect: within a second or not at all."""
        self._leaving = True
        self._poke()
        if self._thread is not None:
            self._thread.join(LEAVE_S)
            self._thread = None
        self._was_up = self._returned = False
        self.up, self.trouble = False, "not open"

    def _poke(self) -> None:
        loop, wake = self._loop, self._wake
        if loop is not None and wake is not None:
            with contextlib.suppress(RuntimeError):  # it has just been closed
                loop.call_soon_threadsafe(wake.set)

    def _run(self) -> None:
        asyncio.run(self._keep_connected())

    async def _keep_connected(self) -> None:
        self._loop, self._wake = asyncio.get_running_loop(), asyncio.Event()
        wait = FIRST_RETRY_S
        while not self._leaving:
            try:
                await self._connection()
                wait = FIRST_RETRY_S
            except (TimeoutError, aiomqtt.MqttError, OSError) as error:
                if self.up:
                    wait = FIRST_RETRY_S
                self.up, self.trouble = False, f"no broker at {self._host}:{self._port}: {str(error) or 'no answer'}"
            if not self._leaving:
                self._wake.clear()
                await asyncio.sleep(wait)
                wait = min(wait * 2, LAST_RETRY_S)

    async def _connection(self) -> None:
        quiet = logging.getLogger("performer.mqtt")
        quiet.setLevel(logging.CRITICAL)  # trouble is told once, by us
        will = aiomqtt.Will(ONLINE, "0", 1, True)
        identifier = f"performer-{self.name}-{os.getpid()}"
        async with aiomqtt.Client(
            self._host, self._port, identifier=identifier, will=will, keepalive=KEEPALIVE_S, timeout=PATIENCE_S, logger=quiet
        ) as client:
            await client.publish(ONLINE, "1", 1, True)
            with self._lock:
                self._dirty = self._retained.copy()
                if self._was_up:
                    self._queue.clear()  # what happened while nobody heard it is over
            self._returned, self._was_up = self._was_up, True
            self.up, self.trouble = True, ""
            listening = asyncio.create_task(self._listen(client))
            try:
                await self._publish(client, listening)
            finally:
                self.up = False
                listening.cancel()

    async def _publish(self, client: aiomqtt.Client, listening: "asyncio.Task[None]") -> None:
        assert self._wake is not None
        while True:
            self._wake.clear()
            for publication in iter(self._next, None):
                await client.publish(
                    publication.topic, publication.payload, int(publication.retained or publication.sure), publication.retained
                )
            if self._leaving:
                await client.publish(ONLINE, "0", 1, True)
                return
            woken = asyncio.create_task(self._wake.wait())
            await asyncio.wait((woken, listening), return_when=asyncio.FIRST_COMPLETED)
            woken.cancel()
            if listening.done():
                listening.result()  # raises what ended the connection

    def _next(self) -> Publication | None:
        with self._lock:
            if self._dirty:
                return self._dirty.popitem(last=False)[1]
            return self._queue.popleft() if self._queue else None

    @staticmethod
    async def _listen(client: aiomqtt.Client) -> None:
        """Nothing is subscribed to; the iteration ends, with an error, when the line is lost."""
        async for _ in client.messages:
            pass
