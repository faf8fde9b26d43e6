"""The demo's page over HTTP, without scripts: what a browser would do, step by step, against a bot of the test."""

from __future__ import annotations

import html
import json
import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest
import requests
from slack_sdk import WebClient
from werkzeug.wrappers import Request, Response

from bot.sandbox.page.text import Texts
from bot.sandbox.slack.app import start
from bot.sandbox.slack.state import ADA, GUS, LEADERS, OLD, OTTO, REVOPS, VERA, Limits
from bot.sandbox.slack.workspace import Workspace
from bot.server import serve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment

Json = dict[str, Any]
EVIL = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


CONFIRM = {
    "title": plain("Resync now?"),
    "text": plain("Two API calls"),
    "confirm": plain("Do it"),
    "deny": plain("No"),
}
CARD: list[Json] = [
    {"type": "header", "text": plain("1,204 errors")},
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {"type": "button", "action_id": "resync.v1", "text": plain("Resync"), "confirm": CONFIRM},
            {"type": "button", "action_id": "notify.v1", "text": plain("Notify")},
            {"type": "button", "action_id": "link.v1", "text": plain("Open"), "url": "https://example.com/x"},
            {
                "type": "static_select",
                "action_id": "by.v1",
                "options": [{"text": plain("Type"), "value": "type"}, {"text": plain("Object"), "value": "object"}],
            },
        ],
    },
]
MODAL: Json = {
    "type": "modal",
    "title": plain("Notifications"),
    "submit": plain("Save"),
    "blocks": [
        {
            "type": "input",
            "block_id": "note",
            "label": plain("Note"),
            "element": {"type": "plain_text_input", "action_id": "note"},
        },
        {
            "type": "input",
            "block_id": "days",
            "optional": True,
            "label": plain("Days"),
            "element": {
                "type": "checkboxes",
                "action_id": "days",
                "options": [{"text": plain("Monday"), "value": "mo"}, {"text": plain("Friday"), "value": "fr"}],
            },
        },
        {
            "type": "input",
            "block_id": "file",
            "optional": True,
            "label": plain("File"),
            "element": {"type": "file_input", "action_id": "file"},
        },
    ],
}


@dataclass
class Bot:
    """Acknowledges everything with `answer`; `then` is what it does on a button first."""

    answer: Json | str = ""
    status: int = 200
    delay: float = 0.0
    client: WebClient | None = None
    payloads: list[Json] = field(default_factory=list)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        body = request.get_data(as_text=True)
        form = {key: values[0] for key, values in parse_qs(body).items()}
        payload: Json = json.loads(form["payload"]) if "payload" in form else form or json.loads(body)
        self.payloads.append(payload)
        time.sleep(self.delay)
        assert self.client is not None
        if payload.get("type") == "block_actions" and payload["actions"][0]["action_id"] == "notify.v1":
            self.client.views_open(trigger_id=payload["trigger_id"], view=MODAL)
        if payload.get("type") == "event_callback":
            user = payload["event"]["user"]
            self.client.views_publish(user_id=user, view={"type": "home", "blocks": CARD})
        answer = self.answer if isinstance(self.answer, str) else json.dumps(self.answer)
        kind = "text/plain" if isinstance(self.answer, str) else "application/json"
        return Response(answer, self.status, mimetype=kind)(environ, start_response)


@pytest.fixture
def bot() -> Bot:
    return Bot()


@pytest.fixture
def workspace(bot: Bot) -> Iterator[Workspace]:
    with serve(bot) as listening:
        workspace = Workspace(request_url=listening.url + "/slack/events", limits=Limits(pace=0))
        with start(workspace):
            bot.client = WebClient(token=workspace.bot_token, base_url=workspace.api_url)
            yield workspace


