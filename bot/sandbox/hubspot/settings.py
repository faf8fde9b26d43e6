"""HubSpot's endpoints about the portal itself: properties, owners, account, API use."""

import re
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, Response, jsonify, request

from bot.sandbox.crm.metadata import Option, Owner, Property
from bot.sandbox.crm.records import iso
from bot.sandbox.crm.world import World
from bot.sandbox.hubspot.wire import VERSION, Refused, body, entries, invalid, object_type, page_size

_TYPES = {"bool", "date", "datetime", "enumeration", "number", "phone_number", "string"}
_FIELD_TYPES = {
    *("booleancheckbox", "calculation_equation", "checkbox", "date", "file", "html"),
    *("number", "phonenumber", "radio", "select", "text", "textarea"),
}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")


def add_settings(app: Flask, world: World) -> None:
    """Add the endpoints to an app."""
    settings = Settings(app, world)
    root = f"/crm/properties/{VERSION}/<kind>"
    app.add_url_rule(root, view_func=settings.properties, methods=["GET"])
    app.add_url_rule(root, view_func=settings.create_property, methods=["POST"])
    app.add_url_rule(f"{root}/<name>", view_func=settings.property, methods=["GET"])
    app.add_url_rule(f"/crm/owners/{VERSION}", view_func=settings.owners, methods=["GET"])
    app.add_url_rule(f"/crm/owners/{VERSION}/<owner_id>", view_func=settings.owner, methods=["GET"])
    app.add_url_rule(f"/account-info/{VERSION}/details", view_func=settings.details, methods=["GET"])
    usage = f"/account-info/{VERSION}/api-usage/daily/private-apps"
    app.add_url_rule(usage, view_func=settings.usage, methods=["GET"])
    limits = f"/crm/limits/{VERSION}/associations/records/<kind>/<to_kind>"
    app.add_url_rule(limits, view_func=settings.association_limit, methods=["GET"])


