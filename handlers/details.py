"""The details of errors: a modal that people walk through, look for something in, and act from."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from bot.errors import PersonError
from bot.model.access import Role
from bot.model.choice import LONGEST_SEARCH
from bot.model.message import View
from bot.model.place import Page, Place, page_of, read
from bot.model.sync import Selection, Status
from bot.present_details import ANY
from bot.storage import SHORT_PATIENCE, Transaction
from bot.usecases import details, exports, resync
from handlers import views
from handlers.intake import Asker, Desk
from handlers.views import Form

Turn = Callable[[Place, str], Place]
"""Goes somewhere, by the value of the button that was pressed."""

Change = Callable[[Desk, Transaction, Asker, Place, str], Markup]
"""Changes something in one transaction; the last argument is what was chosen. Answers what is to be said."""

LONGEST_ID = 18
"""Digits of the largest id a database has."""

SEARCH, OBJECT, STATE = "details_search.v1", "details_object.v1", "details_state.v1"


def opened(desk: Desk, asker: Asker, selection: Selection) -> View:
    """Return the modal about a selection."""
    return _page(desk, asker, Place.of(selection, asker.channel))


def searched(desk: Desk, asker: Asker, form: Form) -> str:
    """Look for what was typed, as Enter in the input does."""
    return views.updated(_page(desk, asker, _narrowed(read(form.metadata), form)))


def pressed(desk: Desk, asker: Asker, form: Form, action: Mapping[str, Any]) -> View | None:
    """Do what something in the modal stands for, and show it there; answer what is to be put on top."""
    name, value = str(action.get("action_id")), _value(action)
    place = read(form.metadata)
    said = None
    if name in CHANGES:
        said = _changed(desk, asker, form, name, place, value)
        if said is None:
            return None
    else:
        # Where another search stands in the modal, its pages are others.
        narrowed = _narrowed(place, form)
        place = TURNS[name](place, value) if narrowed == place else narrowed
    views.change(desk, form.id, _page(desk, asker, place, said), form.seen)
    return None


def _changed(desk: Desk, asker: Asker, form: Form, name: str, place: Place, value: str) -> Markup | None:
    """Change something once; None where the same press was told before."""
    role, change = CHANGES[name]
    desk.require(asker, role)
    # What is said stays where the details were opened.
    asker = replace(asker, channel=place.channel)
    with desk.storage.write(SHORT_PATIENCE) as tx:
        if not tx.people.claim(f"action:{form.trigger}", desk.clock.now()):
            return None
        said = change(desk, tx, asker, place, value)
    desk.wake()
    return said


def _page(desk: Desk, asker: Asker, place: Place, said: Markup | None = None) -> View:
    return desk.details.page(asker.reader, details.look(desk.storage, place), said)


def _narrowed(place: Place, form: Form) -> Place:
    """Return what the inputs of the modal ask for; one that is not there asks for nothing else."""
    now = place.selection
    search = " ".join(form.text(SEARCH).split())[:LONGEST_SEARCH] if SEARCH in form.values else now.search
    obj, status = form.choice(OBJECT) or now.object, form.choice(STATE) or now.status
    if status not in set(Status):
        status = now.status
    return place.narrowed(search=search, obj="" if obj == ANY else obj[:100], status=status)


def _value(action: Mapping[str, Any]) -> str:
    option = action.get("selected_option")
    return str(option.get("value") if isinstance(option, Mapping) else action.get("value") or "")


def _turned(place: Place, value: str) -> Place:
    try:
        return place.turned(page_of(json.loads(value)))
    except ValueError:
        return place.turned(Page())


def _into(place: Place, value: str) -> Place:
    return place.into(value[:64])


def _out(place: Place, _value: str) -> Place:
    return place.out()


def _same(place: Place, _value: str) -> Place:
    return place


def _resync(desk: Desk, tx: Transaction, asker: Asker, place: Place, _value: str) -> Markup:
    return _resynced(desk, tx, asker, place.chosen)


def _resynced(desk: Desk, tx: Transaction, asker: Asker, chosen: Selection) -> Markup:
    language, what = desk.told_in(asker), _named(tx, chosen)
    resync.request(
        tx,
        desk.clock.now(),
        chosen,
        who=asker.user,
        title=desk.present.title(language, what),
        language=language,
        channel=asker.channel,
    )
    what_in_words = desk.present.title(asker.reader.language, what)
    return desk.present.safe(asker.reader.language, "Resync of %(what)s was started.", what=what_in_words)


def _named(tx: Transaction, chosen: Selection) -> Selection:
    """Return what a selection is called by: a group by the type of its errors."""
    one = Selection(fingerprint=chosen.fingerprint, ids=chosen.ids)
    known = tx.errors.page(one, 1) if one != Selection() else []
    return Selection(error_type=known[0].error_type) if known else chosen


def _export(desk: Desk, tx: Transaction, asker: Asker, place: Place, _value: str) -> Markup:
    language = asker.reader.language
    exports.request(tx, desk.clock.now(), who=asker.user, language=language, selection=place.chosen)
    return desk.present.safe(language, "The CSV file comes as a direct message in a moment.")


def _of_record(desk: Desk, tx: Transaction, asker: Asker, _place: Place, value: str) -> Markup:
    what, _, number = value.partition(":")
    if what not in OF_RECORD or not number.isdecimal() or len(number) > LONGEST_ID:
        raise PersonError("This page is from an older version.", "Type `/sfsync errors` for a fresh one.")
    return OF_RECORD[what](desk, tx, asker, int(number))


def _resync_one(desk: Desk, tx: Transaction, asker: Asker, error: int) -> Markup:
    return _resynced(desk, tx, asker, Selection(ids=(error,)))


TURNS: Mapping[str, Turn] = {
    "details_group.v1": _into,
    "details_groups.v1": _out,
    "details_back.v1": _turned,
    "details_next.v1": _turned,
    SEARCH: _same,
    OBJECT: _same,
    STATE: _same,
}
CHANGES: Mapping[str, tuple[Role, Change]] = {
    "details_resync.v1": (Role.OPERATOR, _resync),
    "details_export.v1": (Role.OPERATOR, _export),
    "details_record.v1": (Role.OPERATOR, _of_record),
}
OF_RECORD: Mapping[str, Callable[[Desk, Transaction, Asker, int], Markup]] = {"resync": _resync_one}
"""What can be done with one record's error, by its id."""
