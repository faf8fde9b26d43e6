"""An instance of the app that somebody forgot: it connects, gets its share of all payloads, and acknowledges none."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any, Self

import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

if TYPE_CHECKING:
    from types import TracebackType

    from bot.sandbox.slack.state import State

Json = dict[str, Any]


class Forgotten:
    """A real client of Socket Mode, until it is closed; `heard` are the envelopes it got, oldest first."""

    def __init__(self, state: State) -> None:
        self.heard: list[Json] = []
        self._state = state
        self._up, self._end = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="forgotten", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._up.wait(10):
            raise RuntimeError("no hello from the sandbox")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        token = {"Authorization": f"Bearer {self._state.app_token}"}
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(f"{self._state.url}/api/apps.connections.open", headers=token, timeout=10)
        with connect(answer.json()["url"], proxy=None) as socket:
            while not self._end.is_set():
                try:
                    message = json.loads(socket.recv(timeout=0.1))
                except TimeoutError:
                    continue
                except ConnectionClosed:
                    return
                if message["type"] == "hello":
                    self._up.set()
                else:
                    self.heard.append(message)
