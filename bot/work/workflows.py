"""What each kind of job does, step by step. A step is repeated after a crash, so each is safe to repeat."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bot.clock import Clock
from bot.model.log_object import LogObject
from bot.ports import HubSpot, HubSpotLists, Salesforce, Slack
from bot.present import Presenter
from bot.present_uploads import UploadPresenter
from bot.sources.export_file import read as read_file
from bot.sources.salesforce_log import read as read_log
from bot.storage import Storage
from bot.usecases import (
    digests,
    exports,
    hubspot_views,
    ignoring,
    ingest,
    reminders,
    resync,
    salesforce_log,
    uploads,
)
from bot.work.dispatch import Flow, Kind, Step
from bot.work.engine import Queue

IMPORTS = {"imports": Queue(in_each=1, in_all=1)}
QUEUES = {
    **IMPORTS,
    "resyncs": Queue(in_each=1, in_all=1),
    "logs": Queue(in_each=1, in_all=1),
    "messages": Queue(in_each=4),
    "uploads": Queue(in_each=1),
    "views": Queue(in_each=1, in_all=1),
    "errors": Queue(in_each=1, in_all=1),
}
"""One resync at a time, in whichever process: two would race for the same API budget."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What the workflows work with."""

    storage: Storage
    clock: Clock
    slack: Slack
    hubspot: HubSpot
    lists: HubSpotLists
    salesforce: Salesforce
    present: Presenter
    uploads: UploadPresenter
    proof_after: timedelta
    old: timedelta
    timezone: str
    log: LogObject | None = None


def kinds(tools: Tools) -> dict[str, Kind]:
    """Return all kinds of jobs."""
    return {
        ingest.WORKFLOW: import_kind(tools.storage, tools.clock),
        resync.TOUCH: Kind("resyncs", _touch(tools), resync.held_up),
        resync.PROVE: Kind("resyncs", _prove(tools), resync.held_up),
        resync.REPORT: Kind("messages", _report(tools)),
        digests.WORKFLOW: Kind("messages", _deliver(tools), given_up=digests.given_up),
        reminders.WORKFLOW: Kind("messages", _remind(tools)),
        uploads.WORKFLOW: Kind("uploads", _upload(tools)),
        exports.WORKFLOW: Kind("messages", _export(tools)),
        salesforce_log.WORKFLOW: Kind("logs", _read_log(tools)),
        hubspot_views.CREATE: Kind("views", _create_view(tools)),
        hubspot_views.REMOVE: Kind("views", _remove_view(tools)),
        ignoring.MOVE: Kind("errors", _move(tools)),
        ignoring.END: Kind("errors", _end(tools)),
    }


def import_kind(storage: Storage, clock: Clock) -> Kind:
    """Record the chunks of a run one by one, then close it."""

    def flow(step: Step, subject: int) -> None:
        for number in step("chunks", ingest.remaining, storage, subject):
            step("record", ingest.record_chunk, storage, clock, subject, number)
        step("close", ingest.finish, storage, clock, subject)

    return Kind("imports", flow)


def _touch(tools: Tools) -> Flow:
    def flow(step: Step, subject: int) -> None:
        for ids in step("plan", resync.plan, tools.storage, subject):
            step(
                "touch",
                resync.touch,
                tools.storage,
                tools.clock,
                tools.hubspot,
                tools.salesforce,
                subject,
                ids,
            )
        step("touched", resync.touched, tools.storage, tools.clock, tools.proof_after, subject)

    return flow


def _prove(tools: Tools) -> Flow:
    def flow(step: Step, subject: int) -> None:
        step("prove", resync.prove, tools.storage, tools.clock, tools.hubspot, tools.salesforce, subject)

    return flow


def _report(tools: Tools) -> Flow:
    present = tools.present

    def flow(step: Step, subject: int) -> None:
        step(
            "report",
            resync.report,
            tools.storage,
            tools.slack,
            lambda batch, items: present.resync(batch, items, tools.timezone),
            present.moved,
            subject,
        )

    return flow


def _read_log(tools: Tools) -> Flow:
    def take_in(more: str) -> str:
        if tools.log is None:
            return ""  # promised before the setting was taken away
        read = partial(read_log, tools.salesforce, tools.log)
        return salesforce_log.take_in(tools.storage, tools.clock, tools.log, read, more)

    def flow(step: Step, subject: int) -> None:
        del subject
        more = step("take in", take_in, "")
        while more:
            more = step("take in", take_in, more)

    return flow


def _deliver(tools: Tools) -> Flow:
    present = tools.present

    def flow(step: Step, subject: int) -> None:
        step(
            "post",
            digests.post,
            tools.storage,
            tools.clock,
            tools.slack,
            present.digest,
            present.paused,
            subject,
        )

    return flow


def _remind(tools: Tools) -> Flow:
    present = tools.present

    def flow(step: Step, subject: int) -> None:
        step("remind", reminders.post, tools.storage, tools.clock, tools.slack, present.old_export, tools.old, subject)

    return flow


def _upload(tools: Tools) -> Flow:
    def tell(subject: int) -> None:
        uploads.tell(tools.storage, tools.clock, tools.slack, tools.uploads.message, subject)

    def flow(step: Step, subject: int) -> None:
        step("tell", tell, subject)
        if step("receive", uploads.receive, tools.storage, tools.clock, tools.slack, read_file, subject):
            step("told", tell, subject)

    return flow


def _export(tools: Tools) -> Flow:
    present = tools.present

    def flow(step: Step, subject: int) -> None:
        step(
            "send",
            exports.send,
            tools.storage,
            tools.clock,
            tools.slack,
            present.links,
            present.export_comment,
            present.export_failed,
            subject,
        )

    return flow


def _move(tools: Tools) -> Flow:
    def flow(step: Step, subject: int) -> None:
        after = step("move", ignoring.move, tools.storage, tools.clock, subject, 0)
        while after:
            after = step("move", ignoring.move, tools.storage, tools.clock, subject, after)

    return flow


def _end(tools: Tools) -> Flow:
    def flow(step: Step, subject: int) -> None:
        step("end", ignoring.end, tools.storage, tools.clock, subject)

    return flow


def _create_view(tools: Tools) -> Flow:
    def flow(step: Step, subject: int) -> None:
        trouble = ""
        for obj in step("plan", hubspot_views.plan, tools.storage, subject):
            trouble = step("fill", hubspot_views.fill, tools.storage, tools.lists, subject, obj) or trouble
        step("tell", hubspot_views.tell, tools.storage, tools.clock, tools.slack, tools.present.view, subject, trouble)

    return flow


def _remove_view(tools: Tools) -> Flow:
    def flow(step: Step, subject: int) -> None:
        step("remove", hubspot_views.remove, tools.storage, tools.clock, tools.lists, subject)

    return flow
