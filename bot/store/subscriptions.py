"""The `subscription` and `delivery` tables."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, delete, select

from bot.model.digest import Delivery as DeliveryView
from bot.model.digest import Frequency
from bot.model.digest import Subscription as SubscriptionView
from bot.store.tables import Delivery, Subscription, core


class SqlSubscriptions:
    """Implements `bot.storage.Subscriptions`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> list[SubscriptionView]:
        return [_to_view(row) for row in self._session.exec(select(Subscription).order_by(col(Subscription.id)))]

    def save(self, subscription: SubscriptionView) -> int:
        values = _values(subscription)
        row = self._session.exec(select(Subscription).where(Subscription.channel == subscription.channel)).first()
        if row is None:
            row = Subscription(**values)
            self._session.add(row)
        row.sqlmodel_update(values)
        self._session.flush()
        return row.id or 0

    def remove(self, channel: str) -> bool:
        row = self._session.exec(select(Subscription).where(Subscription.channel == channel)).first()
        if row is None:
            return False
        self._session.exec(delete(Delivery).where(col(Delivery.subscription_id) == row.id))
        self._session.delete(row)
        return True

    def get(self, subscription: int) -> SubscriptionView | None:
        row = self._session.get(Subscription, subscription)
        return _to_view(row) if row else None

    def due(self, now: datetime) -> list[SubscriptionView]:
        query = select(Subscription).where(Subscription.paused == "", Subscription.next_at <= now)
        return [_to_view(row) for row in self._session.exec(query)]

    def planned(self, channel: str, local_date: str) -> bool:
        query = (
            select(Delivery.id)
            .join(Subscription, col(Subscription.id) == col(Delivery.subscription_id))
            .where(Subscription.channel == channel, Delivery.local_date == local_date)
        )
        return self._session.exec(query).first() is not None

    def plan(self, subscription: int, local_date: str, due_at: datetime, missed: int) -> int:
        query = select(Delivery).where(Delivery.subscription_id == subscription, Delivery.local_date == local_date)
        if self._session.exec(query).first():
            return 0
        row = Delivery(subscription_id=subscription, local_date=local_date, due_at=due_at, missed=missed, state="due")
        self._session.add(row)
        self._session.flush()
        return row.id or 0

    def move(self, subscription: int, next_at: datetime) -> None:
        self._change(subscription, next_at=next_at)

    def pause(self, subscription: int, reason: str) -> None:
        self._change(subscription, paused=reason)

    def delivery(self, delivery: int) -> DeliveryView | None:
        row = self._session.get(Delivery, delivery)
        if row is None:
            return None
        return DeliveryView(delivery, row.subscription_id, row.local_date, row.missed, row.state != "due")

    def delivered(self, delivery: int, channel: str, ts: str, now: datetime) -> None:
        self._end(delivery, state="delivered", channel=channel, ts=ts, delivered_at=now)

    def dropped(self, delivery: int) -> None:
        self._end(delivery, state="dropped")

    # Both rows may be gone: a person stopped the digest while it was in the post.

    def _change(self, subscription: int, **values: Any) -> None:  # noqa: ANN401 - column values
        table = core(Subscription)
        self._session.execute(update(table).where(table.c.id == subscription).values(**values))

    def _end(self, delivery: int, **values: Any) -> None:  # noqa: ANN401 - column values
        table = core(Delivery)
        self._session.execute(update(table).where(table.c.id == delivery).values(**values))


def _to_view(row: Subscription) -> SubscriptionView:
    view = SubscriptionView(**row.model_dump())
    return replace(view, frequency=Frequency(row.frequency))


def _values(view: SubscriptionView) -> dict[str, Any]:
    return {name: getattr(view, name) for name in SubscriptionView.__dataclass_fields__ if name != "id"}
