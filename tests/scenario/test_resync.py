"""Resync, from the press to the proof: what the vendors get, what people read."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from math import ceil

import pytest

from bot.sandbox.crm.mapping import TOKEN_FIELD
from bot.sandbox.faults import Fault
from bot.sandbox.slack.state import ADA, BOT_USER, GENERAL, LEADERS, OTTO, REVOPS, VERA
from tests.bot_at_work import BotAtWork
from tests.scenario.steps import (
    PROOF,
    all_touched,
    ask,
    captured,
    dm,
    finished,
    hubspot_batches,
    hubspot_token,
    later,
    mend_all,
    names,
    open_errors,
    pairs,
    press,
    prove,
    resyncs,
    salesforce_batches,
    salesforce_token,
    started,
    tell_of_lead,
    words,
)


def test_more_than_100_resyncs_the_first_100_and_says_how_many_are_left(bot: BotAtWork) -> None:
    errors = open_errors(bot, category="property_values")
    first, rest = errors[:100], errors[100:]
    assert rest, "the world must hold more than one press covers"
    before, before_salesforce = hubspot_batches(bot), salesforce_batches(bot)
    live = started(bot, "property values")

    assert {pair.hubspot.id for pair in pairs(bot, errors) if pair.hubspot and hubspot_token(pair)} == {
        each.hubspot_id for each in first
    }
    assert f"{len(rest)} more errors are not part of this" in words(live)
    assert "0 of 100 finished" in live.text
    minimum = sum(ceil(count / 100) for count in Counter(each.object_type for each in first).values())
    assert hubspot_batches(bot) - before == minimum
    assert salesforce_batches(bot) == before_salesforce
    assert sum(prove(bot, live).counts.values()) == 100


def test_a_mended_error_is_proved_resolved_and_leaves_the_cards(bot: BotAtWork) -> None:
    errors = open_errors(bot, "salesforce_custom_field_validation_rule")
    total = len(open_errors(bot))
    before = hubspot_batches(bot)
    live = started(bot, "salesforce_custom_field_validation_rule")
    assert hubspot_batches(bot) - before == len({each.object_type for each in errors})
    mend_all(bot, errors)
    bot.company.sync.run()
    shown = prove(bot, live)

    assert shown.names("Resolved") == names(errors)
    assert shown.counts == {"Resolved": len(errors)}
    tokens = {hubspot_token(pair) for pair in pairs(bot, errors)}
    assert len(tokens) == 1
    assert {salesforce_token(pair) for pair in pairs(bot, errors)} == tokens
    assert "No open errors" in words(ask(bot, "errors salesforce_custom_field_validation_rule"))
    assert f"{total - len(errors)} open" in ask(bot, "errors").text


def test_an_unmended_error_is_still_failing_with_the_reason_of_the_latest_export(bot: BotAtWork) -> None:
    errors = open_errors(bot, "invalid_email")
    live = started(bot, "invalid_email")
    for number, pair in enumerate(pairs(bot, errors)):
        assert pair.hubspot
        # Refused by Salesforce now, whichever side refused it before.
        name = "secondary_email" if "econdary" in errors[number].message else "email"
        bot.company.world.write_hubspot(pair.hubspot, {name: f"wrong again {number}"})
    later(bot, timedelta(seconds=300))
    bot.company.sync.run()
    fresh = [each.message for each in open_errors(bot, "invalid_email")]
    assert all("wrong again" in message for message in fresh)
    bot.import_errors()
    shown = prove(bot, live)

    assert shown.counts == {"Still failing": len(errors)}
    assert set(shown.names("Still failing")) <= set(names(errors))
    assert all("wrong again" in detail for _, detail in shown.lines["Still failing"])
    assert f"{len(open_errors(bot, 'invalid_email'))} open errors" in words(ask(bot, "errors invalid_email"))


def test_what_an_export_no_longer_lists_is_not_opened_again_by_the_proof(bot: BotAtWork) -> None:
    errors = open_errors(bot, "salesforce_field_permission")
    live = started(bot, "salesforce_field_permission")
    mend_all(bot, errors)
    bot.company.sync.run()
    for pair in pairs(bot, errors):
        # Somebody's automation empties the field: the proof itself is gone.
        assert pair.salesforce
        pair.salesforce.fields["SFSync_Resync_Token__c"] = ""
    bot.import_errors()
    shown = prove(bot, live)
    assert shown.counts == {"Synchronised": len(errors)}
    assert "No open errors" in words(ask(bot, "errors salesforce_field_permission"))


def test_a_record_outside_the_inclusion_segment_is_not_picked_up(bot: BotAtWork) -> None:
    errors = open_errors(bot, "inactive_salesforce_owner")
    inside = [each for each in errors if each.object_type == "deals"]
    live = started(bot, "inactive_salesforce_owner")
    for pair in pairs(bot, errors):
        if pair.hubspot and pair.hubspot.type != "deals":
            bot.company.world.write_hubspot(pair.hubspot, {"exclude_from_salesforce": "true"}, note=False)
    mend_all(bot, errors)
    bot.company.sync.run()
    shown = prove(bot, live)

    assert shown.names("Not picked up") == names(each for each in errors if each not in inside)
    assert shown.names("Not picked up")
    assert "inclusion segment" in words(live)
    assert f"{len(errors) - len(inside)} open error" in words(ask(bot, "errors inactive_salesforce_owner"))


def test_records_only_salesforce_knows_go_by_one_collections_call_and_are_proved_in_hubspot(bot: BotAtWork) -> None:
    errors = open_errors(bot, "email_already_in_use")
    only_there = [each for each in errors if not each.hubspot_id]
    assert only_there
    before, before_salesforce = hubspot_batches(bot), salesforce_batches(bot)
    live = started(bot, "email_already_in_use")
    assert hubspot_batches(bot) - before == 1
    assert salesforce_batches(bot) - before_salesforce == 1
    mend_all(bot, errors)
    bot.company.sync.run()
    shown = prove(bot, live)

    assert shown.counts == {"Resolved": len(errors)}
    for each in only_there:
        record = bot.company.world.counterpart(each.salesforce_id)
        assert record
        assert record.get("sfsync_resync_token")
        assert record.get("sfsync_resync_token") == salesforce_token(pairs(bot, [each])[0])


def test_errors_no_resync_can_help_are_left_out_and_not_touched(bot: BotAtWork) -> None:
    errors = open_errors(bot, "insufficient_access_or_missing_record")
    hopeless = [each for each in errors if each.code == "ENTITY_IS_DELETED"]
    assert 0 < len(hopeless) < len(errors)
    live = started(bot, "insufficient_access_or_missing_record")

    assert f"{len(hopeless)} errors were left out" in words(live)
    assert not any(hubspot_token(pair) for pair in pairs(bot, hopeless))
    assert all(hubspot_token(pair) for pair in pairs(bot, errors) if pair not in pairs(bot, hopeless))
    assert sum(prove(bot, live).counts.values()) == len(errors) - len(hopeless)


def test_a_press_on_hopeless_errors_alone_explains_itself(bot: BotAtWork) -> None:
    calls = hubspot_batches(bot)
    card = ask(bot, "resync ENTITY_IS_DELETED")
    assert press(bot, card, "resync.v1").ok
    assert "cannot help" in words(bot.company.workspace.modal(ADA))
    assert hubspot_batches(bot) == calls


def test_a_locked_row_is_helped_by_a_resync_alone(bot: BotAtWork) -> None:
    locked = [each for each in open_errors(bot, category="other") if each.code == "UNABLE_TO_LOCK_ROW"]
    assert locked
    live = started(bot, "UNABLE_TO_LOCK_ROW")
    bot.company.sync.run()
    assert prove(bot, live).names("Resolved") == names(locked)
    assert not [each for each in open_errors(bot, category="other") if each.code == "UNABLE_TO_LOCK_ROW"]


def test_r04_same_click_delivered_five_times_starts_one_resync(bot: BotAtWork) -> None:
    card = ask(bot, "errors mismatched_options")
    click = captured(bot, card, "resync.v1", "Mismatched options")
    before, calls = len(resyncs(bot)), hubspot_batches(bot)
    modals = len(bot.company.workspace.called("views.open"))
    with ThreadPoolExecutor(5) as threads:
        answers = list(threads.map(bot.company.workspace.deliver, [click] * 5))

    assert [answer.error for answer in answers] == [None] * 5
    live = bot.until(lambda: resyncs(bot)[before:])[-1]
    bot.until(lambda: all_touched(live))
    objects = {each.object_type for each in open_errors(bot, "mismatched_options")}
    assert hubspot_batches(bot) - calls == len(objects)
    # Nobody is told "already running" of their own click.
    assert len(bot.company.workspace.called("views.open")) == modals
    prove(bot, live)
    assert len(resyncs(bot)) == before + 1


def test_r05_the_second_person_is_told_who_is_at_it(bot: BotAtWork) -> None:
    first = ask(bot, "errors restricted_picklist_value")
    second = ask(bot, "errors restricted_picklist_value", OTTO)
    before = len(resyncs(bot))
    assert press(bot, first, "resync.v1", "Restricted picklist value").ok
    value = next(e["value"] for b in second.blocks for e in b.get("elements", ()) if e.get("action_id") == "resync.v1")
    assert bot.company.workspace.press(OTTO, second, "resync.v1", value=value).ok

    modal = bot.company.workspace.modal(OTTO)
    assert f"<@{ADA}>" in words(modal)
    live = bot.until(lambda: resyncs(bot)[before:])[-1]
    bot.until(lambda: all_touched(live))
    prove(bot, live)
    assert len(resyncs(bot)) == before + 1


def test_a_viewer_is_refused_in_a_modal_that_names_whom_to_ask(bot: BotAtWork) -> None:
    card = ask(bot, "errors duplicates", VERA)
    calls = hubspot_batches(bot)
    assert press(bot, card, "resync.v1", "Duplicates", VERA).ok

    told = words(bot.company.workspace.modal(VERA))
    assert f"Ask <@{ADA}> or <@{OTTO}>." in told
    refused = ask(bot, "resync duplicates", VERA)
    assert f"<@{OTTO}>" in refused.text
    assert not any(finished(each) is False and "Duplicates" in each.text for each in resyncs(bot))
    assert hubspot_batches(bot) == calls


def test_the_pressed_card_becomes_one_line_that_leads_to_the_message_in_the_same_channel(bot: BotAtWork) -> None:
    card = ask(bot, "errors association_limit_reached")
    before, urls = len(resyncs(bot)), set(bot.company.workspace.response_urls)
    assert press(bot, card, "resync.v1", "Association limit reached").ok
    live = bot.until(lambda: resyncs(bot)[before:])[-1]
    bot.until(lambda: all_touched(live))
    prove(bot, live)

    assert (live.channel, live.user, live.seen_by) == (REVOPS, BOT_USER, None)
    assert len(card.blocks) == 1
    assert f"/archives/{REVOPS}/p{live.ts.replace('.', '')}" in words(card)
    [url] = [bot.company.workspace.response_urls[one] for one in bot.company.workspace.response_urls if one not in urls]
    assert url["uses"] == 1


@pytest.mark.parametrize(
    ("channel", "error_type"),
    [(GENERAL, "missing_contact_id"), (LEADERS, "salesforce_flow")],
    ids=["public", "private"],
)
def test_where_the_bot_may_not_post_the_message_comes_by_dm(bot: BotAtWork, channel: str, error_type: str) -> None:
    card = ask(bot, f"errors {error_type}", channel=channel)
    before = len(resyncs(bot, dm(bot, ADA)))
    assert bot.company.workspace.press(
        ADA,
        card,
        "resync.v1",
        value=[block for block in card.blocks if block["type"] == "actions"][-1]["elements"][0]["value"],
    ).ok
    live = bot.until(lambda: resyncs(bot, dm(bot, ADA))[before:])[-1]
    bot.until(lambda: all_touched(live))

    assert not resyncs(bot, channel)
    bot.until(lambda: len(card.blocks) == 1)
    assert f"/archives/{live.channel}/" in words(card)
    prove(bot, live)
    assert len(resyncs(bot, dm(bot, ADA))) == before + 1


@pytest.mark.parametrize(
    ("error_type", "fault"),
    [
        ("owner_assignment", Fault("rate_limit", "/crm/objects/", times=1, retry_after=1)),
        ("type_mismatch", Fault("server_error", "/crm/objects/", times=2, status=502)),
        ("missing_salesforce_id", Fault("drop", "/crm/objects/", "POST", times=1)),
    ],
    ids=["429", "502 twice", "dropped connection"],
)
def test_trouble_at_hubspot_is_waited_out_and_nothing_is_lost(bot: BotAtWork, error_type: str, fault: Fault) -> None:
    errors = open_errors(bot, error_type)
    bot.company.faults.add(fault)
    live = started(bot, error_type)
    assert not bot.company.faults.active()
    assert all(hubspot_token(pair) for pair in pairs(bot, errors))
    mend_all(bot, errors)
    bot.company.sync.run()
    assert prove(bot, live).names("Resolved") == names(errors)


def test_an_expired_salesforce_session_does_not_hurt_the_proof(bot: BotAtWork) -> None:
    errors = open_errors(bot, "salesforce_duplicate_rule")
    live = started(bot, "salesforce_duplicate_rule")
    mend_all(bot, errors)
    bot.company.sync.run()
    bot.company.faults.add(Fault("expired_session", "/services/data/", times=1))
    assert prove(bot, live).names("Resolved") == names(errors)
    assert not bot.company.faults.active()


def test_a_message_slack_could_not_take_arrives_afterwards_with_the_true_state(bot: BotAtWork) -> None:
    errors = open_errors(bot, "missing_salesforce_picklist_option")
    calls, before = hubspot_batches(bot), len(resyncs(bot))
    bot.company.workspace.fail("chat.postMessage", "service_unavailable", times=2, status=503)
    assert "was started" in ask(bot, "resync missing_salesforce_picklist_option").text
    bot.until(lambda: hubspot_batches(bot) > calls)
    live = bot.until(lambda: resyncs(bot)[before:])[-1]

    bot.until(lambda: all_touched(live))
    assert f"0 of {len(errors)} finished" in live.text
    prove(bot, live)
    assert len(resyncs(bot)) == before + 1


def test_r11_a_deleted_message_is_posted_anew(bot: BotAtWork) -> None:
    live = started(bot, "salesforce_owners_not_synced")
    before = len(resyncs(bot))
    with bot.company.workspace.lock:
        bot.company.workspace.posted.remove(live)
    later(bot, timedelta(seconds=601))
    again = bot.until(lambda: [each for each in resyncs(bot) if each.ts > live.ts])[-1]
    bot.until(lambda: finished(again))
    assert len(resyncs(bot)) == before


def test_r12_a_resync_reports_although_its_response_url_died(bot: BotAtWork) -> None:
    card = ask(bot, "errors option_limit_exceeded")
    before = len(resyncs(bot))
    bot.company.faults.add(Fault("slow", "/crm/objects/", times=1, seconds=0.3))
    for origin in bot.company.workspace.response_urls.values():
        origin["at"] -= 45 * 60
    click = captured(bot, card, "resync.v1", "Option limit exceeded")
    for origin in bot.company.workspace.response_urls.values():
        origin["at"] -= 45 * 60
    assert bot.company.workspace.deliver(click).error is None
    live = bot.until(lambda: resyncs(bot)[before:])[-1]
    bot.until(lambda: all_touched(live))
    prove(bot, live)
    assert len(card.blocks) > 1


def test_what_stays_in_a_channel_is_in_its_language_and_in_a_dm_in_the_persons(bot: BotAtWork) -> None:
    before = len(resyncs(bot))
    tell_of_lead(bot, "IN_A_CHANNEL")
    assert "Synchronisierung gestartet" in ask(bot, "resync other", OTTO).text
    live = bot.until(lambda: resyncs(bot)[before:])[-1]
    assert live.text.startswith("Resync of Other: ")
    prove(bot, live)
    alone = dm(bot, OTTO)
    tell_of_lead(bot, "IN_A_DM")
    ask(bot, "resync other", OTTO, alone)
    german = "Erneute Synchronisierung: Sonstiges"
    bot.until(lambda: [one for one in bot.company.workspace.messages(alone, OTTO) if one.text.startswith(german)])
    later(bot, PROOF)


def test_a_proof_that_salesforce_refuses_ends_the_resync_and_says_why(bot: BotAtWork) -> None:
    live = started(bot, "restricted_unique_value")
    fields = bot.company.world.org.objects["Contact"].fields
    hidden = fields.pop(TOKEN_FIELD)
    try:
        shown = prove(bot, live)
    finally:
        fields[TOKEN_FIELD] = hidden
    assert "No such column 'SFSync_Resync_Token__c'" in words(live)
    assert shown.counts["Not picked up"]
    assert "is resyncing these errors" not in ask(bot, "resync restricted_unique_value").text