class Browser:
    """Follows links and posts forms as somebody does who reads the page."""

    def __init__(self, workspace: Workspace, user: str = ADA, channel: str = REVOPS) -> None:
        self.root, self.user = workspace.url, user
        self.here = f"/as/{user}/in/{channel}"
        self.page = self.get(self.here)

    def get(self, path: str) -> str:
        response = requests.get(self.root + path, timeout=5)
        assert response.status_code == 200, path
        self.page = response.text
        return self.page

    def post(self, path: str, data: Json, files: Any = None, *, status: int = 303) -> str:  # noqa: ANN401 - as requests takes them
        response = requests.post(
            self.root + path, data={"back": self.here, **data}, files=files, timeout=5, allow_redirects=False
        )
        assert response.status_code == status, response.text
        target = response.headers.get("Location", "")
        if target.startswith("/"):
            self.get(target)
        return target

    def type(self, text: str) -> None:
        self.post(self.here, {"text": text})

    def press(self, action: str, **more: str) -> str:
        """Press the last button of that action on the page, as its form stands there."""
        values = [json.loads(html.unescape(v)) for v in re.findall(r'name="press"[^>]*value="([^"]*)"', self.page)]
        sent = [value for value in values if value["action"] == action][-1]
        places = re.findall(r'name="(ts|channel|view)" value="([^"]*)"', self.page)
        return self.post(f"/as/{self.user}/press", {**dict(places), "press": json.dumps(sent), **more})


def test_a_newcomer_is_led_to_a_channel_and_told_what_to_type(workspace: Workspace) -> None:
    first = requests.get(workspace.url, timeout=5)
    assert first.url.endswith(f"/as/{ADA}/in/{REVOPS}")
    assert "/sfsync errors" in first.text
    for name in ("Ada Admin", "Otto Operator", "Vera Viewer", "revops", "leadership"):
        assert name in first.text


def test_a_command_is_answered_to_one_person_and_survives_a_reload(workspace: Workspace, bot: Bot) -> None:
    bot.answer = {"text": "x", "blocks": CARD}
    ada = Browser(workspace)
    ada.type("/sfsync errors")
    assert bot.payloads[0]["text"] == "errors"
    for page in (ada.page, ada.get(ada.here)):
        assert "1,204 errors" in page
        assert "Only visible to you" in page
    assert "1,204 errors" not in Browser(workspace, VERA).page


def test_a_confirm_dialog_stands_before_the_press(workspace: Workspace, bot: Bot) -> None:
    bot.answer = {"text": "x", "blocks": CARD}
    ada = Browser(workspace)
    ada.type("/sfsync errors")
    bot.answer = ""
    ada.press("resync.v1")
    assert len(bot.payloads) == 1
    assert "Resync now?" in ada.page
    assert "Do it" in ada.page
    ada.press("resync.v1", confirmed="1")
    assert bot.payloads[1]["actions"][0]["action_id"] == "resync.v1"
    assert "Resync now?" not in ada.page


def test_a_choice_and_a_link_are_told_to_the_bot(workspace: Workspace, bot: Bot) -> None:
    bot.answer = {"text": "x", "blocks": CARD}
    ada = Browser(workspace)
    ada.type("/sfsync errors")
    bot.answer = ""
    ada.press("by.v1", **{"row|by.v1": "object"})
    assert bot.payloads[1]["actions"][0]["selected_option"]["value"] == "object"
    assert '<option value="object" selected>' in ada.page
    assert ada.press("link.v1") == "https://example.com/x"
    assert bot.payloads[2]["actions"][0]["action_id"] == "link.v1"


def test_a_modal_keeps_what_was_typed_until_it_is_accepted(workspace: Workspace, bot: Bot) -> None:
    workspace.say(ADA, REVOPS, "before")
    assert bot.client is not None
    bot.client.chat_postMessage(channel=REVOPS, text="card", blocks=CARD)
    ada = Browser(workspace)
    ada.press("notify.v1")
    view = workspace.modal(ADA)
    assert view is not None
    submit = f"/as/{ADA}/view/{view.id}/submit"
    ada.post(submit, {"note|note": ""})
    assert "Please complete this required field." in ada.page
    bot.answer = {"response_action": "errors", "errors": {"note": "Try another"}}
    upload = {"file|file": ("errors.csv", b"a,b\n")}
    ada.post(submit, {"note|note": "hello", "days|days": ["mo", "fr"]}, upload)
    assert "Try another" in ada.page
    assert 'value="hello"' in ada.page
    assert 'value="fr" checked' in ada.page
    assert "errors.csv" in ada.page
    bot.answer = ""
    ada.post(submit, {"note|note": "hello", "days|days": ["mo"]})
    values = bot.payloads[-1]["view"]["state"]["values"]
    assert [option["value"] for option in values["days"]["days"]["selected_options"]] == ["mo"]
    assert values["file"]["file"]["files"][0]["name"] == "errors.csv"
    assert workspace.modal(ADA) is None
    assert 'role="dialog"' not in ada.page


