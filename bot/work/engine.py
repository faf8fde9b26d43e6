"""The durable engine: a workflow that was enqueued ends, whatever happens to the process that runs it.

The only module that knows DBOS. Workflows and their steps get and give JSON only; a step that has ended is not
run again after a crash, the one in flight is. So every step must be safe to repeat.
"""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID, WorkflowStatus
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StorageUnavailable
from bot.files import private

T = TypeVar("T")

Workflow = Callable[..., None]

FORGOTTEN_AT_ONCE = 500
"""Ended workflows that one call forgets."""

POLLED_EVERY = 0.5
"""Seconds between two looks into a queue. Each takes 4 ms of the processor, and all queues are looked into."""

_LIVES = {"ENQUEUED", "DELAYED", "PENDING"}
_ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]


@dataclass(frozen=True, slots=True)
class Queue:
    """How many workflows of a queue run at once: in one process, and, unless that is None, in all together."""

    in_each: int
    in_all: int | None = None


class Engine:
    """Runs workflows from queues. One per process, since DBOS is. `url` is where it keeps its own tables."""

    def __init__(self, url: str, queues: Mapping[str, Queue]) -> None:
        self._url, self._queues = url, queues
        self._executor = ""
        self._workflows: dict[str, tuple[str, Workflow]] = {}

    def register(self, name: str, queue: str, workflow: Workflow) -> None:
        """Make a workflow known by name. All must be known before `start`."""
        self._workflows[name] = queue, DBOS.workflow(name=name)(workflow)

    def start(self, executor: str) -> None:
        """Begin to work under a name, first with what an earlier process of this name left.

        Raises StorageUnavailable; the workflows must be registered anew then.
        """
        self._executor = executor
        if self._url.startswith("sqlite:///"):
            file = Path(self._url.removeprefix("sqlite:///"))
            private(file)
            # DBOS leaves SQLite's default journal, with which each step takes twice as long.
            with closing(sqlite3.connect(file)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
        config: DBOSConfig = {
            "name": "sfsync",
            "system_database_url": self._url,
            "executor_id": executor,
            # Otherwise a hash of the source: after each upgrade, interrupted work would wait for ever.
            "application_version": "1",
            "log_level": "ERROR",
            # Pickle would let whoever can write the database run code.
            "serializer": DBOSPortableJSONSerializer(),
            "notification_listener_polling_interval_sec": 0.2,
        }
        DBOS(config=config)
        DBOS.listen_queues(list(self._queues))
        try:
            DBOS.launch()
        except SQLAlchemyError as error:
            DBOS.destroy(destroy_registry=True)
            raise StorageUnavailable("the durable engine cannot reach it") from error
        for name, queue in self._queues.items():
            DBOS.register_queue(
                name,
                worker_concurrency=queue.in_each,
                global_concurrency=queue.in_all,
                polling_interval_sec=POLLED_EVERY,
                on_conflict="always_update",
            )

    def enqueue(self, name: str, workflow_id: str, *arguments: int | str) -> None:
        """Have a workflow run once; an id that was used before changes nothing."""
        queue, workflow = self._workflows[name]
        with SetWorkflowID(workflow_id):
            DBOS.enqueue_workflow(queue, workflow, *arguments)

    def step(self, name: str, function: Callable[..., T], *arguments: Any) -> T:  # noqa: ANN401 - JSON values
        """Run a function as a step of the workflow that is running."""
        return DBOS.run_step({"name": name}, function, *arguments)

    def lives(self, workflow_id: str) -> bool:
        """Tell whether a workflow still waits or runs."""
        status = DBOS.get_workflow_status(workflow_id)
        return status is not None and status.status in _LIVES

    def resume(self, executor: str) -> int:
        """Have others go on with what a dead process was doing; answer how many workflows that were.

        DBOS does this by itself only for a process that comes back under the same name.
        """
        left = DBOS.list_workflows(status="PENDING", executor_id=executor, load_input=False, load_output=False)
        for queue, workflows in groupby(sorted(left, key=_queue), key=_queue):
            DBOS.resume_workflows([one.workflow_id for one in workflows], queue_name=queue)
        return len(left)

    def forget(self, before: datetime) -> int:
        """Forget workflows that ended before a moment, so that months leave no more than a week; answer how many."""
        ended = DBOS.list_workflows(
            status=_ENDED,
            completed_before=before.isoformat(),
            limit=FORGOTTEN_AT_ONCE,
            load_input=False,
            load_output=False,
        )
        if ended:
            DBOS.delete_workflows([one.workflow_id for one in ended])
        return len(ended)

    def stop(self, patience: float) -> bool:
        """Stop taking work, and give what runs `patience` seconds to end; tell whether all of it did."""
        DBOS.destroy(workflow_completion_timeout_sec=int(patience), destroy_registry=True)
        try:
            client = DBOSClient(system_database_url=self._url)
        except Exception:  # noqa: BLE001 - whatever keeps us from looking, we cannot say that all is done
            return False
        try:
            return not client.list_workflows(status="PENDING", executor_id=self._executor, load_input=False)
        finally:
            client.destroy()


def _queue(workflow: WorkflowStatus) -> str:
    return workflow.queue_name or ""
