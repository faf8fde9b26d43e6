"""People who type `/sfsync errors` at the same moment: as little work as possible between them and the bot.

The machine that answers is also the one that asks, so this must not be what is measured: one thread, connections
that stay open, requests that are signed beforehand, and answers that are looked at afterwards.
"""

import json
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from selectors import EVENT_READ, DefaultSelector
from urllib.parse import urlencode, urlsplit

from slack_sdk.signature import SignatureVerifier

from bot.sandbox.slack.state import ADA, REVOPS, SIGNING_SECRET, TEAM

PATIENCE = 30.0
"""Seconds within which every answer must have come."""

_numbers = count(1)


class Crowd:
    """Connections to the listener at an address, each of one person."""

    def __init__(self, address: str, people: Sequence[socket.socket]) -> None:
        self._address, self._people = urlsplit(address), people

    def ask(self) -> list[float]:
        """Let each send one command at once; answer the seconds each waited, from its own first byte to its last."""
        requests = {one: self._request() for one in self._people}
        started: dict[socket.socket, float] = {}
        answers = dict.fromkeys(self._people, b"")
        waited: list[float] = []
        with DefaultSelector() as selector:
            for one, request in requests.items():
                selector.register(one, EVENT_READ, one)
                started[one] = time.perf_counter()
                one.sendall(request)
            while len(waited) < len(self._people):
                ready = selector.select(PATIENCE)
                if not ready:
                    raise AssertionError(f"{len(self._people) - len(waited)} wait for ever")
                for key, _ in ready:
                    one = key.data
                    answers[one] += one.recv(65536)
                    if _whole(answers[one]):
                        waited.append(time.perf_counter() - started[one])
        for answer in answers.values():
            _check(answer)
        return waited

    def _request(self) -> bytes:
        body = urlencode(
            {
                "command": "/sfsync",
                "text": "errors",
                "user_id": ADA,
                "channel_id": REVOPS,
                "team_id": TEAM,
                "trigger_id": f"bench.{next(_numbers)}",
                "response_url": "http://127.0.0.1/unused",
            }
        )
        now = str(int(time.time()))
        signature = SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp=now, body=body)
        return (
            f"POST {self._address.path} HTTP/1.1\r\n"
            f"Host: {self._address.netloc}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n"
            f"X-Slack-Request-Timestamp: {now}\r\n"
            f"X-Slack-Signature: {signature}\r\n"
            "\r\n"
            f"{body}"
        ).encode()


@contextmanager
def crowd(address: str, people: int) -> Iterator[Crowd]:
    """Connect so many people to the listener at an address."""
    target = urlsplit(address)
    connections = [socket.create_connection((target.hostname or "", target.port or 80)) for _ in range(people)]
    try:
        for one in connections:
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield Crowd(address, connections)
    finally:
        for one in connections:
            one.close()


def _whole(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    return bool(end) and len(body) >= _length(head)


def _length(head: bytes) -> int:
    lines = (line.partition(b":") for line in head.lower().split(b"\r\n"))
    return next(int(value) for name, _, value in lines if name == b"content-length")


def _check(answer: bytes) -> None:
    head, _, body = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200") or "text" not in json.loads(body):
        raise AssertionError(answer[:300])
