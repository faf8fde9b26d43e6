"""HubSpot's export file, uploaded: a modal that takes it, and the answer to what was read of it."""

import re
from collections.abc import Mapping
from typing import Any

from bot.errors import PersonError, WrongInput
from bot.model.access import Role
from bot.model.message import Message, View
from bot.model.upload import UploadedFile
from bot.present_uploads import FILES, NO, PARTIAL, YES
from bot.storage import SHORT_PATIENCE
from bot.usecases import uploads
from handlers import views
from handlers.intake import Asker, Desk
from handlers.views import Form

ANSWERS: Mapping[str, bool] = {YES: True, NO: False}

_FILE = re.compile(r"F[A-Z0-9]{2,30}")
_LONGEST_ID = 18


def asked(desk: Desk, asker: Asker, trigger: str) -> Message | None:
    """Open the modal; None answers the command with nothing beside it."""
    desk.require(asker, Role.OPERATOR)
    views.show(desk, trigger, desk.uploads.modal(asker.reader.language))
    return None


def submitted(desk: Desk, asker: Asker, form: Form) -> str:
    """Have the files read."""
    language = asker.reader.language
    files = [UploadedFile(str(file.get("id") or ""), str(file.get("name") or "")[:200]) for file in form.files(FILES)]
    if not files or not all(_FILE.fullmatch(file.id) for file in files):
        raise WrongInput("Choose a file.", field=FILES)
    with desk.storage.write(SHORT_PATIENCE) as tx:
        if tx.people.claim(form.claim, desk.clock.now()):
            uploads.request(
                tx,
                desk.clock.now(),
                who=asker.user,
                language=language,
                files=files,
                partial=PARTIAL in form.ticked(PARTIAL),
            )
    desk.wake()
    told = desk.present.notice_view(
        language,
        "What the file holds comes as a direct message in a moment. Nothing is recorded before you say so there.",
    )
    return views.updated(told)


def decided(desk: Desk, asker: Asker, body: Mapping[str, Any], action: Mapping[str, Any]) -> View | None:
    """Record what was read, or forget it."""
    desk.require(asker, Role.OPERATOR)
    value = str(action.get("value") or "")
    if not value.isdecimal() or len(value) > _LONGEST_ID:
        raise PersonError("This button is from an older version.", "Type `/sfsync import` for a fresh one.")
    with desk.storage.write(SHORT_PATIENCE) as tx:
        if tx.people.claim(f"action:{body.get('trigger_id')}", desk.clock.now()):
            uploads.decide(tx, desk.clock.now(), int(value), who=asker.user, yes=ANSWERS[str(action.get("action_id"))])
    desk.wake()
    return None