def test_a_modal_can_be_closed(workspace: Workspace, bot: Bot) -> None:
    assert bot.client is not None
    bot.client.views_open(trigger_id=workspace.new_trigger(ADA), view=MODAL)
    view = workspace.modal(ADA)
    assert view is not None
    ada = Browser(workspace)
    assert 'role="dialog"' in ada.page
    ada.post(f"/as/{ADA}/view/{view.id}/close", {})
    assert 'role="dialog"' not in ada.page


def test_the_home_tab_is_published_when_it_is_opened(workspace: Workspace) -> None:
    ada = Browser(workspace)
    assert "not been published" in ada.get(f"/as/{ADA}/home")
    ada.post(f"/as/{ADA}/home", {})
    assert "1,204 errors" in ada.page
    assert "not been published" in Browser(workspace, OTTO).get(f"/as/{OTTO}/home")


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"status": 500}, "dispatch_failed”</strong><p>The bot answered with HTTP 500."),
        ({"delay": 3.3}, "operation_timeout”</strong><p>The bot did not answer within 3 seconds."),
        ({"answer": {"blocks": [{"type": "header"}]}}, "missing required field: text"),
    ],
)
def test_what_the_bot_did_wrong_is_shown_in_red(workspace: Workspace, bot: Bot, broken: Json, words: str) -> None:
    for name, value in broken.items():
        setattr(bot, name, value)
    ada = Browser(workspace)
    ada.type("/sfsync errors")
    for page in (ada.page, ada.get(ada.here)):
        assert words in page
        assert 'class="notice"' in page
    ada.post(f"/as/{ADA}/dismiss", {})
    assert 'class="notice"' not in ada.page


def test_a_bot_that_is_not_there(workspace: Workspace) -> None:
    workspace.request_url = "http://127.0.0.1:9/slack/events"
    ada = Browser(workspace)
    ada.type("/sfsync errors")
    assert "The bot could not be reached." in ada.page


def test_hostile_text_stays_text(workspace: Workspace, bot: Bot) -> None:
    cell = {"type": "raw_text", "text": EVIL}
    option = {"text": plain(EVIL[:75]), "value": EVIL[:75]}
    rich = {"type": "rich_text_section", "elements": [{"type": "text", "text": EVIL, "style": {"bold": True}}]}
    blocks: list[Json] = [
        {"type": "header", "text": plain(EVIL)},
        {"type": "section", "text": {"type": "mrkdwn", "text": f"*{EVIL}* `{EVIL}` ```{EVIL}```"}},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": f"<javascript:alert(1)|{EVIL}> <@{EVIL}>"}]},
        {"type": "context", "elements": [{"type": "image", "image_url": "https://a.example/x.png", "alt_text": EVIL}]},
        {"type": "markdown", "text": f"# {EVIL}\n[x](javascript:alert(1)) **{EVIL}**\n```\n{EVIL}\n```"},
        {"type": "table", "rows": [[cell]]},
        {"type": "rich_text", "elements": [rich]},
        {
            "type": "actions",
            "block_id": EVIL,
            "elements": [
                {"type": "button", "action_id": EVIL, "text": plain(EVIL[:70]), "value": EVIL},
                {"type": "static_select", "action_id": "x", "options": [option], "placeholder": plain(EVIL)},
            ],
        },
    ]
    assert bot.client is not None
    bot.client.chat_postMessage(channel=REVOPS, text=EVIL, blocks=blocks)
    bot.client.files_upload_v2(channel=REVOPS, content="x", filename="x.txt", title=EVIL)
    bot.client.views_publish(user_id=ADA, view={"type": "home", "blocks": blocks[:1]})
    modal = {**MODAL, "title": plain("<b>T</b>"), "blocks": blocks[:2] + MODAL["blocks"]}
    bot.client.views_open(trigger_id=workspace.new_trigger(ADA), view=modal)
    ada = Browser(workspace)
    ada.type(EVIL)
    for page in (ada.page, ada.get(f"/as/{ADA}/home")):
        assert "alert(" in page
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "<b>" not in page
        assert 'href="javascript' not in page


