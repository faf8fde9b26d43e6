"""The `hubspot_view` and `hubspot_list` tables."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, delete, select

from bot.model.hubspot_view import HubSpotView, ListKept, list_name
from bot.model.sync import Selection
from bot.store.tables import HubSpotList, core
from bot.store.tables import HubSpotView as Row


class SqlViews:
    """Implements `bot.storage.Views`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def request(self, key: str, selection: Selection, title: str, who: str, language: str, now: datetime) -> int:
        row = self._session.exec(select(Row).where(Row.key == key)).first()
        if row is None:
            row = Row(key=key, selection=asdict(selection), title=title, requested_by="", language="", requested_at=now)
        row.requested_by, row.language, row.requested_at = who, language, now
        self._session.add(row)
        self._session.flush()
        return row.id or 0

    def get(self, view: int) -> HubSpotView | None:
        row = self._session.get(Row, view)
        if row is None:
            return None
        lists = self._session.exec(select(HubSpotList).where(HubSpotList.view_id == view).order_by(col(HubSpotList.id)))
        return HubSpotView(
            id=row.id or 0,
            selection=Selection(**{**row.selection, "ids": tuple(row.selection["ids"])}),
            title=row.title,
            requested_by=row.requested_by,
            language=row.language,
            requested_at=row.requested_at,
            lists=tuple(ListKept(one.object, one.name, one.number, one.records, one.unknown, one.cut) for one in lists),
        )

    def plan(self, view: HubSpotView, obj: str) -> None:
        number = 1
        while self._taken(name := list_name(view.title, obj, view.requested_at, number)):
            number += 1
        self._session.add(HubSpotList(view_id=view.id, object=obj, name=name))
        self._session.flush()

    def change(self, view: int, obj: str, **values: Any) -> None:  # noqa: ANN401 - column values
        table = core(HubSpotList)
        self._session.execute(update(table).where(table.c.view_id == view, table.c.object == obj).values(values))

    def forget(self, view: int) -> None:
        self._session.exec(delete(HubSpotList).where(col(HubSpotList.view_id) == view))
        self._session.exec(delete(Row).where(col(Row.id) == view))

    def _taken(self, name: str) -> bool:
        return self._session.exec(select(HubSpotList.id).where(HubSpotList.name == name)).first() is not None
