"""The page of the demo: the workspace in a browser, as one of its people.

Server-rendered and usable without scripts; a few lines of script refresh it. Every form leads to a POST,
and from there back to a page that can be reloaded.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, abort, redirect, request, send_file
from jinja2 import Environment, FileSystemLoader

from bot.sandbox.page import forms as page_forms
from bot.sandbox.page.text import LINKS, Texts, link_to
from bot.sandbox.slack import inputs
from bot.sandbox.slack.state import ADA, BOT_USER, REVOPS, Message, View

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.typing import ResponseReturnValue

    from bot.sandbox.slack.state import Channel, Person
    from bot.sandbox.slack.workspace import Outcome, Workspace

Json = dict[str, Any]

PAGES = Path(__file__).parent / "pages"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}

# Nothing from elsewhere is loaded: a picture of a message may not call home from somebody's demo.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
WORDS = {
    "operation_timeout": "The bot did not answer within 3 seconds.",
    "http_error": "The bot answered with HTTP {status}.",
    "connection_failed": "The bot could not be reached.",
    "no_connection": "The bot has no connection to Slack.",
}


@dataclass(frozen=True)
class Notice:
    """What went wrong with the last thing a person did."""

    title: str
    detail: str = ""
    problems: list[str] = field(default_factory=list)


class Page:
    """The views of the page, for one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.notices: dict[str, Notice] = {}
        # Autoescape holds for every value; only `Texts` hands out finished HTML.
        self.templates = Environment(
            loader=FileSystemLoader(PAGES), autoescape=True, trim_blocks=True, lstrip_blocks=True
        )
        self.templates.globals.update(held_values=page_forms.held, fields=inputs.FIELDS, link_to=link_to)

    def conversation(self, user: str, channel: str) -> ResponseReturnValue:
        """Show a channel, or the DM with the bot."""
        person = self._person(user)
        place = self.workspace.channels.get(channel) or abort(404)
        if place.kind != "public" and user not in place.members:
            abort(404)
        roots, replies = self._threads(user, channel)
        return self._render(person, f"/as/{user}/in/{channel}", channel=place, roots=roots, replies=replies)

    def home(self, user: str) -> ResponseReturnValue:
        """Show the app's Home tab as it was last published."""
        person = self._person(user)
        view = self.workspace.homes.get(user)
        return self._render(person, f"/as/{user}/home", channel=None, home=view, roots=[], replies={})

    def open_home(self, user: str) -> ResponseReturnValue:
        """Open the Home tab: the bot hears of it and publishes."""
        self._person(user)
        self._note(user, "The Home tab was not refreshed", self.workspace.open_home(user))
        return redirect(f"/as/{user}/home", 303)

    def write(self, user: str, channel: str) -> ResponseReturnValue:
        """Send what was typed: a slash command, or an ordinary message."""
        self._person(user)
        text = request.form.get("text", "").strip()
        if text.startswith("/"):
            name = text.split()[0]
            outcome = self.workspace.command(user, channel, text)
            self._note(user, f"{name} failed with the error “{outcome.error}”", outcome)
        elif text:
            self.workspace.say(user, channel, text)
        return redirect(f"/as/{user}/in/{channel}#end", 303)

    def press(self, user: str) -> ResponseReturnValue:
        """Use an element; one that asks for confirmation is shown its question first."""
        self._person(user)
        form = request.form
        where, back = self._place(user), page_forms.local(form.get("back", "/"))
        pressed = page_forms.pressed(form.get("press", ""))
        block_id, action_id = pressed.get("block", ""), pressed.get("action", "")
        element = page_forms.element(where, block_id, action_id) or abort(410)
        values = page_forms.typed(where)
        value = pressed.get("value", values.get(f"{block_id}|{action_id}"))
        if element["type"] == "button":
            value = None
        if "confirm" in element and not form.get("confirmed"):
            if isinstance(where, View):
                self._fill(where, values)
            place = {"view": where.id} if isinstance(where, View) else {"ts": where.ts, "channel": where.channel}
            asked = json.dumps({"block": block_id, "action": action_id, "value": value})
            return redirect(f"{back}?{urlencode({**place, 'ask': asked})}", 303)
        if isinstance(where, View):
            self._fill(where, values)
        outcome = self.workspace.press(user, where, action_id, block_id=block_id, value=value)
        self._note(user, f"That did not work: “{outcome.error}”", outcome)
        url = str(element.get("url", ""))
        return redirect(url if url.startswith(LINKS) else back, 303)

    def submit(self, user: str, view_id: str) -> ResponseReturnValue:
        """Submit a modal."""
        view = self._modal(user, view_id)
        self._fill(view, page_forms.typed(view))
        outcome = self.workspace.submit(user, view)
        self._note(user, f"We had some trouble connecting: “{outcome.error}”. Try again?", outcome)
        return redirect(page_forms.local(request.form.get("back", "/")), 303)

    def close(self, user: str, view_id: str) -> ResponseReturnValue:
        """Close a modal."""
        self._note(user, "The bot missed that", self.workspace.close(user, self._modal(user, view_id)))
        return redirect(page_forms.local(request.form.get("back", "/")), 303)

    def dismiss(self, user: str) -> ResponseReturnValue:
        """Take the notice away."""
        self.notices.pop(user, None)
        return redirect(page_forms.local(request.form.get("back", "/")), 303)

    def download(self, user: str, file_id: str) -> ResponseReturnValue:
        """Hand a shared file to somebody who is in the conversation."""
        file = self.workspace.files.get(file_id) or abort(404)
        shared = (self.workspace.channels[channel] for channel in file.shares)
        if file.content is None or not any(c.kind == "public" or user in c.members for c in shared):
            abort(404)
        return send_file(BytesIO(file.content), download_name=file.name, as_attachment=True)

    def permalink(self, channel: str, stamp: str) -> ResponseReturnValue:
        """Lead a permalink to its message, as the person who reads the page."""
        user = request.cookies.get("person", ADA)
        return redirect(f"/as/{user}/in/{channel}#m{stamp}", 303)

    def _render(self, person: Person, here: str, **content: Any) -> ResponseReturnValue:  # noqa: ANN401 - template values
        workspace, nonce = self.workspace, secrets.token_urlsafe(12)
        with workspace.lock:
            asked = self._asked(person.id)
            html = self.templates.get_template("page.html").render(
                me=person,
                here=here,
                texts=Texts(workspace, person),
                workspace=workspace,
                people=[p for p in workspace.people.values() if not p.is_bot],
                channels=self._channels(person.id),
                dm=workspace.dm(person.id),
                bot=BOT_USER,
                modal=workspace.modal(person.id),
                notice=self.notices.get(person.id),
                asked=asked,
                given=request.args,
                nonce=nonce,
                **{"home": None, **content},
            )
        headers = {
            "Content-Security-Policy": f"{POLICY}; script-src 'nonce-{nonce}'",
            "Cache-Control": "no-store",
            # Not "no-referrer": with that a browser tells no origin either, and a press would be refused.
            "Referrer-Policy": "same-origin",
        }
        headers["Set-Cookie"] = f"person={person.id}; Path=/; SameSite=Strict"
        return html, 200, headers

    def _asked(self, user: str) -> Json | None:
        """Return the confirm dialog the address asks for, if its element is still there."""
        if "ask" not in request.args:
            return None
        pressed, where = page_forms.pressed(request.args["ask"]), self._place(user, missing_ok=True)
        if where is None:
            return None
        element = page_forms.element(where, pressed.get("block", ""), pressed.get("action", ""))
        return element and {"confirm": element.get("confirm", {}), "press": request.args["ask"]}

    def _threads(self, user: str, channel: str) -> tuple[list[Message], dict[str, list[Message]]]:
        messages = self.workspace.messages(channel, user)
        known = {message.ts for message in messages}
        replies: dict[str, list[Message]] = {}
        roots = []
        for message in messages:
            if message.thread_ts and message.thread_ts != message.ts and message.thread_ts in known:
                replies.setdefault(message.thread_ts, []).append(message)
            else:
                roots.append(message)
        return roots, replies

    def _channels(self, user: str) -> list[Channel]:
        channels = self.workspace.channels.values()
        return [c for c in channels if c.kind != "im" and (user in c.members or c.kind == "public")]

    def _person(self, user: str) -> Person:
        person = self.workspace.people.get(user)
        if person is None or person.is_bot:
            abort(404)
        return person

    def _place(self, user: str, *, missing_ok: bool = False) -> Any:  # noqa: ANN401 - Message, View or None
        given = request.values
        with self.workspace.lock:
            if given.get("view"):
                view = self.workspace.view(given["view"])
                found: Message | View | None = view if view and view.user == user else None
            else:
                found = self.workspace.message(given.get("channel", ""), given.get("ts", ""), user)
        if found is None and not missing_ok:
            abort(410)
        return found

    def _modal(self, user: str, view_id: str) -> View:
        view = self.workspace.view(view_id)
        if view is None or view.user != user:
            abort(410)
        return view

    def _fill(self, view: View, values: Json) -> None:
        with self.workspace.lock:
            for name, value in values.items():
                block_id, _, action_id = name.partition("|")
                self.workspace.fill_one(view, block_id, action_id, value)

    def _note(self, user: str, title: str, outcome: Outcome) -> None:
        self.notices.pop(user, None)
        if outcome.error:
            words = WORDS.get(outcome.answer.error or outcome.error) or WORDS.get(outcome.error, "")
            detail = words.format(status=outcome.answer.status)
            self.notices[user] = Notice(title, detail, outcome.problems)


