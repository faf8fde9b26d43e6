"""An attempt to save a record, and what its judges may ask about other records."""

from dataclasses import dataclass
from typing import Protocol

from bot.sandbox.crm.metadata import SObject, Values


class Records(Protocol):
    """What the rules may ask about other records."""

    def exists(self, record_id: str) -> bool:
        """Tell whether a Salesforce record is there and not deleted."""

    def same(self, sobject: str, values: Values, but: str | None) -> str | None:
        """Answer the id of another record of the object that has all of these values."""


@dataclass(frozen=True)
class Write:
    """An attempt to save ``changes`` over ``before``, by a user, to a record or (without id) to a new one."""

    sobject: SObject
    record_id: str | None
    before: Values
    changes: Values
    by: str
    deleted: bool = False

    @property
    def after(self) -> Values:
        """Answer the record as it would be saved."""
        return {**self.before, **self.changes}
