"""Two bots in two processes on one PostgreSQL database, in one company: what both could do is done once."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from threading import Barrier
from time import sleep, time
from typing import Any, TypeVar

import pytest
import requests

from bot.sandbox.slack.inputs import elements
from bot.sandbox.slack.state import ADA, BOT_USER, OTTO, REVOPS, VERA
from bot.sandbox.slack.transport import Answer, Delivery, over_http
from bot.usecases.ingest import CHUNK
from tests.postgres import PostgresServer
from tests.reliability.digests import CHANNELS, subscribe
from tests.reliability.files import export_file
from tests.reliability.processes import API_TOKEN, Process, Site, site, until
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

T = TypeVar("T")

LOOKS = 2.5
"""Seconds in which both processes look for due work again."""

ENDS_AFTER = 8.0
"""Seconds a stop may take (design, §7.4)."""

ROUNDS = 3
"""Times that a race is run."""


@dataclass
class Two:
    """Two processes, and the site they work for."""

    at: Site
    bots: tuple[Process, Process]

    def deliver(self, deliveries: Sequence[Delivery]) -> list[Answer]:
        """Have Slack send at the same moment to the first process the first delivery, and so on."""
        secret = self.at.company.workspace.signing_secret
        pairs = list(zip(deliveries, self.bots, strict=True))
        return at_once([partial(over_http, one, bot.address, secret) for one, bot in pairs])

    def settle(self) -> None:
        """Wait until nothing is left to do, and both have looked again."""
        until(lambda: self.at.books.jobs_left() == 0)
        sleep(LOOKS)
        until(lambda: self.at.books.jobs_left() == 0)


@pytest.fixture(scope="module")
def two(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """Two processes that were started at the same moment."""
    with postgres.database() as url, site(tmp_path_factory.mktemp("two"), url) as at:
        started = [at.launch("run") for _ in range(2)]
        yield Two(at, (at.ready(started[0]), at.ready(started[1])))


@pytest.fixture
def own_two(postgres: PostgresServer, tmp_path: Path) -> Iterator[Two]:
    """Two processes of which the test may end one."""
    with postgres.database() as url, site(tmp_path, url, sfsync_proof_after=PROOF_AFTER) as at:
        yield Two(at, (at.run(), at.run()))


def at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    together = Barrier(len(calls))

    def run(call: Callable[[], T]) -> T:
        together.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


codes = count(1)


def push(at: Site, number: int, bot: Process | None = None) -> str:
    """Bring in so many errors with a code that nobody else has; answer the code."""
    code = f"RACE_{next(codes):03}"
    told(at, bot, [{"object": "contact", "hubspot_id": str(80_000_000 + n), "code": code} for n in range(number)])
    return code


def told(at: Site, bot: Process | None, errors: Sequence[Mapping[str, str]]) -> dict[str, int]:
    address = bot.address if bot else at.company.workspace.request_url
    door = address.replace("/slack/events", "/api/v1/errors")

    def send() -> requests.Response | None:
        answer = requests.post(door, json=errors, headers={"Authorization": f"Bearer {API_TOKEN}"}, timeout=30)
        assert answer.status_code in {200, 503}, answer.text
        # Too many writers at this moment: nothing was recorded, and a program sends it again.
        return answer if answer.status_code == 200 else None

    done = until(send)
    assert done
    return {name: done.json()[name] for name in ("accepted", "new", "updated")}


def captured(at: Site, act: Callable[[], object]) -> Delivery:
    """Answer the request that an action sends, without sending it."""
    kept: list[Delivery] = []
    workspace = at.company.workspace

    def keep(delivery: Delivery, _url: str, _secret: str) -> Answer:
        kept.append(delivery)
        return Answer(200)

    real, workspace.transport = workspace.transport, keep
    try:
        act()
    finally:
        workspace.transport = real
    return kept[0]


def command(at: Site, who: str, text: str) -> Delivery:
    return captured(at, lambda: at.company.workspace.command(who, REVOPS, text))


def click(at: Site, who: str, code: str) -> Delivery:
    """Answer a click on the button that resyncs all errors of a code."""
    card = at.company.workspace.command(who, REVOPS, f"errors {code}").message
    assert card
    values = [element["value"] for _, element in elements(card.blocks) if element["action_id"] == "resync.v1"]
    return captured(at, lambda: at.company.workspace.press(who, card, "resync.v1", value=values[0]))


def batches(at: Site, code: str) -> list[dict[str, Any]]:
    """Answer the resyncs that hold errors of a code, and how many each."""
    return at.books.rows(
        "SELECT b.requested_by AS who, b.token, count(*) AS errors FROM resync_batch b"
        " JOIN resync_item i ON i.batch_id = b.id JOIN error e ON e.id = i.error_id"
        " JOIN error_group g ON g.id = e.group_id WHERE g.code LIKE :code GROUP BY b.id, b.requested_by, b.token",
        code=f"{code}%",
    )


def tokens_written(at: Site) -> Counter[tuple[str, str]]:
    """Count the records and tokens that were sent to HubSpot."""
    found: Counter[tuple[str, str]] = Counter()
    for call in at.company.hubspot_calls:
        if call.path.endswith("/batch/update"):
            for entry in json.loads(call.body)["inputs"]:
                found[entry["id"], next(iter(entry["properties"].values()))] += 1
    return found


def test_both_start_at_once_and_ask_salesforce_for_its_usage_once(two: Two) -> None:
    until(lambda: two.at.books.number("SELECT count(*) FROM usage_sample"))
    sleep(LOOKS)
    assert two.at.books.number("SELECT count(*) FROM usage_sample") == 1
    assert sum("/limits" in call.path for call in two.at.company.salesforce_calls) == 1
    assert two.at.books.number("SELECT count(*) FROM executor WHERE ended_at IS NULL") == 2


def test_r04_one_click_delivered_to_both_is_one_resync(two: Two) -> None:
    at = two.at
    for _ in range(ROUNDS):
        code = push(at, 3)
        pressed = click(at, ADA, code)
        answers = two.deliver([pressed, pressed])
        assert [answer.error for answer in answers] == [None, None]
        two.settle()
        [batch] = batches(at, code)
        assert (batch["who"], batch["errors"]) == (ADA, 3)
        assert [number for (_, token), number in tokens_written(at).items() if token == batch["token"]] == [1] * 3


def test_r05_two_people_who_press_for_overlapping_errors_share_none(two: Two) -> None:
    at = two.at
    for _ in range(ROUNDS):
        code = push(at, 40)
        # The second asks for a part of what the first asks for.
        part = {"object": "contact", "code": f"{code}_B"}
        told(at, None, [{**part, "hubspot_id": str(81_000_000 + n)} for n in range(20)])
        answers = two.deliver([click(at, ADA, code), click(at, OTTO, f"{code}_B")])
        assert [answer.error for answer in answers] == [None, None]
        two.settle()
        found = batches(at, code)
        assert sum(batch["errors"] for batch in found) == 60
        ours = {batch["token"] for batch in found}
        assert all(number == 1 for (_, token), number in tokens_written(at).items() if token in ours)
        if len(found) == 1:
            # Ada was first and has all; Otto reads so.
            assert f"<@{ADA}>" in str(at.company.workspace.modal(OTTO))


def test_r18_digests_due_at_one_moment_are_posted_once_though_both_fire(two: Two) -> None:
    at = two.at
    subscribe(at, CHANNELS)
    until(lambda: at.books.number("SELECT count(*) FROM delivery") == len(CHANNELS))
    two.settle()
    found = Counter(message.channel for message in at.company.workspace.posted if message.user == BOT_USER)
    assert {channel: found[channel] for channel in CHANNELS} == dict.fromkeys(CHANNELS, 1)
    assert at.books.number("SELECT count(*) FROM delivery WHERE state = 'delivered'") == len(CHANNELS)
    assert at.books.number("SELECT count(*) FROM job WHERE kind = 'deliver'") == len(CHANNELS)


def test_an_import_by_one_keeps_nobody_waiting_at_the_others(two: Two) -> None:
    at, rows = two.at, 5 * CHUNK
    importing = at.launch("import", "--partial", str(export_file(at.folder, "served.csv", range(rows))))
    asked = 0
    while importing.alive:
        answers = two.deliver([command(at, ADA, "errors"), command(at, VERA, "usage")])
        assert [answer.error for answer in answers] == [None, None]
        asked += 1
    assert importing.ended() == 0, importing.log.read_text()
    assert asked > 3
    assert at.books.number("SELECT count(*) FROM error WHERE hubspot_id LIKE '7000%'") == rows
    assert at.books.number("SELECT count(*) FROM error WHERE hubspot_id LIKE '7000%' AND occurrences > 1") == 0


def test_a_push_and_an_import_about_the_same_errors_at_once_make_each_once(two: Two) -> None:
    at, rows = two.at, 2 * CHUNK
    first = 70_100_000
    file = export_file(at.folder, "both.csv", range(first - 70_000_000, first - 70_000_000 + rows))
    errors = [
        {
            "object": "contact",
            "hubspot_id": line[1],
            "record": line[2],
            "code": line[3],
            "message": line[4],
            "fields": line[5],
        }
        for line in (row.split(",") for row in file.read_text().splitlines()[1:])
    ]
    importing = at.launch("import", "--partial", str(file))
    known = "SELECT count(*) FROM error WHERE hubspot_id LIKE '701%'"
    pushed = Counter[str]()
    for start in range(0, rows, 100):
        part = errors[start : start + 100]
        for figures in at_once([partial(told, at, bot, part) for bot in two.bots]):
            pushed.update(figures)
    assert importing.ended() == 0, importing.log.read_text()
    assert at.books.number(known) == rows
    [run] = at.books.rows("SELECT new, still_open FROM ingest_run WHERE name = 'both.csv'")
    assert run["new"] + run["still_open"] == rows
    assert pushed["new"] + run["new"] == rows
    assert at.books.rows(f"{known.replace('count(*)', 'DISTINCT occurrences')}") == [{"occurrences": 3}]


def test_one_that_is_asked_to_end_leaves_its_work_to_the_other(own_two: Two) -> None:
    at = own_two.at
    pairs = bring_hundred_in(at)
    slow_vendors(at, seconds=2.0)
    press(at)
    [working] = at.books.rows(
        "SELECT e.pid FROM dbos.workflow_status w JOIN executor e ON w.executor_id = 'sfsync-' || e.id"
        " WHERE w.status = 'PENDING' AND w.name = 'resync'"
    )
    [leaving] = [bot for bot in own_two.bots if bot.command.pid == working["pid"]]
    [staying] = [bot for bot in own_two.bots if bot is not leaving]
    assert leaving.terminate() < ENDS_AFTER
    stopped = time()
    assert leaving.command.returncode == 0
    assert "Traceback" not in leaving.log.read_text()
    in_the_post = unrecorded(at)
    at.company.faults.clear()
    at.company.workspace.request_url = staying.address
    assert at.company.workspace.command(ADA, REVOPS, "errors").ok
    wait_for_the_end(at)
    check_touches(at, pairs, kills=1)
    check_repeats(at, stopped)
    check_states(at, pairs)
    assert check_message(at, unrecorded=in_the_post) == "1 message"
    assert at.books.number("SELECT count(*) FROM executor WHERE ended_at IS NULL") == 1


def test_sessions_an_administrator_ends_cost_no_work_and_double_nothing(own_two: Two, postgres: PostgresServer) -> None:
    at = own_two.at
    pairs = bring_hundred_in(at)
    slow_vendors(at)
    press(at)
    cuts = []
    for _ in range(3):
        cuts.append(time())
        assert postgres.terminate_sessions(at.database_url)
        sleep(0.5)
    wait_for_the_end(at)
    check_touches(at, pairs, kills=len(cuts))
    check_repeats(at, *cuts)
    check_states(at, pairs)
    assert all(bot.alive for bot in own_two.bots)


def test_a_server_that_is_away_for_a_while_is_waited_for_by_both(own_two: Two, postgres: PostgresServer) -> None:
    at = own_two.at
    subscribe(at, CHANNELS)
    pairs = bring_hundred_in(at)
    slow_vendors(at)
    press(at)
    in_the_post = unrecorded(at)
    postgres.stop("immediate")
    stopped = time()
    sleep(8.0)
    asked = at.company.workspace.command(ADA, REVOPS, "errors")
    postgres.start()
    # Who asks meanwhile hears so in time, instead of Slack's own complaint.
    assert asked.error is None, asked
    wait_for_the_end(at)
    check_touches(at, pairs, kills=1)
    check_repeats(at, stopped)
    check_states(at, pairs)
    check_message(at, unrecorded=in_the_post)
    assert all(bot.alive for bot in own_two.bots)
    until(lambda: at.company.workspace.command(ADA, REVOPS, "errors").ok)
