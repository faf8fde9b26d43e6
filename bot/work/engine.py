"""The durable engine: a workflow that was enqueued ends, whatever happens to the process that runs it.

The only module that knows DBOS. Workflows and their steps get and give JSON only; a step that has ended is not
run again after a crash, the one in flight is. So every step must be safe to repeat.
"""

import sqlite3
from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID

T = TypeVar("T")

Workflow = Callable[..., None]

_LIVES = {"ENQUEUED", "DELAYED", "PENDING"}


class Engine:
    """Runs workflows from queues. One per process, since DBOS is.

    `url` is where it keeps its own tables; `executor` names this process for as long as its work lives, so that
    a restart finds what was interrupted; `queues` maps each queue to how many of its workflows run at once.
    """

    def __init__(self, url: str, executor: str, queues: Mapping[str, int], *, listen: Collection[str]) -> None:
        self._queues, self._listen = queues, listen
        if url.startswith("sqlite:///"):
            # DBOS leaves SQLite's default journal, with which each step takes twice as long.
            with closing(sqlite3.connect(Path(url.removeprefix("sqlite:///")))) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
        config: DBOSConfig = {
            "name": "sfsync",
            "system_database_url": url,
            "executor_id": executor,
            # Otherwise a hash of the source: after each upgrade, interrupted work would wait for ever.
            "application_version": "1",
            "log_level": "ERROR",
            # Pickle would let whoever can write the database run code.
            "serializer": DBOSPortableJSONSerializer(),
            "notification_listener_polling_interval_sec": 0.2,
        }
        DBOS(config=config)
        self._workflows: dict[str, tuple[str, Workflow]] = {}

    def register(self, name: str, queue: str, workflow: Workflow) -> None:
        """Make a workflow known by name. All must be known before `start`."""
        self._workflows[name] = queue, DBOS.workflow(name=name)(workflow)

    def start(self) -> None:
        """Begin to work, first with what an earlier process of this name left."""
        DBOS.listen_queues(list(self._listen))
        DBOS.launch()
        for queue, at_once in self._queues.items():
            DBOS.register_queue(
                queue, worker_concurrency=at_once, polling_interval_sec=0.2, on_conflict="always_update"
            )

    def enqueue(self, name: str, workflow_id: str, *arguments: int) -> None:
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

    def stop(self, patience: float) -> None:
        """Stop taking work, and give what runs `patience` seconds to end; the next start goes on with the rest."""
        DBOS.destroy(workflow_completion_timeout_sec=int(patience), destroy_registry=True)
