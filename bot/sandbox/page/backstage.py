"""The demo's second page: what a HubSpot or Salesforce admin would do, as a button for each error type.

In the demo nobody can open the made-up HubSpot or Salesforce. Here their admin corrects the cause of some
errors, or a careless colleague breaks a few records more, so that a resync has something to show.
"""

from collections import Counter
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, redirect, request
from flask.typing import ResponseReturnValue
from jinja2 import Environment, FileSystemLoader

from bot.sandbox.control import pair_of
from bot.sandbox.crm.breakage import break_record
from bot.sandbox.crm.health import CATEGORIES, ERROR_TYPES
from bot.sandbox.crm.repairs import mend
from bot.sandbox.crm.sync import Sync
from bot.sandbox.crm.world import World
from bot.sandbox.page.app import LOOPBACK

ADDRESS = "/backstage"
AT_ONCE = 10
"""Errors that one press corrects."""


def mount(app: Flask, world: World) -> None:
    """Put the page beside Slack's."""
    blueprint = Blueprint("backstage", __name__)
    templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True)
    sync, rng = Sync(world), Random()  # noqa: S311 - chooses which made-up record to break

    @blueprint.before_request
    def only_from_here() -> None:
        origin = request.headers.get("Origin")
        if urlsplit(f"//{request.host}").hostname not in LOOPBACK or (
            origin and urlsplit(origin).netloc != request.host
        ):
            abort(403)

    @blueprint.get(ADDRESS)
    def show() -> ResponseReturnValue:
        counts = Counter(error.error_type for error in sync.errors())
        rows = [
            (CATEGORIES[category][0], slug, label, counts[slug]) for slug, (category, label, _) in ERROR_TYPES.items()
        ]
        return templates.get_template("backstage.html").render(
            rows=rows, lists=list(world.lists.values()), at_once=AT_ONCE, done=request.args.get("done")
        )

    @blueprint.post(f"{ADDRESS}/<error_type>/<what>")
    def act(error_type: str, what: str) -> ResponseReturnValue:
        if error_type not in ERROR_TYPES or what not in {"correct", "break"}:
            abort(404)
        if what == "break":
            break_record(world, error_type, rng)
            return redirect(f"{ADDRESS}?done=broken", 303)
        for error in [each for each in sync.errors() if each.error_type == error_type][:AT_ONCE]:
            mend(world, error_type, pair_of(world, error))
        return redirect(f"{ADDRESS}?done=corrected", 303)

    app.register_blueprint(blueprint)
