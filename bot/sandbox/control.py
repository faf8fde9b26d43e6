"""What no vendor has: the paths by which a demo and its tests direct the world behind the servers.

They take no token and pass no fault, so that what was switched on can be switched off again.
"""

import random
from dataclasses import asdict, fields
from typing import Any, get_args

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import BadRequest

from bot.sandbox.crm.breakage import break_record, mend
from bot.sandbox.crm.health import ERROR_TYPES, SyncError, to_csv
from bot.sandbox.crm.records import Pair
from bot.sandbox.crm.sync import Sync
from bot.sandbox.crm.world import World
from bot.sandbox.faults import Fault, Faults, Kind


def add_controls(app: Flask, world: World, faults: Faults) -> None:
    """Add the paths below ``/sandbox`` to an app."""
    _add_sync_controls(app, world)
    _add_fault_controls(app, faults)


def _add_sync_controls(app: Flask, world: World) -> None:
    sync = Sync(world)

    @app.get("/sandbox/export-errors.csv")
    def export() -> Response:
        """Answer the file behind *Export errors (CSV)*, in English or German."""
        language = request.args.get("language", "en")
        if language not in {"en", "de"}:
            raise BadRequest
        text = to_csv(sync.errors(), "de" if language == "de" else "en")
        name = "hubspot-salesforce-sync-errors.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(text.encode(), mimetype="text/csv", headers=headers)

    @app.post("/sandbox/sync")
    def run_sync() -> Response:
        """Let the integration look at both sides once."""
        return jsonify(asdict(sync.run()) | {"errors": len(sync.errors())})

    @app.post("/sandbox/mend")
    def mend_some() -> Response:
        """Correct the oldest ``limit`` errors of a type in the systems themselves; nothing is resynced."""
        error_type, limit = _request(default=100)
        with world.lock:
            chosen = [each for each in sync.errors() if each.error_type == error_type][:limit]
            pairs = [pair_of(world, each) for each in chosen]
            for pair in pairs:
                mend(world, error_type, pair)
        return jsonify({"mended": len(pairs), "records": [_ids(pair) for pair in pairs]})

    @app.post("/sandbox/break")
    def break_some() -> Response:
        """Break ``limit`` healthy records so that the next sync meets an error type."""
        error_type, limit = _request(default=1)
        with world.lock:
            rng = random.Random(world.tick)  # noqa: S311 - which record it is does not matter
            pairs = [break_record(world, error_type, rng) for _ in range(limit)]
        return jsonify({"broken": len(pairs), "records": [_ids(pair) for pair in pairs]})


def _add_fault_controls(app: Flask, faults: Faults) -> None:
    @app.get("/sandbox/faults")
    def active_faults() -> Response:
        """Answer the faults that are switched on."""
        return jsonify({"faults": [asdict(each) for each in faults.active()]})

    @app.post("/sandbox/faults")
    def add_fault() -> tuple[Response, int]:
        """Switch a fault on: the fields of ``Fault`` as JSON, ``kind`` at least."""
        wanted = _json()
        known = {each.name for each in fields(Fault)} - {"id"}
        if wanted.get("kind") not in get_args(Kind) or not wanted.keys() <= known:
            raise BadRequest
        return jsonify({"id": faults.add(Fault(**wanted))}), 201

    @app.delete("/sandbox/faults")
    def clear_faults() -> tuple[str, int]:
        """Switch all faults off."""
        faults.clear()
        return "", 204


def pair_of(world: World, error: SyncError) -> Pair:
    """Answer the records an error of the list is about."""
    if error.hubspot_id:
        return world.pair_of(world.hubspot[error.object_type][error.hubspot_id])
    return Pair(None, world.salesforce_record(error.salesforce_id))


def _request(default: int) -> tuple[str, int]:
    """Answer the error type a request names, and how many records of it."""
    wanted = _json()
    error_type, limit = wanted.get("error_type"), wanted.get("limit", default)
    if error_type not in ERROR_TYPES or type(limit) is not int or limit < 0:
        raise BadRequest
    return str(error_type), limit


def _ids(pair: Pair) -> dict[str, str]:
    record, counterpart = pair.hubspot, pair.salesforce
    return {"hubspot_id": record.id if record else "", "salesforce_id": counterpart.id if counterpart else ""}


def _json() -> dict[str, Any]:
    found = request.get_json(silent=True)
    if not isinstance(found, dict):
        raise BadRequest
    return found
