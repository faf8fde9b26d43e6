"""A Bolt listener that does nothing but acknowledge, served as ours is: what an answer costs at least."""

import os
import sys

from flask import Flask, Response, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult
from waitress.server import create_server

from bot.service import HTTP_THREADS


def main() -> None:
    """Serve until killed; the first line of output is the port."""
    app = App(
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id=None, bot_token=None),
        process_before_response=True,
    )
    app.command("/sfsync")(lambda ack: ack({"response_type": "ephemeral", "text": "There are errors."}))
    handler, web = SlackRequestHandler(app), Flask("bare")

    @web.post("/slack/events")
    def slack_events() -> Response:
        return handler.handle(request)

    server = create_server(web, host="127.0.0.1", port=0, threads=HTTP_THREADS, ident="bare")
    sys.stdout.write(f"{server.effective_port}\n")
    sys.stdout.flush()
    server.run()


if __name__ == "__main__":
    main()
