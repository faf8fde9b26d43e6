"""Modals that are submitted. Their callback ids carry a version, like those of buttons."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.errors import WrongInput
from bot.model.access import Role
from handlers import details, uploads
from handlers.intake import Asker, Desk, explain
from handlers.views import Form, pushed, wrong

Submission = Callable[[Desk, Asker, Form], str | None]
"""Does what a modal was submitted for; the answer is JSON (`handlers.views`), None closes the modal."""


def submit(desk: Desk, ack: Callable[..., Any], body: Mapping[str, Any]) -> str | None:
    """Answer a submission in its acknowledgement; what is wrong with an input stands under it, all else on top."""
    language, answer = desk.team.language, None
    try:
        asker = desk.asker(body)
        language = asker.reader.language
        answer = _submitted(desk, asker, Form.of(body))
    except WrongInput as error:
        answer = wrong(error.field, desk.present.mistake_text(language, error))
    except Exception as error:  # noqa: BLE001 - whatever it is, the person gets an answer
        answer = pushed(desk.present.said(language, explain(desk, language, error)))
    if answer is None:
        ack()
    return answer


def closed(_desk: Desk, ack: Callable[..., Any], _body: Mapping[str, Any]) -> None:
    """Hear that a modal was closed; nothing follows from it."""
    ack()


def name(body: Mapping[str, Any]) -> str:
    """Return the id of the modal, if it is one of ours that has something to submit."""
    form = Form.of(body)
    return form.callback if form and form.callback in SUBMISSIONS else "other"


def _submitted(desk: Desk, asker: Asker, form: Form | None) -> str | None:
    if form is None or form.callback not in SUBMISSIONS:
        return None
    role, submission = SUBMISSIONS[form.callback]
    desk.require(asker, role)
    return submission(desk, asker, form)


SUBMISSIONS: Mapping[str, tuple[Role, Submission]] = {
    "details.v1": (Role.VIEWER, details.searched),
    "import.v1": (Role.OPERATOR, uploads.submitted),
    "ignore.v1": (Role.OPERATOR, details.ignored),
}
