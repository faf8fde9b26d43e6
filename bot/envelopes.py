"""What comes over a WebSocket, answered by the same listeners as over HTTP, each payload in a thread of its own."""

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock
from typing import Any

from slack_bolt import App, BoltRequest

from bot import logs
from bot.wire.slack_shapes import shaped
from bot.wire.slack_socket import Link

LISTENERS = 24
"""Payloads answered at once, as over HTTP."""


class Envelopes:
    """Answers envelopes. `links` are the connections there are, the newest last."""

    def __init__(self, bolt: App, links: Callable[[], Sequence[Link]]) -> None:
        self._bolt, self._links = bolt, links
        self._lock = Lock()
        self._stopped = False
        self._running: set[Future[None]] = set()
        self._pool = ThreadPoolExecutor(LISTENERS, thread_name_prefix="Slack payload")
        self._log = logs.get(__name__)

    def take(self, link: Link, message: Mapping[str, Any]) -> None:
        """Have an envelope answered; what is none is one line in the log. Returns at once."""
        match message:
            case {
                "envelope_id": str(),
                "type": "slash_commands" | "interactive" | "events_api",
                "payload": dict(payload),
            } if shaped(payload):
                with self._lock:
                    if self._stopped:
                        return
                    future = self._pool.submit(self._answer, link, message)
                    self._running.add(future)
                future.add_done_callback(self._done)
            case _:
                self._log.warning("refused: undecodable payload")

    def stop(self, patience: float) -> None:
        """Take nothing more, and give what is being answered so many seconds."""
        with self._lock:
            self._stopped = True
            running = list(self._running)
        wait(running, patience)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _done(self, future: "Future[None]") -> None:
        with self._lock:
            self._running.discard(future)
        if not future.cancelled() and (error := future.exception()):
            self._log.error("payload not answered", exc_info=error)

    def _answer(self, link: Link, message: Mapping[str, Any]) -> None:
        try:
            request = BoltRequest(mode="socket_mode", body=message["payload"], headers=_retry(message))
        except Exception as error:  # noqa: BLE001 - Bolt looks into it, and raises whatever it stumbles over
            self._log.warning("refused: undecodable payload", error=type(error).__name__)
            return
        response = self._bolt.dispatch(request)
        if response.status != 200:
            self._log.warning("not acknowledged", status=response.status)
            return
        acknowledgement: dict[str, Any] = {"envelope_id": message["envelope_id"]}
        if response.body and message.get("accepts_response_payload"):
            kind = response.headers.get("content-type", [""])[0]
            is_json = kind.startswith("application/json")
            acknowledgement["payload"] = json.loads(response.body) if is_json else {"text": response.body}
        # By the connection it came; where that broke meanwhile, by another: Slack may take it.
        others = [each for each in self._links() if each is not link]
        if not any(each.send(acknowledgement) for each in (link, *reversed(others))):
            self._log.warning("acknowledgement not sent: the connection broke")


def _retry(message: Mapping[str, Any]) -> dict[str, str | Sequence[str]] | None:
    """Return the headers by which Slack tells over HTTP that it repeats an event."""
    if not message.get("retry_attempt"):
        return None
    return {
        "x-slack-retry-num": str(message["retry_attempt"]),
        "x-slack-retry-reason": str(message.get("retry_reason") or ""),
    }
