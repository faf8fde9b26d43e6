"""The tables about who asks and what was agreed: claims, people, user groups, exports, usage, notes, audit."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, delete, select

from bot.model.sync import Selection
from bot.ports import ApiUsage, Person, Posted
from bot.storage import ExportRequest
from bot.store.tables import (
    AuditEntry,
    Claim,
    Export,
    KnownPerson,
    Note,
    UsageSample,
    UserGroup,
    core,
)


class SqlPeople:
    """Implements `bot.storage.People`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def claim(self, key: str, now: datetime) -> bool:
        dialect = sqlite if self._session.get_bind().dialect.name == "sqlite" else postgresql
        claim = core(Claim)
        taken = self._session.execute(
            dialect.insert(claim)
            .values(key=key, claimed_at=now, answer="")
            .on_conflict_do_nothing()
            .returning(claim.c.key)
        )
        return taken.first() is not None

    def answer_of(self, key: str) -> str:
        found = self._session.get(Claim, key)
        return found.answer if found else ""

    def remember_answer(self, key: str, answer: str) -> None:
        self._session.exec(select(Claim).where(Claim.key == key)).one().answer = answer

    def forget_claims(self, before: datetime) -> None:
        self._session.exec(delete(Claim).where(col(Claim.claimed_at) < before))

    def person(self, user: str, since: datetime) -> Person | None:
        found = self._session.get(KnownPerson, user)
        if found is None or found.looked_up_at < since:
            return None
        return Person(found.id, found.locale, found.timezone, found.guest)

    def remember(self, person: Person, now: datetime) -> None:
        self._session.merge(KnownPerson(**asdict(person), looked_up_at=now))

    def groups_of(self, user: str) -> set[str]:
        return {group.id for group in self._session.exec(select(UserGroup)) if user in group.members}

    def remember_group(self, group: str, members: Sequence[str], now: datetime) -> None:
        self._session.merge(UserGroup(id=group, members=list(members), looked_up_at=now))


class SqlExports:
    """Implements `bot.storage.Exports`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def request(self, who: str, language: str, selection: Selection, where: Posted | None, now: datetime) -> int:
        row = Export(
            requested_by=who,
            language=language,
            selection=asdict(selection),
            requested_at=now,
            channel=where.channel if where else "",
            thread=where.ts if where else "",
        )
        self._session.add(row)
        self._session.flush()
        return row.id or 0

    def get(self, export: int) -> ExportRequest:
        row = self._session.exec(select(Export).where(Export.id == export)).one()
        return ExportRequest(
            who=row.requested_by,
            language=row.language,
            selection=Selection(**{**row.selection, "ids": tuple(row.selection["ids"])}),
            where=Posted(row.channel, row.thread) if row.channel else None,
            requested_at=row.requested_at,
            done=row.delivered_at is not None,
            file=row.file,
        )

    def uploaded(self, export: int, file: str) -> None:
        self._session.exec(select(Export).where(Export.id == export)).one().file = file

    def done(self, export: int, now: datetime) -> None:
        self._session.exec(select(Export).where(Export.id == export)).one().delivered_at = now

    def shared(self) -> list[tuple[int, str]]:
        query = select(Export.id, Export.file).where(Export.file != "").order_by(col(Export.id))
        return [(export or 0, file) for export, file in self._session.exec(query)]

    def unshared(self, export: int) -> None:
        self.uploaded(export, "")


class SqlUsage:
    """Implements `bot.storage.Usage`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, usage: ApiUsage) -> None:
        self._session.execute(
            insert(core(UsageSample)).values(taken_at=usage.taken_at, used=usage.used, allowed=usage.limit)
        )

    def latest(self) -> ApiUsage | None:
        query = select(UsageSample).order_by(col(UsageSample.taken_at).desc(), col(UsageSample.id).desc()).limit(1)
        row = self._session.exec(query).first()
        return ApiUsage(row.used, row.allowed, row.taken_at) if row else None

    def forget(self, before: datetime) -> None:
        self._session.exec(delete(UsageSample).where(col(UsageSample.taken_at) < before))


class SqlNotes:
    """Implements `bot.storage.Notes`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, name: str) -> str:
        found = self._session.get(Note, name)
        return found.value if found else ""

    def set(self, name: str, value: str, now: datetime, by: str = "") -> None:
        self._session.merge(Note(name=name, value=value, at=now, by=by))


class SqlAudit:
    """Implements `bot.storage.Audit`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, who: str, action: str, now: datetime, **detail: Any) -> None:  # noqa: ANN401 - JSON values
        self._session.add(AuditEntry(who=who, action=action, at=now, detail=detail))

    def entries(self, limit: int) -> list[dict[str, Any]]:
        query = select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(limit)
        return [
            {"at": row.at, "who": row.who, "action": row.action, "detail": row.detail}
            for row in self._session.exec(query)
        ]
