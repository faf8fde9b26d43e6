"""The details of errors: a modal that people walk through, look for something in, and act from."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from bot.model.access import Role
from bot.model.choice import LONGEST_SEARCH, outdated
from bot.model.message import View
from bot.model.place import Page, Place, page_of, read
from bot.model.sync import Selection, Status
from bot.present_details import ANY
from bot.storage import SHORT_PATIENCE, Transaction
from bot.usecases import details, exports, hubspot_views, ignoring, resync
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
    if asked := _asked_to_ignore(name, value):
        return _ignore_form(desk, asker, place, asked)
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


def ignored(desk: Desk, asker: Asker, form: Form) -> None:
    """Ignore what a person was asked about, and show the details under it as they are then."""
    place, error = _remembered(form.metadata)
    with desk.storage.write(SHORT_PATIENCE) as tx:
        if not tx.people.claim(form.claim, desk.clock.now()):
            return
        ignoring.begin(
            tx,
            desk.clock.now(),
            who=asker.user,
            reason=form.text("ignore_reason.v1"),
            until=form.date("ignore_until.v1"),
            timezone=asker.reader.timezone,
            fingerprint="" if error else place.group,
            error=error,
        )
    desk.wake()
    if form.below:
        said = desk.present.safe(asker.reader.language, "Ignored. The filter by state shows what is ignored, and why.")
        views.change(desk, form.below, _page(desk, asker, place, said))


def _asked_to_ignore(name: str, value: str) -> str:
    """Return what is to be ignored: the group, or an error by its number; "" where that was not pressed."""
    what, _, number = value.partition(":")
    if name == "details_ignore.v1":
        return "group"
    return number if name == "details_record.v1" and what == "ignore" else ""


def _ignore_form(desk: Desk, asker: Asker, place: Place, what: str) -> View:
    desk.require(asker, Role.OPERATOR)
    with desk.storage.read() as tx:
        found = tx.errors.groups(place.chosen, 1)
        errors = tx.errors.page(Selection(ids=(_number(what),)), 1) if what != "group" else []
    if not found or (what != "group" and not errors):
        raise details.gone()
    return desk.details.ignore(asker.reader, place, found[0], errors[0] if errors else None)


def _remembered(metadata: str) -> tuple[Place, int | None]:
    """Return what a person was asked about: a group, or a single error."""
    try:
        match json.loads(metadata):
            case [str(place), int(error)] if 0 <= error < 10**LONGEST_ID and (read(place).group or error):
                return read(place), error or None
    except ValueError:
        pass
    raise outdated()


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > LONGEST_ID:
        raise outdated()
    return int(text)


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
    """Return what a selection is called by: a group by the type of its errors, and by what narrows it."""
    one = Selection(fingerprint=chosen.fingerprint, ids=chosen.ids)
    known = tx.errors.page(one, 1) if one != Selection() else []
    return replace(chosen, error_type=known[0].error_type, category="", fingerprint="", ids=()) if known else chosen


def _export(desk: Desk, tx: Transaction, asker: Asker, place: Place, _value: str) -> Markup:
    language = asker.reader.language
    exports.request(tx, desk.clock.now(), who=asker.user, language=language, selection=place.chosen)
    return desk.present.safe(language, "The CSV file comes as a direct message in a moment.")


def _view(desk: Desk, tx: Transaction, asker: Asker, place: Place, _value: str) -> Markup:
    language, what = asker.reader.language, _named(tx, place.chosen)
    # What somebody searched for is nobody's business in HubSpot.
    title = desk.present.title("en", replace(what, search=""))
    hubspot_views.request(tx, desk.clock.now(), who=asker.user, language=language, selection=place.chosen, title=title)
    return desk.present.safe(language, "The view is being created in HubSpot. Its link comes as a direct message.")


def _stop(desk: Desk, tx: Transaction, asker: Asker, place: Place, _value: str) -> Markup:
    if not place.group:
        raise outdated()
    ignoring.stop(tx, desk.clock.now(), who=asker.user, fingerprint=place.group)
    return desk.present.safe(asker.reader.language, "These errors count again.")


def _of_record(desk: Desk, tx: Transaction, asker: Asker, _place: Place, value: str) -> Markup:
    what, _, number = value.partition(":")
    if what not in OF_RECORD:
        raise outdated()
    return OF_RECORD[what](desk, tx, asker, _number(number))


def _resync_one(desk: Desk, tx: Transaction, asker: Asker, error: int) -> Markup:
    return _resynced(desk, tx, asker, Selection(ids=(error,)))


def _stop_one(desk: Desk, tx: Transaction, asker: Asker, error: int) -> Markup:
    ignoring.stop(tx, desk.clock.now(), who=asker.user, error=error)
    return desk.present.safe(asker.reader.language, "This error counts again.")


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
    "details_view.v1": (Role.OPERATOR, _view),
    "details_stop.v1": (Role.OPERATOR, _stop),
    "details_record.v1": (Role.OPERATOR, _of_record),
}
OF_RECORD: Mapping[str, Callable[[Desk, Transaction, Asker, int], Markup]] = {
    "resync": _resync_one,
    "stop": _stop_one,
}
"""What can be done with one record's error, by its id."""
ACTIONS = {*TURNS, *CHANGES, "details_ignore.v1"}
"""The ids of everything in the modal that can be used."""