class Settings:
    """The endpoints, over one world."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app = app
        self.world = world

    def properties(self, kind: str) -> Response:
        """List the properties of an object."""
        with self.world.lock:
            known = self.world.portal.properties[object_type(kind)]
            return jsonify({"results": [self._shown(each) for each in known.values()]})

    def property(self, kind: str, name: str) -> Response:
        """Answer one property."""
        with self.world.lock:
            found = self.world.portal.properties[object_type(kind)].get(name)
            if found is None:
                raise Refused(404, "OBJECT_NOT_FOUND", f"Property {name} does not exist.")
            return jsonify(self._shown(found))

    def create_property(self, kind: str) -> tuple[Response, int]:
        """Create a property. It is not mapped with Salesforce: that is done in the integration's settings."""
        known = self.world.portal.properties[object_type(kind)]
        wanted = ("name", "label", "groupName", "type", "fieldType")
        found = body(*wanted, *_OPTIONAL)
        missing = [each for each in wanted if not isinstance(found.get(each), str) or not found[each]]
        if missing:
            text = f"Some required fields were not set: [{', '.join(missing)}]"
            raise invalid(f"Invalid input JSON on line 1, column 1: {text}")
        if found["type"] not in _TYPES or found["fieldType"] not in _FIELD_TYPES:
            raise invalid(f"{found['type']} and {found['fieldType']} are no valid type and fieldType.")
        if not _NAME.fullmatch(found["name"]):
            raise invalid(f"Property name {found['name']} is not valid.")
        with self.world.lock:
            if found["groupName"] not in {each.group for each in known.values()}:
                raise invalid(f"Property group {found['groupName']} does not exist.")
            if found["name"] in known:
                raise Refused(409, "CONFLICT", f'A property named "{found["name"]}" already exists.')
            made = Property(
                *(found["name"], found["label"], found["type"], found["fieldType"], found["groupName"]),
                description=str(found.get("description", "")),
                options=[Option(str(each["value"]), str(each["label"])) for each in entries(found, "options", dict)],
                unique=found.get("hasUniqueValue") is True,
                hubspot_defined=False,
            )
            known[made.name] = made
            return jsonify(self._shown(made)), 201

    def owners(self) -> Response:
        """List owners, in pages; only people have an e-mail address."""
        limit, after = page_size(500, 100), request.args.get("after", "0")
        email = request.args.get("email")
        if not after.isdecimal():
            raise invalid(f"Invalid paging cursor: {after}")
        archived = request.args.get("archived", "false") == "true"
        with self.world.lock:
            found = [] if archived else list(self.world.portal.owners.values())
            found = [each for each in found if email is None or each.email.lower() == email.lower()]
            start = int(after)
            answer: dict[str, Any] = {"results": [self._owner(each) for each in found[start : start + limit]]}
        if start + limit < len(found):
            answer["paging"] = {"next": {"after": str(start + limit)}}
        return jsonify(answer)

    def owner(self, owner_id: str) -> Response:
        """Answer one owner."""
        by_user = request.args.get("idProperty") == "userId"
        with self.world.lock:
            for owner in self.world.portal.owners.values():
                if owner_id == (str(owner.user_id) if by_user else owner.id):
                    return jsonify(self._owner(owner))
        raise Refused(404, "OBJECT_NOT_FOUND", "resource not found")

    def details(self) -> Response:
        """Answer what the portal is."""
        portal = self.world.portal
        offset = self._local_time().utcoffset() or timedelta()
        minutes = int(offset.total_seconds() // 60)
        return jsonify(
            {
                "portalId": portal.id,
                "accountType": "STANDARD",
                "timeZone": portal.time_zone,
                "companyCurrency": "EUR",
                "additionalCurrencies": ["USD"],
                "utcOffset": f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}",
                "utcOffsetMilliseconds": minutes * 60_000,
                "uiDomain": portal.ui_domain,
                "dataHostingLocation": "eu1",
            }
        )

    def usage(self) -> Response:
        """Answer the calls to HubSpot's API today; says nothing about Salesforce's."""
        midnight = (self._local_time() + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        result = {
            "name": "private-apps-api-calls-daily",
            "currentUsage": self.app.extensions["sandbox.usage"].total,
            "usageLimit": self.world.portal.daily_limit,
            "collectedAt": iso(self.world.now()),
            "resetsAt": iso(midnight),
            "fetchStatus": "SUCCESS",
        }
        return jsonify({"results": [result]})

    def association_limit(self, kind: str, to_kind: str) -> Response:
        """Answer which companies have as many contacts as allowed, or nearly; other objects have no limit here."""
        if (object_type(kind), object_type(to_kind)) != ("companies", "contacts"):
            raise Refused(404, "OBJECT_NOT_FOUND", "No association limit is set for these objects.")
        with self.world.lock:
            limit = self.world.portal.contacts_per_company
            contacts = self.world.hubspot["contacts"].values()
            sizes = Counter(id_ for each in contacts for id_ in each.associations.get("companies", []))
            labels = {id_: self.world.hubspot["companies"][id_].get("name") for id_ in sizes}
        full = [{"objectId": int(id_), "label": labels[id_]} for id_, size in sizes.items() if size >= limit]
        near = [
            {"objectId": int(id_), "label": labels[id_], "usage": size, "percentage": round(100 * size / limit, 1)}
            for id_, size in sizes.items()
            if 0.8 * limit <= size < limit
        ]
        return jsonify(
            {
                "limit": limit,
                "totalRecordsAtLimit": len(full),
                "totalRecordsNearLimit": len(near),
                "atLimitFromRecordSamples": full,
                "nearLimitFromRecordSamples": near,
            }
        )

    def _local_time(self) -> datetime:
        return self.world.now().astimezone(ZoneInfo(self.world.portal.time_zone))

    def _shown(self, found: Property) -> dict[str, Any]:
        options = [
            {"label": each.label, "value": each.value, "displayOrder": n, "hidden": each.hidden}
            for n, each in enumerate(found.options)
        ]
        return {
            "name": found.name,
            "label": found.label,
            "type": found.type,
            "fieldType": found.field_type,
            "description": found.description,
            "groupName": found.group,
            "options": options,
            "displayOrder": -1,
            "calculated": False,
            "externalOptions": found.type == "enumeration" and not options,
            "archived": False,
            "hasUniqueValue": found.unique,
            "hidden": False,
            "hubspotDefined": found.hubspot_defined,
            "modificationMetadata": {
                "archivable": not found.hubspot_defined,
                "readOnlyDefinition": found.hubspot_defined,
                "readOnlyValue": found.read_only,
            },
            "formField": not found.read_only,
            "dataSensitivity": "non_sensitive",
        }

    def _owner(self, owner: Owner) -> dict[str, Any]:
        moment = iso(self.world.now().replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0))
        person = {
            "email": owner.email,
            "firstName": owner.first_name,
            "lastName": owner.last_name,
            "userId": owner.user_id,
            "userIdIncludingInactive": owner.user_id,
        }
        return {
            "id": owner.id,
            "type": owner.type,
            **(person if owner.type == "PERSON" else {"lastName": owner.last_name}),
            "createdAt": moment,
            "updatedAt": moment,
            "archived": False,
            "teams": [],
        }


_OPTIONAL = (
    *("description", "options", "displayOrder", "hasUniqueValue", "hidden", "formField", "dataSensitivity"),
    *("calculationFormula", "currencyPropertyName", "externalOptions", "numberDisplayHint"),
    *("referencedObjectType", "showCurrencySymbol", "textDisplayHint"),
)
