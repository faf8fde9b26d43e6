"""HubSpot's list endpoints, for lists that people fill: create, find by name, read, members, remove."""

from typing import Any

from flask import Flask, Response, jsonify, request

from bot.sandbox.crm.lists import RecordList
from bot.sandbox.crm.portal import OBJECT_TYPES
from bot.sandbox.crm.records import iso
from bot.sandbox.crm.world import World
from bot.sandbox.hubspot.wire import VERSION, Refused, body, entries, invalid, object_type, page_size

_ROOT = f"/crm/lists/{VERSION}"
_ALLOWED = ("name", "objectTypeId", "processingType", "listFolderId", "customProperties", "listPermissions")


def add_lists(app: Flask, world: World) -> None:
    """Add the endpoints to an app."""
    lists = Lists(world)
    app.add_url_rule(_ROOT, "list_create", lists.create, methods=["POST"])
    app.add_url_rule(f"{_ROOT}/object-type-id/<kind>/name/<path:name>", "list_named", lists.named, methods=["GET"])
    app.add_url_rule(f"{_ROOT}/<list_id>", "list_read", lists.read, methods=["GET"])
    app.add_url_rule(f"{_ROOT}/<list_id>", "list_remove", lists.remove, methods=["DELETE"])
    app.add_url_rule(f"{_ROOT}/<list_id>/memberships", "list_members", lists.members, methods=["GET"])
    app.add_url_rule(f"{_ROOT}/<list_id>/memberships/add-and-remove", "list_change", lists.change, methods=["PUT"])


class Lists:
    """The endpoints, over one world."""

    def __init__(self, world: World) -> None:
        self.world = world

    def create(self) -> Response:
        """Create a list under a name that no other has, whatever the object."""
        found = body(*_ALLOWED)
        wanted = ("name", "objectTypeId", "processingType")
        missing = [each for each in wanted if not isinstance(found.get(each), str) or not found[each]]
        if missing:
            raise invalid(f"Invalid input JSON on line 1, column 1: Some required fields were not set: {missing}")
        if found["processingType"] != "MANUAL":
            raise invalid("This sandbox has MANUAL lists only.")
        type_ = object_type(found["objectTypeId"])
        with self.world.lock:
            if any(each.name == found["name"] for each in self.world.lists.values()):
                raise invalid(f"A list already exists with the name '{found['name']}'.")
            made = RecordList(str(self.world.next_number()), found["name"], type_, self.world.now())
            self.world.lists[made.id] = made
            return jsonify({"list": self._shown(made)})

    def named(self, kind: str, name: str) -> Response:
        """Answer the list of an object that has a name."""
        type_ = object_type(kind)
        with self.world.lock:
            for each in self.world.lists.values():
                if (each.type, each.name) == (type_, name):
                    return jsonify({"list": self._shown(each)})
        raise Refused(404, "OBJECT_NOT_FOUND", f"List does not exist with name {name}.")

    def read(self, list_id: str) -> Response:
        """Answer one list."""
        with self.world.lock:
            return jsonify({"list": self._shown(self._find(list_id))})

    def remove(self, list_id: str) -> Response:
        """Remove a list, not its records."""
        with self.world.lock:
            del self.world.lists[self._find(list_id).id]
        answer = Response(status=204)
        del answer.headers["Content-Type"]
        return answer

    def members(self, list_id: str) -> Response:
        """Answer the members by record id, in pages."""
        limit, after = page_size(250, 100), request.args.get("after", "0")
        if not after.isdecimal():
            raise invalid(f"Invalid paging cursor: {after}")
        with self.world.lock:
            found = sorted(self._find(list_id).members.items(), key=lambda each: int(each[0]))
        shown = [each for each in found if int(each[0]) > int(after)]
        results = [{"recordId": id_, "membershipTimestamp": iso(since)} for id_, since in shown[:limit]]
        answer: dict[str, Any] = {"results": results, "total": len(found)}
        if len(shown) > limit:
            answer["paging"] = {"next": {"after": results[-1]["recordId"]}}
        return jsonify(answer)

    def change(self, list_id: str) -> Response:
        """Add and remove members; records that do not exist are told, those already in or out passed over."""
        found = body("recordIdsToAdd", "recordIdsToRemove")
        if found.keys() != {"recordIdsToAdd", "recordIdsToRemove"}:
            raise invalid("Invalid input JSON on line 1, column 1: Some required fields were not set.")
        add, remove = entries(found, "recordIdsToAdd", str), entries(found, "recordIdsToRemove", str)
        with self.world.lock:
            kept = self._find(list_id)
            records = self.world.hubspot[kept.type]
            fresh = [each for each in dict.fromkeys(add) if each in records and each not in kept.members]
            gone = [each for each in dict.fromkeys(remove) if each in kept.members]
            kept.members.update(dict.fromkeys(fresh, self.world.now()))
            for each in gone:
                del kept.members[each]
            missing = [each for each in dict.fromkeys((*add, *remove)) if each not in records]
        return jsonify({"recordsIdsAdded": fresh, "recordIdsRemoved": gone, "recordIdsMissing": missing})

    def _find(self, list_id: str) -> RecordList:
        found = self.world.lists.get(list_id)
        if found is None:
            raise Refused(404, "OBJECT_NOT_FOUND", f"List does not exist with ID {list_id}.")
        return found

    def _shown(self, found: RecordList) -> dict[str, Any]:
        return {
            "listId": found.id,
            "listVersion": 1,
            "name": found.name,
            "objectTypeId": OBJECT_TYPES[found.type],
            "processingType": "MANUAL",
            "processingStatus": "COMPLETE",
            "createdAt": iso(found.created),
            "updatedAt": iso(found.created),
            "size": len(found.members),
        }
