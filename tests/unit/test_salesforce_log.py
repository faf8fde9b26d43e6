"""Log objects of Salesforce's: which fields hold what, and what a row says."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.model.log_object import PARTS, LogEntry, is_field, lacking, log_object, read_fields
from bot.model.sync import Rejection, ReportedError, Source
from bot.sources.salesforce_log import entries

OWN = log_object("Sync_Error__c", {})
CHANGED = datetime(2026, 11, 24, 8, tzinfo=UTC)
ROW = dict.fromkeys((name for names in OWN.fields.values() for name in names), "") | {
    "Id": "a0X7Q00000000sBUAQ",
    "SystemModstamp": "2026-11-24T08:00:00.000+0000",
    "CreatedDate": "2026-11-20T08:00:00.000+0000",
    "IsDeleted": "false",
    "Salesforce_Id__c": "0037Q00000000AB",
    "Code__c": "STRING_TOO_LONG",
    "Message__c": "Title: data value too large: x (max length=128)",
    "Fields__c": "Title; Name",
}


def entry(**changes: str) -> LogEntry:
    (found,) = entries([ROW | changes], OWN)
    return found


def error(**changes: str) -> ReportedError:
    found = entry(**changes).error
    assert isinstance(found, ReportedError), found
    return found


def reason(**changes: str) -> str:
    found = entry(**changes).error
    assert isinstance(found, Rejection)
    return found.reason


def test_row_is_an_error_of_its_record() -> None:
    found = error(HubSpot_Id__c="101.0", Record_Name__c=" Ada ", Seen_At__c="2026-11-24T07:59:00.000+0000")
    assert (found.object, found.hubspot_id, found.record) == ("contact", "101", "Ada")
    assert found.salesforce_id == "0037Q00000000ABUAQ"[:15] + found.salesforce_id[15:]
    assert (found.code, found.fields, found.source) == ("STRING_TOO_LONG", ("Title", "Name"), Source.SALESFORCE_LOG)
    assert found.seen_at == CHANGED - timedelta(minutes=1)
    assert found.first_seen == CHANGED - timedelta(days=4)


def test_a_record_failed_when_its_row_was_made_unless_a_field_says_when() -> None:
    assert error().seen_at == error().first_seen == CHANGED - timedelta(days=4)
    # What a person wrote is no failure of the future.
    assert error(Seen_At__c="2062-01-01T00:00:00.000+0000").seen_at == CHANGED
    assert error(Seen_At__c="2026-11-01").seen_at == error(Seen_At__c="2026-11-01").first_seen


def test_rows_say_that_they_are_gone() -> None:
    assert (entry().deleted, entry().resolved) == (False, False)
    assert entry(IsDeleted="true").deleted
    assert entry(Resolved__c="true").resolved
    assert not entry(Resolved__c="false").resolved


def test_a_row_that_is_no_error_is_rejected_with_the_reason() -> None:
    assert reason(Salesforce_Id__c="") == "does not say which object the record belongs to"
    assert reason(Salesforce_Id__c="", Object__c="Contact") == "names no record"
    assert reason(Salesforce_Id__c="nonsense", Object__c="Contact") == "'nonsense' is no Salesforce id"
    assert reason(Code__c="", Message__c="") == "does not say what is wrong"
    for text in ("yesterday", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        assert reason(Seen_At__c=text) == "seen_at holds no time"
        assert entry(Seen_At__c=text).seen_at == CHANGED


def test_an_id_tells_the_object_better_than_a_word_does() -> None:
    assert error(Object__c="Unknown").object == "contact"
    assert error(Salesforce_Id__c="a017Q00000000AB", Object__c="Invoice__c").object == "invoice__c"


def test_the_first_field_that_holds_something_counts() -> None:
    nebula = log_object("Nebula__LogEntry__c", {})
    names = dict.fromkeys((name for names in nebula.fields.values() for name in names), "")
    row = ROW | names | {"Nebula__RecordId__c": "0037Q00000000AB", "Nebula__Message__c": "It failed"}
    (plain, caught) = entries([row, row | {"Nebula__ExceptionMessage__c": "UNABLE_TO_LOCK_ROW"}], nebula)
    assert isinstance(plain.error, ReportedError)
    assert isinstance(caught.error, ReportedError)
    assert (plain.error.message, caught.error.message) == ("It failed", "UNABLE_TO_LOCK_ROW")


def test_known_objects_need_no_field_and_packages_have_their_prefix() -> None:
    for name in ("Sync_Error__c", "LogEntry__c", "Nebula__LogEntry__c", "Error__c", "npsp__Error__c"):
        log = log_object(name.upper(), {})
        assert (log.name, lacking(log)) == (name, "")
        assert log.fields.keys() <= set(PARTS)
    packaged = log_object("Nebula__LogEntry__c", {})
    assert packaged.fields["message"] == ("Nebula__ExceptionMessage__c", "Nebula__Message__c")
    assert packaged.where == "Nebula__LoggingLevel__c = 'ERROR'"
    assert log_object("npsp__Error__c", {}).fields["salesforce_id"] == ("npsp__Related_Record_ID__c",)


def test_what_is_told_takes_the_place_of_what_is_known() -> None:
    log = log_object("LogEntry__c", read_fields("code=Kind__c, record=Log__r.Name,seen_at="), "Mine__c = true")
    assert log.fields["code"] == ("Kind__c",)
    assert log.fields["record"] == ("Log__r.Name",)
    assert log.fields["salesforce_id"] == ("RecordId__c",)
    assert "seen_at" not in log.fields
    assert log.where == "Mine__c = true"


def test_an_object_nobody_knows_must_say_where_message_and_record_are() -> None:
    assert "message=" in lacking(log_object("Mine__c", {}))
    assert "salesforce_id=" in lacking(log_object("Mine__c", read_fields("message=Text__c")))
    assert not lacking(log_object("Mine__c", read_fields("message=Text__c,record=Name")))


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "colour=Colour__c",
        "code=Code__c FROM User",
        "code=(SELECT Id FROM Contacts)",
        "code=Code__c|x'",
        "code=1st__c",
        "code=a.b.",
        "code=Cödé__c",
    ],
)
def test_what_is_no_field_cannot_be_asked_for(text: str) -> None:
    with pytest.raises(ValueError, match="is not"):
        read_fields(text)


def test_fields_of_looked_up_records_are_fields() -> None:
    assert is_field("Log__r.Parent__r.Name")
    assert not is_field("Log__r..Name")
