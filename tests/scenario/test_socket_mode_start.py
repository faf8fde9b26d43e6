"""A bot in Socket Mode that starts, or ends, while Slack is away."""

from pathlib import Path
from time import monotonic

from bot.sandbox.slack.state import ADA, REVOPS
from bot.sandbox.slack.transport import Delivery
from tests.bot_at_work import bot_at_work
from tests.scenario.steps import readiness, slack_connection


def test_the_start_does_not_need_slack_and_the_bot_is_there_once_slack_is(tmp_path: Path) -> None:
    begun = monotonic()
    with bot_at_work(tmp_path, socket_mode=True, slack_is_down=True) as bot:
        assert monotonic() - begun < 60
        status, document = readiness(bot)
        assert status == 503
        assert document["slack_connection"]["connected_since"] is None
        bot.until(lambda: "service_unavailable" in slack_connection(bot)["trouble"])
        bot.company.workspace.faults.clear()
        assert bot.company.sockets.wait(1, timeout=60)
        assert bot.company.workspace.command(ADA, REVOPS, "help").ok
        assert bot.until(lambda: slack_connection(bot)["trouble"] == "" and slack_connection(bot)["connected_since"])


def test_slack_is_asked_again_no_sooner_than_it_says(tmp_path: Path) -> None:
    with bot_at_work(tmp_path, socket_mode=True, slack_is_down=True) as bot:
        workspace = bot.company.workspace
        with workspace.lock:
            workspace.faults.clear()
            workspace.fail("apps.connections.open", "ratelimited", status=429, retry_after=4)
        before = len(workspace.called("apps.connections.open"))
        assert bot.company.sockets.wait(1, timeout=60)
        refused, taken = workspace.called("apps.connections.open")[before : before + 2]
        assert (refused.status, taken.status) == (429, 200)
        assert taken.at - refused.at >= 4


def test_it_stops_while_slack_is_away_and_leaves_no_connection(tmp_path: Path) -> None:
    with bot_at_work(tmp_path, socket_mode=True) as bot:
        sockets = bot.company.sockets
        bot.service.stop()
        assert sockets.wait(0)
        assert sockets.deliver(Delivery("slash_commands", {"command": "/sfsync"})).error == "no_connection"
