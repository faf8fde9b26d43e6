"""Logs: one JSON object a line on standard error, or coloured lines for a person at a terminal.

Every line carries the `request` or the `job` it belongs to. Secrets are
SecretStr and never reach a line; record data appears at debug level only.
"""

import logging
import sys

import structlog


def configure(level: int = logging.INFO) -> None:
    """Send our own logs and those of the libraries through one pipe, from `level` up."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    )
    finish = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            renderer,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(finish)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in (
        "slack_bolt",
        "slack_sdk",
        "urllib3",
        "apscheduler",
        "waitress",
        "simple_salesforce",
        "alembic",
    ):
        # Bolt and the SDK print whole request bodies below warning: people's words do not belong in a log.
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # A look that is still busy when the next is due is skipped, which is what we want and no news.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )


def get(name: str) -> structlog.typing.FilteringBoundLogger:
    """Return a logger of ours."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(name)
    return logger
