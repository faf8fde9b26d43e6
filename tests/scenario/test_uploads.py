"""`/sfsync import`: a file uploaded in a modal, looked at in a direct message, and then recorded, or not."""

from collections.abc import Iterator

import pytest

from bot.model.sync import Selection
from bot.present_uploads import FILES, NO, PARTIAL, YES
from bot.sandbox.crm.health import to_csv
from bot.sandbox.slack.state import ADA, BOT_USER, OTTO, REVOPS, VERA, Message
from tests.bot_at_work import BotAtWork, bot_at_work
from tests.scenario.steps import button, words

READING = ("being read", "wird gelesen")
HEADER = "Object,VID,Owner,Error Code,Error Message\n"


def rows(ids: range) -> str:
    return "".join(f"Contact,{one},Ada,STRING_TOO_LONG,First Name: data value too large\n" for one in ids)


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotAtWork]:
    with bot_at_work(tmp_path_factory.mktemp("uploads")) as started:
        yield started


def upload(bot: BotAtWork, content: str | bytes, user: str = ADA, *, partial: bool = False) -> Message:
    """Upload a file; answer the message it leads to, once it says more than that the file is being read."""
    workspace = bot.company.workspace
    before = {message.ts for message in told(bot, user)}
    assert workspace.command(user, REVOPS, "import").ok
    view = workspace.modal(user)
    assert view
    data = content.encode() if isinstance(content, str) else content
    values = {FILES: [("errors.csv", data)], PARTIAL: [PARTIAL] if partial else []}
    assert workspace.submit(user, view, values).ok
    assert "direct message" in words(workspace.modal(user)) or user == OTTO
    workspace.stacks[user].clear()

    def read() -> Message | None:
        new = [message for message in told(bot, user) if message.ts not in before]
        return new[-1] if new and not any(said in new[-1].text for said in READING) else None

    message = bot.until(read)
    assert message
    return message


def told(bot: BotAtWork, user: str) -> list[Message]:
    workspace = bot.company.workspace
    return [message for message in workspace.messages(workspace.dm(user).id, user) if message.user == BOT_USER]


def answer(bot: BotAtWork, message: Message, action: str, user: str = ADA) -> str:
    assert bot.company.workspace.press(user, message, action, value=button(message, action)).error is None
    return words(bot.company.workspace.message(message.channel, message.ts, user))


def statuses(bot: BotAtWork) -> dict[str, str]:
    with bot.at.storage.read() as tx:
        return {error.hubspot_id: error.status.value for error in tx.errors.find(Selection(), 10_000)}


def until_said(bot: BotAtWork, message: Message, text: str, user: str = ADA) -> str:
    def said() -> str:
        now = words(bot.company.workspace.message(message.channel, message.ts, user))
        return now if text in now else ""

    return bot.until(said)


def test_a_file_is_shown_before_it_is_recorded_and_its_end_is_told_in_the_same_message(bot: BotAtWork) -> None:
    preview = upload(bot, HEADER + rows(range(10_001, 10_011)))
    assert statuses(bot) == {}
    shown = words(preview)
    assert "10 rows · 10 new errors · 0 known already · 0 would be resolved · 0 rows rejected" in shown
    assert "• VID: HubSpot record id (guessed from its values)\n• Owner: kept as it is" in shown
    answer(bot, preview, YES)
    assert "10 new errors · 0 known already · 0 resolved" in until_said(bot, preview, "Recorded for")
    assert set(statuses(bot).values()) == {"open"}
    assert len(told(bot, ADA)) == 1


def test_what_would_resolve_much_is_warned_of_and_cancelled_changes_nothing(bot: BotAtWork) -> None:
    preview = upload(bot, HEADER + rows(range(10_001, 10_003)))
    assert "This would resolve 8 open errors" in words(preview)
    answer(bot, preview, NO)
    assert "Nothing was changed" in until_said(bot, preview, "Cancelled by")
    assert set(statuses(bot).values()) == {"open"}


def test_some_of_the_errors_resolve_nothing_and_rows_that_cannot_be_read_are_told(bot: BotAtWork) -> None:
    preview = upload(bot, HEADER + rows(range(10_020, 10_031)) + "Contact,<!channel>,,A,b\n", partial=True)
    shown = words(preview)
    assert "0 would be resolved · 1 row rejected" in shown
    assert "Line 13: '<!channel>' is no HubSpot record id" in shown.replace("&lt;", "<").replace("&gt;", ">")
    answer(bot, preview, YES)
    until_said(bot, preview, "Recorded for")
    assert len(statuses(bot)) == 21


@pytest.mark.parametrize("content", [b"PK\x03\x04 and so on", b"Dear all,\nplease find attached nothing.\n"])
def test_what_is_no_error_file_is_explained_and_changes_nothing(bot: BotAtWork, content: bytes) -> None:
    before = statuses(bot)
    message = upload(bot, content)
    assert "import that file" in words(message)
    assert statuses(bot) == before


def test_a_german_operator_reads_german_and_only_operators_upload(bot: BotAtWork) -> None:
    preview = upload(bot, to_csv(bot.company.sync.errors()[:5], "de"), OTTO)
    assert "5 neue Fehler" in words(preview)
    assert "Fehlermeldung: Fehlermeldung" in words(preview)
    outcome = bot.company.workspace.command(VERA, REVOPS, "import")
    assert "Only operators may do that" in words(outcome.message)
