"""What people do in the workspace, and what Slack then sends to the bot.

Each action sends one real request and returns an `Outcome` with the request, the bot's answer, and what the
person sees of it. `deliver` sends the same request again, unchanged or tampered with.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack import content, files, inputs, payloads, views
from bot.sandbox.slack.content import SlackError
from bot.sandbox.slack.state import BOT_USER, File, Message, State, View
from bot.sandbox.slack.transport import Answer, Delivery

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = dict[str, Any]

# The words under which a person learns that the bot failed.
FAILURES = {"http_timeout": "operation_timeout", "timeout": "operation_timeout"}


@dataclass(frozen=True)
class Outcome:
    """One action of a person (or event) and what became of it.

    `error` is None where the bot acknowledged properly: else `operation_timeout`, `dispatch_failed`, or what
    was wrong with the body of the acknowledgement (`problems` says where). `errors` are those of inputs.
    """

    delivery: Delivery | None
    answer: Answer
    error: str | None = None
    message: Message | None = None
    view: View | None = None
    problems: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    attempts: int = 1

    @property
    def ok(self) -> bool:
        """Whether the person sees no error."""
        return self.error is None and not self.errors


class Workspace(State):
    """A Slack workspace with people in it. See `State` for the settings."""

    @property
    def api_url(self) -> str:
        """The Web API base for `WebClient(base_url=...)` and `SLACK_API_URL`."""
        return self.url + "/api/"

    def deliver(self, delivery: Delivery) -> Answer:
        """Send a request to the bot and return its answer, without any effect on the workspace."""
        return self.transport(delivery, self.request_url, self.signing_secret)

    def command(self, user: str, channel: str, text: str) -> Outcome:
        """Type a slash command (`/sfsync errors`; a bare `errors` means the same) into a channel."""
        name, _, rest = (text if text.startswith("/") else f"/sfsync {text}").strip().partition(" ")
        with self.lock:
            payload = payloads.command(self, user, self.channels[channel], name, rest.strip())
            payload["response_url"] = self.new_response_url(user, channel, None)
            payload["trigger_id"] = self.new_trigger(user)
        outcome = self._send(Delivery("slash_commands", payload))
        return outcome if outcome.error else self._show_ack(outcome, user, channel)

    def press(
        self,
        user: str,
        where: Message | View,
        action_id: str,
        *,
        block_id: str | None = None,
        value: Any = None,  # noqa: ANN401 - see inputs.chosen
        values: Mapping[str, Any] | None = None,
    ) -> Outcome:
        """Use a button, select, overflow or other element of a message, modal or Home tab.

        `value` is what is chosen (an option's value, an id, a date), or tells buttons of the same action
        apart. `values` are inputs typed before. LookupError where there is no such element.
        """
        with self.lock:
            block, element = self._find(where, action_id, block_id, value)
            if isinstance(where, View):
                self.fill(where, values or {})
            if element["type"] in inputs.FIELDS and element["type"] != "overflow":
                touched = where.state if isinstance(where, View) else where.states.setdefault(user, {})
                entry = {"type": element["type"], **inputs.chosen(element, value)}
                touched.setdefault(block["block_id"], {})[action_id] = entry
            payload = payloads.interaction(self, "block_actions", user)
            payload |= payloads.place(self, where, user)
            payload["trigger_id"] = self.new_trigger(user, in_modal=isinstance(where, View))
            if isinstance(where, Message):
                payload["response_url"] = self.new_response_url(user, where.channel, where)
            payload["actions"] = [payloads.action(block, element, value)]
            self.touch()
        return self._send(Delivery("interactive", payload))

    def submit(self, user: str, view: View, values: Mapping[str, Any] | None = None) -> Outcome:
        """Fill in a modal and submit it; `values` by action_id or block_id.

        Inputs that Slack's own client would not let pass come back as `errors`, and nothing is sent.
        """
        with self.lock:
            self.fill(view, values or {})
            view.errors = inputs.unfinished(view)
            if view.errors:
                self.touch()
                return Outcome(None, Answer(), view=view, errors=view.errors)
            payload = payloads.submission(self, view, user)
            payload["trigger_id"] = self.new_trigger(user, in_modal=True)
        outcome = self._send(Delivery("interactive", payload))
        return outcome if outcome.error else self._follow(outcome, user, view)

    def close(self, user: str, view: View) -> Outcome:
        """Close a modal with its button; the bot hears of it only if it asked to."""
        with self.lock:
            stack = self.stacks[user]
            payload = payloads.interaction(self, "view_closed", user)
            payload |= {"view": payloads.place(self, view, user)["view"]}
            payload["is_cleared"] = bool(view.body.get("clear_on_close"))
            if view.body.get("clear_on_close"):
                stack.clear()
            elif view in stack:
                stack.remove(view)
            self.touch()
        if not view.body.get("notify_on_close"):
            return Outcome(None, Answer())
        return self._send(Delivery("interactive", payload))

    def open_home(self, user: str) -> Outcome:
        """Open the app's Home tab."""
        with self.lock:
            body: Json = {"type": "app_home_opened", "user": user, "channel": self.dm(user).id, "tab": "home"}
            if user in self.homes:
                body["view"] = views.as_json(self.homes[user])
        return self.event(body)

    def uninstall(self) -> Outcome:
        """Remove the app: its token stops working, and the bot is told."""
        self.installed = False
        return self.event({"type": "app_uninstalled"})

    def revoke_token(self) -> Outcome:
        """Take the bot token back, and tell the bot."""
        self.revoked.add(self.bot_token)
        return self.event({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER]}})

    def reinstall(self) -> str:
        """Install the app again; answer its new bot token. The old one is good for nothing any more."""
        with self.lock:
            self.revoked.add(self.bot_token)
            self.bot_token = f"xoxb-sandbox-{self.new_id('B')}-made-up"
            self.installed = True
            self.touch()
        return self.bot_token

    def event(self, body: Json) -> Outcome:
        """Deliver an event, and again up to three times while it is not acknowledged.

        Slack repeats at once, after a minute and after five; `retry_delays` sets the waits here.
        """
        with self.lock:
            stamped = {"event_ts": self.new_ts(), **body}
            delivery = Delivery("events_api", payloads.event(self, stamped))
        outcome = self._send(delivery)
        for number, delay in enumerate(self.retry_delays, start=1):
            if not outcome.error or _no_retry(outcome.answer):
                break
            time.sleep(delay)
            again = replace(delivery, retry_num=number, retry_reason=outcome.answer.error or "http_error")
            outcome = replace(self._send(again), attempts=number + 1)
        return outcome

    def upload(self, user: str, name: str, data: bytes) -> File:
        """Let a person upload a file, as a `file_input` or the message box does."""
        with self.lock:
            file = File(self.new_id("F"), name, len(data), user, name, data, completed=True)
            self.files[file.id] = file
        return file

    def say(self, user: str, channel: str, text: str) -> Message:
        """Let a person write an ordinary message."""
        return self.add(Message(self.new_ts(), channel, user, text))

    def fill(self, view: View, values: Mapping[str, Any]) -> None:
        """Type into the inputs of a view, by action_id or block_id; see `fill_one`."""
        for block, element in inputs.elements(view.body["blocks"]):
            for key in (element["action_id"], block["block_id"]):
                if key in values:
                    self.fill_one(view, block["block_id"], element["action_id"], values[key])
                    break

    def fill_one(self, view: View, block_id: str, action_id: str, value: Any) -> None:  # noqa: ANN401 - see inputs.chosen
        """Type into one input; files are given as `File`, or as (name, bytes)."""
        for block, element in inputs.elements(view.body["blocks"]):
            here = (block["block_id"], element["action_id"]) == (block_id, action_id)
            if not here or element["type"] not in inputs.FIELDS:
                continue
            if element["type"] == "file_input":
                value = [self._file(view.user, entry) for entry in value or ()]
            entry = {"type": element["type"], **inputs.chosen(element, value)}
            view.state.setdefault(block_id, {})[action_id] = entry

    def new_trigger(self, user: str, *, in_modal: bool = False) -> str:
        """Return a fresh trigger id."""
        identity = f"{self.new_id('1')[1:]}.{self.new_id('2')[1:]}.{self.new_id('t')}"
        self.triggers[identity] = {"user": user, "at": self.now(), "used": False, "in_modal": in_modal}
        return identity

    def new_response_url(self, user: str, channel: str, message: Message | None) -> str:
        """Return a fresh response URL."""
        identity = self.new_id("R")
        origin = {"user": user, "channel": channel, "message": message, "at": self.now(), "uses": 0}
        self.response_urls[identity] = origin
        return f"{self.url}/response/{identity}"

    def _send(self, delivery: Delivery) -> Outcome:
        answer = self.deliver(delivery)
        error = answer.error and FAILURES.get(answer.error, "dispatch_failed")
        return Outcome(delivery, answer, error)

    def _show_ack(self, outcome: Outcome, user: str, channel: str) -> Outcome:
        """Put the body of an acknowledged command into the channel."""
        answer = outcome.answer
        body = answer.body
        if not answer.text.strip() or body == {}:
            return outcome
        if body is None and not answer.content_type.startswith("application/json"):
            body = {"text": answer.text}
        if not isinstance(body, dict):
            return replace(outcome, error="invalid_command_response")
        try:
            text, blocks, attachments = content.content(body)
        except SlackError as error:
            return replace(outcome, error=error.error, problems=error.messages)
        lasting = body.get("response_type") == "in_channel"
        with self.lock:
            blocks = content.with_ids(self, blocks)
            seen_by = None if lasting else user
            message = Message(self.new_ts(), channel, BOT_USER, text, blocks, attachments, seen_by=seen_by)
        return replace(outcome, message=self.add(message))

    def _follow(self, outcome: Outcome, user: str, view: View) -> Outcome:
        """Do what the answer to a submission says; an empty one closes the view."""
        with self.lock:
            try:
                views.follow(self, user, view, outcome.answer.body or {})
            except SlackError as error:
                return replace(outcome, error=error.error, problems=error.messages, view=view)
            finally:
                self.touch()
            open_still = view in self.stacks[user]
            return replace(outcome, view=self.modal(user), errors=view.errors if open_still else {})

    def _find(self, where: Message | View, action_id: str, block_id: str | None, value: object) -> tuple[Json, Json]:
        blocks = where.body["blocks"] if isinstance(where, View) else where.blocks
        found = [
            (block, element)
            for block, element in inputs.elements(blocks)
            if element["action_id"] == action_id and block_id in {None, block["block_id"]}
        ]
        if value is not None:
            # Only buttons carry a value of their own: of several, the one that has it is meant.
            found = [pair for pair in found if pair[1]["type"] != "button" or pair[1].get("value") == value]
        if not found:
            raise LookupError(f"nothing to press: action {action_id!r}, block {block_id!r}, value {value!r}")
        return found[0]

    def _file(self, user: str, entry: File | tuple[str, bytes]) -> Json:
        file = entry if isinstance(entry, File) else self.upload(user, *entry)
        return files.as_json(self, file)


def _no_retry(answer: Answer) -> bool:
    return any(key.lower() == "x-slack-no-retry" and value == "1" for key, value in answer.headers.items())
