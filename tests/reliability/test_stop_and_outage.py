"""Stops that are no crash, an engine file that is gone, and vendors that are down for a while."""

from pathlib import Path
from time import time

from bot.sandbox.slack.state import ADA, REVOPS
from tests.reliability.files import export_file
from tests.reliability.processes import Site, site, until
from tests.reliability.resyncs import (
    PROOF_AFTER,
    bring_hundred_in,
    check_message,
    check_repeats,
    check_states,
    check_touches,
    press,
    slow_vendors,
    unrecorded,
    wait_for_the_end,
)

ENDS_AFTER = 8.0
"""Seconds a stop may take (design, §7.4)."""


REASONS = {
    "String too long": "STRING_TOO_LONG",
    "Restricted picklist value": "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
    "Salesforce flow": "CANNOT_EXECUTE_FLOW_TRIGGER",
    "Salesforce custom field validation rule": "FIELD_CUSTOM_VALIDATION_EXCEPTION",
    "Salesforce duplicate rule": "DUPLICATES_DETECTED",
}
"""Types of errors, in the order in which their resync is asked for, and their codes."""

FAILED_POSTS = 3
"""Posts that meet a Slack that is down."""


def test_sigterm_in_the_middle_of_a_resync_ends_in_time_and_the_next_start_finishes(tmp_path: Path) -> None:
    with site(tmp_path, sfsync_proof_after=PROOF_AFTER) as at:
        bot = at.run()
        pairs = bring_hundred_in(at)
        slow_vendors(at, seconds=7.0)
        press(at)
        assert bot.terminate() < ENDS_AFTER
        stopped = time()
        assert "Traceback" not in bot.log.read_text()
        assert bot.command.returncode == 0
        at.company.faults.clear()
        in_the_post = unrecorded(at)
        at.run()
        wait_for_the_end(at)
        check_touches(at, pairs, kills=1)
        check_repeats(at, stopped)
        check_states(at, pairs)
        assert check_message(at, unrecorded=in_the_post) == "1 message"


def test_jobs_are_done_again_when_the_engine_file_was_deleted_between_two_runs(tmp_path: Path) -> None:
    with site(tmp_path, sfsync_proof_after=PROOF_AFTER) as at:
        bot = at.run()
        pairs = bring_hundred_in(at)
        slow_vendors(at)
        press(at)
        bot.kill()
        killed = time()
        in_the_post = unrecorded(at)
        delete_engine(at)
        at.run()
        wait_for_the_end(at)
        check_touches(at, pairs, kills=1)
        check_repeats(at, killed)
        check_states(at, pairs)
        check_message(at, unrecorded=in_the_post)


def test_import_works_when_only_the_database_was_deleted_and_the_engine_remembers_another(tmp_path: Path) -> None:
    with site(tmp_path) as at:
        file = export_file(tmp_path, "errors.csv", range(10))
        for _ in range(2):
            assert at.launch("import", str(file)).ended() == 0
            assert at.books.number("SELECT count(*) FROM error") == 10
            assert at.books.jobs_left() == 0
            for left in tmp_path.glob("sfsync.db*"):
                left.unlink()
        assert at.engine_file.exists()


def test_messages_come_in_the_order_they_were_asked_for_once_slack_is_up_again(tmp_path: Path) -> None:
    with site(tmp_path, sfsync_proof_after=600) as at:
        at.run()
        each = {"object": "contact", "message": "It is refused."}
        at.push([{**each, "hubspot_id": str(70_000_000 + n), "code": code} for n, code in enumerate(REASONS.values())])
        workspace = at.company.workspace
        workspace.fail("chat.postMessage", "service_unavailable", times=FAILED_POSTS, status=503)
        for label in REASONS:
            asked = workspace.command(ADA, REVOPS, f"resync {label}")
            assert asked.ok, asked
        until(lambda: len(workspace.called("chat.postMessage")) >= FAILED_POSTS + len(REASONS))
        until(lambda: not at.books.number("SELECT count(*) FROM job WHERE kind = 'report' AND NOT done"))
        texts = [message.text for message in workspace.messages(REVOPS)]
        assert len(texts) == len(REASONS)
        assert [label for text in texts for label in REASONS if label in text] == list(REASONS)


def delete_engine(at: Site) -> None:
    for file in at.folder.glob(f"{at.engine_file.name}*"):
        file.unlink()
