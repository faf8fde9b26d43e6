"""What must not be believed, and who must not be trusted, when something else goes wrong at the same time."""

from dataclasses import replace

from bot.sandbox.faults import Fault
from bot.sandbox.slack.state import REVOPS
from tests.bot_at_work import API_TOKEN, BotAtWork
from tests.scenario.steps import (
    ask,
    finished,
    hubspot_token,
    newcomer,
    open_errors,
    pairs,
    post,
    press,
    prove,
    resyncs,
    started,
    words,
)

AUTHORIZED = {"Authorization": f"Bearer {API_TOKEN}"}


def test_our_own_token_is_no_proof_though_the_hubspot_id_is_learned_after_the_touch(bot: BotAtWork) -> None:
    linked = next(each for each in open_errors(bot, "string_too_long") if each.hubspot_id and each.salesforce_id)
    told = {"object": "contact", "salesforce_id": linked.salesforce_id, "code": "PROOF_CODE", "message": "not so"}
    post(bot, "/api/v1/errors", json=[told], headers=AUTHORIZED)
    [pair] = pairs(bot, [linked])
    if pair.hubspot:
        # Outside the inclusion segment nothing is ever carried over.
        bot.company.world.write_hubspot(pair.hubspot, {"exclude_from_salesforce": "true"}, note=False)
    live = started(bot, "PROOF_CODE")
    post(bot, "/api/v1/errors", json=[{**told, "hubspot_id": "990000000001"}], headers=AUTHORIZED)
    bot.company.sync.run()
    shown = prove(bot, live)
    assert not hubspot_token(pair)
    assert "Resolved" not in shown.counts


def test_who_slack_tells_nothing_about_changes_nothing_even_if_named(bot: BotAtWork) -> None:
    stranger = newcomer(bot, "en-US")
    bot.company.workspace.fail("users.info", "internal_error", times=2)
    before = len(resyncs(bot))
    assert "Slack did not tell who you are" in ask(bot, "resync picklists", stranger).text
    assert len(resyncs(bot)) == before


def test_an_unknown_time_zone_is_the_default_one(bot: BotAtWork) -> None:
    someone = newcomer(bot, "en-US")
    people = bot.company.workspace.people
    people[someone] = replace(people[someone], tz="Mars/Olympus")
    assert "open errors" in ask(bot, "errors", someone).text


def test_a_refusal_for_good_ends_the_resync_and_frees_its_errors(bot: BotAtWork) -> None:
    bot.company.faults.add(Fault("server_error", path="/crm/objects", status=403))
    before = len(resyncs(bot))
    assert press(bot, ask(bot, "errors mismatched_options"), "resync.v1").ok
    live = bot.until(lambda: resyncs(bot)[before:])[-1]
    bot.until(lambda: finished(live))
    assert "HubSpot: NotAuthorized" in words(live)
    bot.company.faults.clear()
    assert "is resyncing these errors" not in ask(bot, "resync mismatched_options", channel=REVOPS).text