def mount(app: Flask, workspace: Workspace) -> None:
    """Put the page at `/` of the Slack application."""
    page = Page(workspace)
    blueprint = Blueprint("page", __name__)

    @blueprint.before_request
    def only_from_here() -> None:
        # The page acts for everybody without a password: no other site may reach it through the browser.
        host = urlsplit(f"//{request.host}").hostname
        origin = request.headers.get("Origin")
        if host not in LOOPBACK or (origin and urlsplit(origin).netloc != request.host):
            abort(403)

    def start() -> ResponseReturnValue:
        return redirect(f"/as/{ADA}/in/{REVOPS}")

    def style() -> ResponseReturnValue:
        return send_file(PAGES / "page.css", mimetype="text/css")

    def version() -> ResponseReturnValue:
        return {"version": workspace.version}

    shown: dict[str, Callable[..., ResponseReturnValue]] = {
        "/": start,
        "/page.css": style,
        "/page/version": version,
        "/as/<user>/in/<channel>": page.conversation,
        "/as/<user>/home": page.home,
        "/as/<user>/files/<file_id>": page.download,
        "/archives/<channel>/p<stamp>": page.permalink,
    }
    done: dict[str, Callable[..., ResponseReturnValue]] = {
        "/as/<user>/in/<channel>": page.write,
        "/as/<user>/home": page.open_home,
        "/as/<user>/press": page.press,
        "/as/<user>/dismiss": page.dismiss,
        "/as/<user>/view/<view_id>/submit": page.submit,
        "/as/<user>/view/<view_id>/close": page.close,
    }
    for rule, view in shown.items():
        blueprint.add_url_rule(rule, view_func=view, methods=["GET"])
    for rule, view in done.items():
        blueprint.add_url_rule(rule, view_func=view, methods=["POST"])
    app.register_blueprint(blueprint)
