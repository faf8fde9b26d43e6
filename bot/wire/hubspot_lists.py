"""HubSpot's lists, which its pages call segments and views."""

from collections.abc import Sequence
from urllib.parse import quote

from bot.errors import Gone
from bot.model.links import OBJECT_TYPES
from bot.wire.answers import mapping, mappings, required, text
from bot.wire.hubspot_api import API_VERSION, VENDOR, HubSpotApi

PAGE = 250
"""The most members a page may hold (HubSpot's OpenAPI document for lists)."""


class HubSpotListsClient:
    """`bot.ports.HubSpotLists`."""

    def __init__(self, api: HubSpotApi) -> None:
        self._hubspot = api

    def named(self, obj: str, name: str) -> str | None:
        """See `bot.ports.HubSpotLists.named`."""
        path = f"{_ROOT}/object-type-id/{OBJECT_TYPES[obj]}/name/{quote(name, safe='')}"
        try:
            answer = self._hubspot.call("list_by_name", "GET", path)
        except Gone:
            return None
        return required(VENDOR, mapping(answer.get("list")).get("listId"))

    def create(self, obj: str, name: str) -> str:
        """See `bot.ports.HubSpotLists.create`."""
        body = {"name": name, "objectTypeId": OBJECT_TYPES[obj], "processingType": "MANUAL"}
        answer = self._hubspot.call("create_list", "POST", _ROOT, body)
        return required(VENDOR, mapping(answer.get("list")).get("listId"))

    def members(self, number: str, after: str = "") -> tuple[list[str], str]:
        """See `bot.ports.HubSpotLists.members`."""
        onwards = f"&after={quote(after, safe='')}" if after else ""
        answer = self._hubspot.call("list_members", "GET", f"{_path(number)}/memberships?limit={PAGE}{onwards}")
        following = mapping(mapping(answer.get("paging")).get("next")).get("after")
        return [text(one.get("recordId")) for one in mappings(answer.get("results"))], text(following)

    def change(self, number: str, add: Sequence[str], remove: Sequence[str]) -> None:
        """See `bot.ports.HubSpotLists.change`."""
        body = {"recordIdsToAdd": list(add), "recordIdsToRemove": list(remove)}
        self._hubspot.call("change_list", "PUT", f"{_path(number)}/memberships/add-and-remove", body)

    def delete(self, number: str) -> None:
        """See `bot.ports.HubSpotLists.delete`."""
        self._hubspot.call("delete_list", "DELETE", _path(number))


_ROOT = f"/crm/lists/{API_VERSION}"


def _path(number: str) -> str:
    return f"{_ROOT}/{quote(number, safe='')}"
