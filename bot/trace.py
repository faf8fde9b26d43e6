"""One id for what is being done, from the request that began it to the last call to a vendor.

It is bound as `request` to every log line. A job that is armed meanwhile keeps it in its row, and the workflow that
does the job binds it again: also after a crash, in another process, and for the jobs this one arms in turn. It
is the id a person reads when something went wrong.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter

from structlog.contextvars import bind_contextvars, bound_contextvars, get_contextvars

from bot import logs
from bot.errors import PersonError

Observe = Callable[[str, str, str, float], None]
"""Told of each request: entry (command, action, view, event, push), name, outcome, seconds."""


def ignore(_entry: str, _name: str, _outcome: str, _seconds: float) -> None:
    """Observe nothing."""


@dataclass
class Request:
    """One request of somebody outside.

    `outcome` is ok, mistake (the person was told what they can do about it) or failed (a bug, a dead database).
    """

    id: str
    outcome: str = "ok"


def current() -> str:
    """Return the id of what is being done, "" where nothing is."""
    return str(get_contextvars().get("request", ""))


def begin() -> None:
    """Work for something that begins now, to the end of this process."""
    bind_contextvars(request=_new())


@contextmanager
def following(request: str = "") -> Iterator[None]:
    """Work for a request that is known by its id; without one, for something that begins now."""
    with bound_contextvars(request=request or _new()):
        yield


@contextmanager
def serving(entry: str, name: str, observe: Observe) -> Iterator[Request]:
    """Serve one request: it gets an id, one line in the log, and is counted. Neither holds what a person typed."""
    started, request = perf_counter(), Request(_new())
    token = _served.set(request)
    with bound_contextvars(request=request.id):
        try:
            yield request
        except BaseException as error:
            went_wrong(error)
            raise
        finally:
            _served.reset(token)
            took = perf_counter() - started
            observe(entry, name, request.outcome, took)
            logs.get(__name__).info(
                "request", entry=entry, name=name, outcome=request.outcome, ms=round(took * 1000, 1)
            )


def went_wrong(error: BaseException) -> None:
    """Note what became of the request that is being served, if one is."""
    if request := _served.get():
        request.outcome = "mistake" if isinstance(error, PersonError) else "failed"


_served: ContextVar[Request | None] = ContextVar("served", default=None)


def _new() -> str:
    return secrets.token_hex(6)
