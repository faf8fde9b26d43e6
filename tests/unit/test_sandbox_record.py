"""The record of a sandbox server: what went over the wire, and no more of it than there is room for."""

from flask import Flask, request
from werkzeug.test import Client

from bot.sandbox.record import Record


def recorded(*paths: str, room: int = 1_000) -> tuple[Record, Client]:
    app = Flask(__name__)

    @app.post("/<path:path>")
    def answer(path: str) -> tuple[bytes, int]:
        return request.get_data() + path.encode(), 202

    record = Record(app.wsgi_app, paths or ("/",), room)
    return record, Client(record)


def test_a_call_is_kept_as_it_was_without_its_credentials() -> None:
    record, client = recorded()
    headers = {"Authorization": "Bearer secret", "Cookie": "secret", "X-Other": "kept"}
    answer = client.post("/a/b", query_string={"c": "d e"}, data=b"body", headers=headers, content_type="text/plain")
    assert answer.get_data() == b"bodya/b"
    [call] = record.calls()
    assert (call.method, call.path, call.query, call.status) == ("POST", "/a/b", "c=d+e", 202)
    assert (call.body, call.answer) == (b"body", b"bodya/b")
    assert (call.headers["content-type"], call.headers["x-other"]) == ("text/plain", "kept")
    assert call.answer_headers["content-length"] == "7"
    assert "secret" not in repr(call)


def test_the_oldest_calls_make_room() -> None:
    record, client = recorded(room=1_000)
    for number in range(50):
        client.post(f"/{number:02}", data=b"x" * 100)
    kept = [call.path for call in record.calls()]
    assert kept == ["/46", "/47", "/48", "/49"]
    client.post("/large", data=b"x" * 2_000)
    assert record.calls() == []


def test_only_the_paths_asked_for_are_kept() -> None:
    record, client = recorded("/api/")
    client.post("/page")
    client.post("/api/method")
    assert [call.path for call in record.calls()] == ["/api/method"]
