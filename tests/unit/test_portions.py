"""How a resync is split into calls."""

from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from bot.model.resync import HUBSPOT_BATCH, SALESFORCE_BATCH, Outcome, ResyncItem, portions


def item(number: int, obj: str, *, hubspot: bool) -> ResyncItem:
    ids = (str(number), "") if hubspot else ("", f"00300000000{number:04d}AAA")
    return ResyncItem(number, number, obj, *ids, record="", outcome=Outcome.WAITING)


ITEMS = st.lists(st.tuples(st.sampled_from(["contact", "company", "deal"]), st.booleans()), max_size=450).map(
    lambda drawn: [item(number, obj, hubspot=hubspot) for number, (obj, hubspot) in enumerate(drawn)]
)


@given(ITEMS)
def test_every_record_is_touched_once_in_a_batch_its_system_takes(items: list[ResyncItem]) -> None:
    found = portions(items)
    assert sorted(one.id for portion in found for one in portion.items) == [one.id for one in items]
    for portion in found:
        assert 0 < len(portion.items) <= {"hubspot": HUBSPOT_BATCH, "salesforce": SALESFORCE_BATCH}[portion.system]
        if portion.system == "hubspot":
            assert {one.object for one in portion.items} == {portion.object}
            assert all(one.hubspot_id for one in portion.items)
        else:
            assert not any(one.hubspot_id for one in portion.items)


@given(ITEMS)
def test_no_call_is_made_that_could_be_spared(items: list[ResyncItem]) -> None:
    in_hubspot = [one.object for one in items if one.hubspot_id]
    calls = sum(ceil(in_hubspot.count(obj) / 100) for obj in set(in_hubspot))
    calls += ceil((len(items) - len(in_hubspot)) / 200)
    assert len(portions(items)) == calls


def test_a_record_in_both_systems_is_touched_in_hubspot() -> None:
    both = ResyncItem(1, 1, "contact", "101", "0015000000Gv7qJAAR", record="", outcome=Outcome.WAITING)
    assert [(portion.system, portion.object) for portion in portions([both])] == [("hubspot", "contact")]


def test_nothing_takes_no_call() -> None:
    assert portions([]) == []
