"""Files that go to Slack: large ones, and those that Slack does not take."""

import csv
import io
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from zipfile import ZipFile

import pytest

from bot.model.sync import Selection
from bot.sandbox.slack.state import ADA, BOT_USER, OTTO
from bot.usecases.exports import PATIENCE, WORKFLOW, written
from tests.bot_at_work import BotAtWork, bot_at_work
from tests.failures.scenes import changed
from tests.scenario.steps import ask, captured, dm, words


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotAtWork]:
    with bot_at_work(tmp_path_factory.mktemp("bot"), sfsync_admins=f"{ADA},{OTTO}") as bot:
        bot.import_errors()
        yield bot


def told(bot: BotAtWork, user: str = ADA) -> list[str]:
    return [words(each) for each in bot.company.workspace.messages(dm(bot, user)) if each.user == BOT_USER]


def ended(bot: BotAtWork) -> None:
    """Wait until all files that were asked for came, or were given up."""

    def done() -> bool:
        with bot.at.storage.read() as tx:
            return all(tx.jobs.done(WORKFLOW, number) for number in range(1, 50))

    bot.until(done)


def test_a_large_file_is_zipped_with_every_row(bot: BotAtWork) -> None:
    now = bot.clock.now()
    with written(bot.at.storage, Selection(category="duplicates"), bot.at.links, now, 1000) as (name, content, count):
        assert name.endswith(".csv.zip")
        with ZipFile(content) as archive, archive.open(name.removesuffix(".zip")) as member:
            rows = list(csv.DictReader(io.TextIOWrapper(member, "utf-8-sig", newline="")))
    assert len(rows) == count > 0
    assert {row["category"] for row in rows} == {"duplicates"}


@pytest.mark.parametrize(
    ("method", "error", "advice"),
    [
        ("files.getUploadURLExternal", "missing_scope", "the scope `files:write`"),
        ("files.completeUploadExternal", "file_upload_size_restricted", "Export a part of the errors"),
    ],
)
def test_a_file_slack_does_not_take_is_told_and_holds_up_nothing(
    bot: BotAtWork, method: str, error: str, advice: str
) -> None:
    before, files = len(told(bot)), len(bot.company.workspace.files)
    bot.company.workspace.fail(method, error)
    ask(bot, "export duplicates")
    ask(bot, "export picklists")
    bot.until(lambda: len(told(bot)) == before + 2)
    first, second = told(bot)[before:]
    assert advice in first
    assert error in first
    assert "as CSV" in second
    assert len(bot.company.workspace.files) > files


def test_a_file_that_cannot_be_written_is_told_at_once(bot: BotAtWork, monkeypatch: pytest.MonkeyPatch) -> None:
    before = len(told(bot))
    with monkeypatch.context() as full:
        full.setattr(tempfile, "tempdir", str(bot.folder / "nowhere"))
        ask(bot, "export duplicates")
        bot.until(lambda: told(bot)[before:])
    [said] = told(bot)[before:]
    assert "The CSV file could not be sent (No such file or directory)." in said
    assert "Export a part of the errors" in said
    ask(bot, "export duplicates")
    bot.until(lambda: "as CSV" in told(bot)[-1])


def test_a_file_asked_for_under_a_message_in_direct_messages_comes_in_its_thread(bot: BotAtWork) -> None:
    here = dm(bot, ADA)
    ask(bot, "notify daily 09:00", channel=here)
    with bot.at.storage.read() as tx:
        due = tx.subscriptions.all()[0].next_at
    bot.later(due - bot.clock.now())
    digest = bot.until(lambda: [m for m in bot.company.workspace.messages(here) if m.text.startswith("Sync health")])[0]
    # Its buttons today show details; those of a later version may export.
    click = changed(captured(bot, digest, "details.v1"), action_id="export.v1")
    assert bot.company.workspace.deliver(click).status == 200
    shared = bot.until(lambda: [m for m in bot.company.workspace.messages(here) if m.thread_ts == digest.ts])[0]
    assert shared.files
    ask(bot, "notify off", channel=here)


def test_a_file_whose_sharing_was_not_heard_of_is_not_sent_twice(bot: BotAtWork) -> None:
    before, files = len(told(bot)), set(bot.company.workspace.files)
    bot.company.workspace.fail("files.completeUploadExternal", "internal_error", after=True)
    ask(bot, "export duplicates")
    bot.until(lambda: len(told(bot)) == before + 1)
    bot.later(timedelta(minutes=5))
    ask(bot, "export picklists")
    bot.until(lambda: len(told(bot)) >= before + 2)
    sent = set(bot.company.workspace.files) - files
    assert len(told(bot)[before:]) == len(sent) == 2
    with bot.at.storage.read() as tx:
        assert {file for _, file in tx.exports.shared()} >= sent


@pytest.mark.parametrize(("error", "later"), [("user_not_found", timedelta()), ("internal_error", PATIENCE)])
def test_a_person_who_cannot_be_written_to_holds_up_nothing(bot: BotAtWork, error: str, later: timedelta) -> None:
    before, workspace = len(told(bot)), bot.company.workspace
    workspace.fail("conversations.open", error, times=100)
    calls = len(workspace.called("conversations.open"))
    ask(bot, "export duplicates")
    bot.until(lambda: len(workspace.called("conversations.open")) > calls)
    bot.later(later)
    ended(bot)
    workspace.faults.clear()
    ask(bot, "export picklists")
    bot.until(lambda: len(told(bot)) > before)
    assert len(told(bot)) == before + 1


@pytest.mark.parametrize(("error", "later"), [("channel_not_found", timedelta()), ("internal_error", PATIENCE)])
def test_what_cannot_even_be_told_of_ends_too(bot: BotAtWork, error: str, later: timedelta) -> None:
    workspace = bot.company.workspace
    workspace.fail("files.completeUploadExternal", "file_upload_size_restricted", times=100)
    workspace.fail("chat.postMessage", error, times=100)
    posts = len(workspace.called("chat.postMessage"))
    ask(bot, "export duplicates")
    bot.until(lambda: len(workspace.called("chat.postMessage")) > posts)
    bot.later(later)
    ended(bot)
    workspace.faults.clear()
