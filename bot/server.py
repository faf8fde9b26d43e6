"""A WSGI application on a port, in threads of the calling process: the bot's own doors, and the sandbox's vendors."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from waitress import create_server, wasyncore

if TYPE_CHECKING:
    from types import TracebackType
    from wsgiref.types import WSGIApplication

HOST = "127.0.0.1"


@dataclass(frozen=True, eq=False)
class Server:
    """A running server. `url` has no slash at its end; `close()` returns once the port is free."""

    url: str
    port: int
    _server: Any
    _loop: threading.Thread

    def close(self) -> None:
        """Stop accepting, give running requests a moment, close every connection."""
        if not self._loop.is_alive():
            return
        # Workers first: one that outlives the trigger would write into a closed file descriptor.
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=2)
        # The sockets belong to the loop's thread; closed from here its select() would fail. The loop may be awake
        # already, and must not close the trigger while we still pull it.
        pulled = threading.Event()

        def close_all() -> None:
            pulled.wait()
            wasyncore.close_all(self._server._map)  # noqa: SLF001 - waitress offers no public way to end its loop

        self._server.trigger.pull_trigger(close_all)
        pulled.set()
        self._loop.join(timeout=5)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def serve(app: WSGIApplication, port: int = 0, *, host: str = HOST, threads: int = 16, **options: Any) -> Server:  # noqa: ANN401 - waitress' own
    """Serve `app` in background threads; port 0 takes a free one. Raises OSError where the port cannot be used.

    `options` are Waitress' adjustments.
    """
    server = create_server(app, host=host, port=port, threads=threads, ident=None, **options)
    loop = threading.Thread(target=server.run, name=f"http-{server.effective_port}", daemon=True)
    loop.start()
    return Server(f"http://{host}:{server.effective_port}", int(server.effective_port), server, loop)
