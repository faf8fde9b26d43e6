"""Files as HubSpot exports them."""

import csv
from pathlib import Path

CODES = ("UNABLE_TO_LOCK_ROW", "STRING_TOO_LONG", "FIELD_CUSTOM_VALIDATION_EXCEPTION")


def export_file(folder: Path, name: str, records: range) -> Path:
    """Write a file as HubSpot exports it: one error for each record, of three kinds."""
    file = folder / name
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["Object", "HubSpot Record ID", "Record Name", "Error Code", "Error Message", "Fields"])
        for n in records:
            what = [CODES[n % 3], f"Value {n} is refused.", "Foo__c"]
            writer.writerow(["Contact", 70_000_000 + n, f"Person {n}", *what])
    return file
