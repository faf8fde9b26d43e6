"""Steps name the facts of a group where they are known of all its errors, and read as well without them."""

from dataclasses import replace

import pytest

from bot.explaining import Explained, explained
from bot.model.catalog import TYPES
from bot.model.error_types.other import CASES
from bot.model.links import Links
from bot.model.sync import Group
from tests.samples import LINKS, group, record

PICKLIST = "Industry: bad value for restricted picklist field: Soup: [Industry]"
USER = "0055g00000AbCdEAAV"


def steps(what: Explained) -> list[str]:
    return [step.text % step.values for step in what.steps]


def picklist(errors: int) -> Group:
    return replace(group(1, "restricted_picklist_value", PICKLIST, errors), fields=("Industry",))


def test_a_group_of_one_error_has_its_value() -> None:
    first = steps(explained([picklist(1)], LINKS))[0]
    assert first == "Add “Soup” to the picklist “Industry”, for the record type as well."


def test_a_value_of_many_errors_is_an_example() -> None:
    first = steps(explained([picklist(50)], LINKS))[0]
    assert first == "Add what is missing to “Industry”, for example “Soup”, for the record type as well."


def test_groups_that_differ_are_told_what_they_have_in_common() -> None:
    other = replace(group(2, "string_too_long", "x"), fields=("Fax",))
    assert steps(explained([replace(other, fields=("Name",)), other], LINKS))[0] == (
        "Shorten the text in HubSpot or in Salesforce."
    )
    assert steps(explained([other, other], LINKS))[0] == "Shorten “Fax” in HubSpot or in Salesforce."


def test_the_innermost_cause_is_told_where_all_errors_have_it() -> None:
    message = (
        "T: execution of AfterInsert\n\ncaused by: System.DmlException: Insert failed. First exception on row 0;"
        " first error: REQUIRED_FIELD_MISSING, Required fields are missing: [Company]"
    )
    cause = "REQUIRED_FIELD_MISSING, Required fields are missing: [Company]"
    assert cause in steps(explained([group(1, "salesforce_automation", message, 9)], LINKS))[1]
    value = message.replace("Required fields are missing", "no such id 0055g00000AbCdEAAV")
    assert "0055g" not in "".join(steps(explained([group(1, "salesforce_automation", value, 9)], LINKS)))
    assert "0055g" in steps(explained([group(1, "salesforce_automation", value, 1)], LINKS))[1]


def test_the_records_at_hand_tell_the_object() -> None:
    records = [record(1, "Ada", salesforce_id="00Q7Q000001AAAAQA4")]
    (_, address), *_ = explained([picklist(50)], LINKS, records).pages
    assert address.endswith("/setup/ObjectManager/Lead/FieldsAndRelationships/Industry/view")
    mixed = [*records, record(2, "Bob", salesforce_id="0037Q000001AAAAQA4")]
    (_, address), *_ = explained([picklist(50)], LINKS, mixed).pages
    assert address.endswith("/setup/ObjectManager/home")


def test_an_object_is_named_only_where_every_record_is_known_to_be_of_it() -> None:
    records = [record(1, "Ada", salesforce_id="00Q7Q000001AAAAQA4")]
    rule = group(1, "salesforce_custom_field_validation_rule", "No.", 1)
    assert steps(explained([rule], LINKS, records))[0] == (
        "Open the validation rules of “Lead” and find the one with this text."
    )
    assert steps(explained([replace(rule, errors=2)], LINKS, records))[0] == (
        "Open the object's validation rules and find the one with this text."
    )


def test_the_users_stay_in_reach_where_no_single_one_is_known() -> None:
    owners = explained([group(1, "salesforce_owners_not_synced", "", 3)], LINKS)
    assert owners.pages[0][1].rpartition("/setup/")[2] == "ManageUsers/home"


def test_an_inactive_user_is_one_click_away_where_it_is_the_only_one() -> None:
    message = f"operation performed with inactive user [{USER}] as owner of contact"
    one = explained([group(1, "inactive_salesforce_owner", message)], LINKS)
    assert any(address.endswith(f"/ManageUsers/page?address=%2F{USER}") for _, address in one.pages)
    many = explained([group(1, "inactive_salesforce_owner", message, 7)], LINKS)
    assert not any(USER in address for _, address in many.pages)
    assert f"for example {USER}" in steps(many)[1]


def test_without_portal_and_org_there_is_no_page() -> None:
    assert explained([picklist(1)], Links()).pages == ()


def test_what_passes_by_itself_is_explained_so() -> None:
    message = "T: execution of AfterUpdate caused by: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access: []"
    what = explained([group(1, "salesforce_automation", message, 1, "alone")], LINKS)
    assert what.meaning == CASES["UNABLE_TO_LOCK_ROW"].meaning
    without_code = explained([group(1, "other", "try again later", 1, "alone")], LINKS)
    assert steps(without_code)[0] == "Press Resync."


def test_what_no_resync_can_help_is_explained_so() -> None:
    gone = group(1, "insufficient_access_or_missing_record", "entity is deleted", 1, "never")
    assert explained([gone], LINKS).meaning == CASES["ENTITY_IS_DELETED"].meaning
    lead = group(1, "other", "cannot reference converted lead", 1, "never")
    assert explained([lead], LINKS).meaning == CASES["CANNOT_UPDATE_CONVERTED_LEAD"].meaning


def test_what_one_code_says_is_not_told_of_another() -> None:
    login = replace(group(1, "other", "Session expired"), code="INVALID_SESSION_ID")
    assert explained([login], LINKS).meaning == CASES["INVALID_SESSION_ID"].meaning
    assert explained([login, group(2, "other", "?")], LINKS).meaning == TYPES["other"].meaning


@pytest.mark.parametrize("slug", TYPES)
def test_every_type_is_explained_without_any_fact(slug: str) -> None:
    what = explained([group(1, slug, "")], LINKS)
    assert not any(step.values for step in what.steps)
    assert what.pages
