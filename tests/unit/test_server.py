"""The HTTP server of the bot's own doors and of the sandbox."""

from contextlib import suppress
from http.client import HTTPException
from threading import Event, Thread
from urllib.request import urlopen
from wsgiref.types import StartResponse, WSGIEnvironment

from bot.server import serve


def test_a_server_that_closes_while_it_answers_closes_in_peace() -> None:
    arrived = Event()

    def hello(_environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        arrived.set()
        start("200 OK", [("Content-Length", "5")])
        return [b"hello"]

    def ask(url: str) -> None:
        with suppress(OSError, HTTPException):
            urlopen(url, timeout=5).read()

    # What went wrong did so once in a hundred times or two.
    for _ in range(200):
        arrived.clear()
        with serve(hello) as server:
            asker = Thread(target=ask, args=(server.url,))
            asker.start()
            assert arrived.wait(5)
        asker.join()
