"""Logs: one JSON object a line on standard error, or coloured lines for a person at a terminal.

Every line carries the `request` or the `job` it belongs to. Secrets are SecretStr and never reach a line; record
data appears at debug level only. So what a library or a database says of an error is cut down to what holds none:
PostgreSQL, for one, names the values of the row it refused.
"""

import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType

import structlog

from bot.errors import SfsyncError


def configure(level: int = logging.INFO) -> None:
    """Send our own logs and those of the libraries through one pipe, from `level` up."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # What is rendered from here on is above debug.
    discreet: list[structlog.typing.Processor] = (
        [_without_data, structlog.processors.ExceptionRenderer(_trace)] if level > logging.DEBUG else []
    )
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer()
    )
    rendered: list[structlog.typing.Processor] = [*discreet, structlog.processors.format_exc_info, renderer]
    finish = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(finish)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # The engine would add a handler of its own, which writes whatever it likes, and only does so where there is none.
    logging.getLogger("dbos").addHandler(logging.NullHandler())
    for noisy in (
        "slack_sdk",
        "urllib3",
        "apscheduler",
        "waitress",
        "simple_salesforce",
        "alembic",
        "websockets",
        "psycopg",
        "sqlalchemy",
    ):
        # The SDKs print whole request bodies below warning: people's words do not belong in a log.
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # Bolt does so even in a warning, of what it has no listener for. Each of its loggers takes the root's level.
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)
    handler.addFilter(lambda record: record.levelno >= logging.ERROR or not record.name.startswith("slack_bolt"))
    # A look that is still busy when the next is due is skipped, which is what we want and no news.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    # Our own lines, one for each request, go to the same place past the standard library, which takes as long
    # for one as a whole command may take.
    structlog.configure(
        processors=[*shared, *rendered],
        logger_factory=_Lines,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    threading.excepthook = _thread_died


def get(name: str) -> structlog.typing.FilteringBoundLogger:
    """Return a logger of ours."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(name)
    return logger


class _Lines(structlog.WriteLogger):
    """Writes the lines of one of our loggers to standard error.

    A line that cannot be written, say to a full disk, is lost, and nothing else with it: what it tells of has happened.
    """

    def __init__(self, name: str) -> None:
        super().__init__(sys.stderr)
        self.name = name

    def msg(self, message: str) -> None:
        """Write a line, if that can be done."""
        with suppress(OSError, ValueError):
            super().msg(message)

    log = debug = info = warn = warning = error = critical = exception = fatal = msg


_DATA = re.compile(
    r"^\s*(DETAIL|HINT|CONTEXT|QUERY|STATEMENT|LINE \d+|\[SQL|\[parameters)\b.*", re.MULTILINE | re.DOTALL
)
"""What PostgreSQL and SQLAlchemy add to an error: the row, the statement, its parameters."""

_QUOTED = re.compile(r"""['"`].*['"`]""", re.DOTALL)
"""Values stand in quotes: `invalid literal for int() with base 10: 'Jane'`. To the last one, for values hold some."""

_ABOUT_CODE = (AttributeError, ImportError, ModuleNotFoundError, NameError, TypeError)


def _without_data(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Cut from a line what libraries print of an error in their own words."""
    event["event"] = _DATA.sub("…", str(event["event"]))
    return event


def _trace(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> str:
    """Return where an exception came from and what it is, without the values it names."""
    return "".join(reversed([*_told(exc_info[1])])).rstrip("\n")


def _told(error: BaseException | None) -> Iterator[str]:
    """Tell of an exception and then of those it came from, each once."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = "".join(traceback.format_tb(error.__traceback__))
        yield f"{frames}{type(error).__module__}.{type(error).__qualname__}: {_gist(error)}\n"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if error is not None:
            yield "which led to:\n"


def _gist(error: BaseException) -> str:
    """Return what an exception says, as far as that holds no record data.

    Our own texts never do (`bot.errors`), and some of Python's name nothing but code. Those of the operating system
    and about reaching a database name files and hosts, which one must know to mend them. All others lose what stands
    in quotes; those of requests are no exception, although they are OSErrors.
    """
    text, kind = _DATA.sub("", str(error)).strip(), type(error)
    system = isinstance(error, OSError) and kind.__module__ in {"builtins", "socket"}
    if isinstance(error, SfsyncError) or system or kind in _ABOUT_CODE or kind.__name__ == "OperationalError":
        return text
    return _QUOTED.sub("…", text)


def _thread_died(died: threading.ExceptHookArgs) -> None:
    """Log what ended a thread, which Python would print with every value it names."""
    if died.exc_value is not None:
        logging.getLogger("sfsync").error("thread died", exc_info=died.exc_value)
