"""A digest that is killed around its post: one message, or two where the kill fell between Slack and our record."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep

import pytest

from bot.sandbox.slack.state import ADA, REVOPS
from bot.store.database import Database
from bot.store.migrate import make_current
from bot.store.storage import SqlStorage
from bot.usecases import digests
from tests.reliability.processes import Site, site, until
from tests.reliability.seeds import FALLS, Fall

DELAY = 0.3
"""Seconds Slack takes, before the message is there or after it."""

AROUND = 0.6
"""Seconds within which the kill falls once the digest was planned, or once its post was sent."""


def subscribe(at: Site, *, due: datetime) -> None:
    """Give the channel a digest that is due at a moment."""
    database = Database(f"sqlite:///{at.folder / 'sfsync.db'}")
    make_current(database)
    with SqlStorage(database).write() as tx:
        when = f"{due:%H:%M}"
        digests.subscribe(tx, due, channel=REVOPS, at=when, timezone="UTC", language="en", who=ADA)
        tx.subscriptions.move(tx.subscriptions.all()[0].id, due)
    database.close()


def step_of(at: Site) -> str:
    """Tell from the bot's database and Slack where a kill fell."""
    (delivery,) = at.books.rows("SELECT state FROM delivery")
    (job,) = at.books.rows("SELECT done, running FROM job WHERE kind = 'deliver'")
    if delivery["state"] == "delivered":
        return "delivered and done" if job["done"] else "recorded, the job not finished"
    if at.company.workspace.messages(REVOPS):
        return "between Slack's receipt and our record"
    if sent(at):
        return "sent, on its way to Slack"
    return "handed over, not sent" if job["running"] else "planned, not handed over"


def sent(at: Site) -> bool:
    """Tell whether the post has left the bot: then the delay arranged for it is used up."""
    return not at.company.workspace.faults


@pytest.mark.parametrize("fall", FALLS)
def test_digest_killed_around_its_post_is_there_once_or_twice_if_slack_had_it_unrecorded(
    tmp_path: Path, fall: Fall
) -> None:
    with site(tmp_path) as at:
        subscribe(at, due=datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=1))
        at.company.workspace.fail("chat.postMessage", "", delay=DELAY, after=fall.coin("slow answer"))
        bot = at.run()
        planned = "SELECT count(*) FROM job WHERE kind = 'deliver'"
        until(lambda: sent(at) if fall.coin("later") else at.books.number(planned) > 0)
        sleep(moment := fall.after(AROUND))
        bot.kill()
        step = step_of(at)
        in_the_post = sent(at) and not at.books.number("SELECT count(*) FROM delivery WHERE state = 'delivered'")
        at.run()
        until(lambda: at.books.jobs_left() == 0)
        messages = at.company.workspace.messages(REVOPS)
        assert len(messages) == 1 or (len(messages) == 2 and in_the_post)
        (delivery,) = at.books.rows("SELECT * FROM delivery")
        assert (delivery["state"], delivery["ts"]) == ("delivered", messages[-1].ts)
        assert at.books.number("SELECT count(*) FROM job WHERE kind = 'deliver'") == 1
        fall.tell(moment, step, f"{len(messages)} message{'s' if len(messages) > 1 else ''}")