def test_nothing_from_elsewhere_is_loaded_and_no_other_site_may_post(workspace: Workspace) -> None:
    page = requests.get(workspace.url, timeout=5)
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert not re.findall(r'(?:src|href)="https?://', page.text)
    place = f"{workspace.url}/as/{ADA}/in/{REVOPS}"
    foreign = {"Origin": "https://evil.example"}
    assert requests.post(place, data={"text": "x"}, headers=foreign, timeout=5).status_code == 403
    assert requests.get(place, headers={"Host": "evil.example"}, timeout=5).status_code == 403
    assert workspace.messages(REVOPS) == []


def test_people_see_their_own_channels_and_files(workspace: Workspace, bot: Bot) -> None:
    assert "leadership" not in Browser(workspace, VERA).page
    assert requests.get(f"{workspace.url}/as/{VERA}/in/{LEADERS}", timeout=5).status_code == 404
    assert "is archived" in Browser(workspace, ADA, OLD).page
    assert "is not a member" in Browser(workspace, GUS, "C0GENERAL1").page
    assert bot.client is not None
    dm = workspace.dm(OTTO).id
    done = bot.client.files_upload_v2(channel=dm, content="a,b\n", filename="errors.csv")
    link = f"/files/{done['file']['id']}"
    assert link in Browser(workspace, OTTO, dm).page
    assert requests.get(f"{workspace.url}/as/{OTTO}{link}", timeout=5).content == b"a,b\n"
    assert requests.get(f"{workspace.url}/as/{VERA}{link}", timeout=5).status_code == 404


@pytest.mark.usefixtures("workspace")
def test_a_permalink_leads_to_its_message(bot: Bot) -> None:
    assert bot.client is not None
    ts = bot.client.chat_postMessage(channel=REVOPS, text="here")["ts"]
    link = bot.client.chat_getPermalink(channel=REVOPS, message_ts=ts)["permalink"]
    page = requests.get(link, timeout=5)
    assert f'id="m{ts.replace(".", "")}"' in page.text
    assert page.url.endswith(f"#m{ts.replace('.', '')}")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*bold* _it_ ~no~ `code`", "<strong>bold</strong> <em>it</em> <s>no</s> <code>code</code>"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ("a &amp; b &lt;c&gt;", "a &amp; b &lt;c&gt;"),
        (
            f"<@{OTTO}> in <#{REVOPS}>",
            '<span class="mention">@Otto Operator</span> in <span class="mention">#revops</span>',
        ),
        (":tada: :nonsense:", "🎉 :nonsense:"),
        ("&gt; quoted\nnot", "<blockquote>quoted</blockquote>not"),
        ("one\ntwo", "one<br>two"),
        (
            "<https://a.example/?a=1&amp;b=2|go>",
            '<a href="https://a.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">go</a>',
        ),
        (
            "*a <https://a.example|b>*",
            '<strong>a <a href="https://a.example" target="_blank" rel="noopener noreferrer">b</a></strong>',
        ),
        ("<!channel>", '<span class="mention">@channel</span>'),
    ],
)
def test_mrkdwn_looks_as_in_slack(text: str, shown: str) -> None:
    workspace = Workspace()
    assert Texts(workspace, workspace.people[ADA]).mrkdwn(text) == shown


@pytest.mark.parametrize(
    ("user", "shown"),
    [(ADA, "February 18, 2014 at 9:39 AM"), (OTTO, "18. Februar 2014 at 15:39"), (VERA, "18 February 2014 at 14:39")],
)
def test_a_date_is_shown_in_the_readers_zone_and_language(user: str, shown: str) -> None:
    workspace = Workspace()
    texts = Texts(workspace, workspace.people[user])
    assert shown in texts.mrkdwn("<!date^1392734382^{date} at {time}|then>")
    workspace = Workspace(now=lambda: 1392734400)
    assert Texts(workspace, workspace.people[OTTO]).date(1392734382, "{date_pretty}") == "heute"
