"""Slack on localhost: the Web API, uploads and downloads, response URLs, and the demo's page.

`create_slack(workspace)` is the WSGI application, `start(workspace)` serves it on a port of its own:

    workspace = Workspace(request_url="http://127.0.0.1:3000/slack/events")
    server = start(workspace)
    WebClient(token=workspace.bot_token, base_url=workspace.url + "/api/")
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import Flask, Response, request

from bot.sandbox.page import app as page
from bot.sandbox.record import record
from bot.sandbox.slack import api, chat, content, files
from bot.sandbox.slack.workspace import Workspace
from bot.server import Server, serve

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

__all__ = ["Workspace", "create_slack", "start"]


def start(workspace: Workspace, port: int = 0) -> Server:
    """Serve a workspace on loopback and tell it its own address."""
    server = serve(create_slack(workspace), port)
    workspace.url = server.url
    return server


def create_slack(workspace: Workspace, *, with_page: bool = True) -> Flask:
    """Return the application of one workspace; `with_page` mounts the page for people at `/`."""
    app = Flask("bot.sandbox.slack.app", static_folder=None, template_folder=None)

    @app.before_request
    def learn_address() -> None:
        workspace.url = workspace.url or request.host_url.rstrip("/")

    @app.route("/api/<method>", methods=["GET", "POST"])
    def web_api(method: str) -> ResponseReturnValue:
        answer = api.answer(workspace, method, request)
        return Response(json.dumps(answer.body), answer.status, answer.headers, mimetype="application/json")

    @app.post("/response/<identity>")
    def response_url(identity: str) -> ResponseReturnValue:
        body = request.get_json(silent=True)
        if not isinstance(body, dict):
            return {"ok": False, "error": "invalid_payload"}, 400
        try:
            with workspace.lock:
                chat.respond(workspace, identity, body)
        except content.SlackError as error:
            return error.answer(), 404 if error.error in {"used_url", "expired_url"} else 400
        return Response("ok", mimetype="text/html")

    _mount_files(app, workspace)
    record(app, "/api/", "/response/", "/upload/", "/files-pri/")
    if with_page:
        page.mount(app, workspace)
    return app


def _mount_files(app: Flask, workspace: Workspace) -> None:
    @app.route("/upload/v1/<identity>", methods=["POST", "PUT"])
    def upload(identity: str) -> ResponseReturnValue:
        # Bytes or a form, told by the type alone: urllib labels every plain body as a form.
        if request.mimetype == "multipart/form-data":
            data = b"".join(part.read() for part in request.files.values())
        else:
            data = request.get_data(parse_form_data=False)
        with workspace.lock:
            taken = files.receive(workspace, identity, data)
        return (f"OK - {len(data)}", 200) if taken else ("no such upload, or nothing in it", 400)

    @app.get("/files-pri/<identity>/download/<name>")
    @app.get("/files-pri/<identity>/<name>")
    def download(identity: str, name: str) -> ResponseReturnValue:
        file = workspace.files.get(identity)
        allowed = api.bearer(request) == workspace.bot_token and "files:read" in workspace.scopes
        if file is None or file.content is None or file.name != name or not allowed:
            # Slack does not refuse: it shows its login page, with status 200.
            return Response(files.LOGIN_PAGE, mimetype="text/html")
        return Response(file.content, mimetype="application/octet-stream")
