"""Salesforce record ids: 15 characters that mind case, 18 that survive a spreadsheet."""

import string

_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_SUFFIX = string.ascii_uppercase + "012345"
_POD = "7Q00000"

PREFIXES = {
    "Account": "001",
    "Contact": "003",
    "User": "005",
    "Opportunity": "006",
    "Organization": "00D",
    "Group": "00G",
    "Lead": "00Q",
    "RecordType": "012",
    "Case": "500",
    "Sync_Error__c": "a0X",
}


def make_id(sobject: str, number: int) -> str:
    """Answer the 18-character id of the ``number``-th record of an object."""
    digits = ""
    while number:
        number, rest = divmod(number, 62)
        digits = _BASE62[rest] + digits
    return with_suffix(PREFIXES[sobject] + _POD + digits.rjust(5, "0"))


def with_suffix(id15: str) -> str:
    """Append the three characters that tell which of the fifteen are capitals.

    Each suffix character stands for five characters of the id, lowest bit first.
    """
    suffix = ""
    for start in (0, 5, 10):
        chunk = id15[start : start + 5]
        suffix += _SUFFIX[sum(1 << i for i, char in enumerate(chunk) if char in string.ascii_uppercase)]
    return id15 + suffix


def normalise(text: str) -> str | None:
    """Answer the 18-character form of a well-formed id, and None for anything else."""
    if len(text) not in {15, 18} or not (text.isascii() and text.isalnum()):
        return None
    full = with_suffix(text[:15])
    return full if text in {full, full[:15]} else None


def looks_like_id(text: str) -> bool:
    """Tell whether a person who typed this meant an id, be it a broken one."""
    return 14 <= len(text) <= 19 and text.isascii() and text.isalnum() and text[:3] in PREFIXES.values()
