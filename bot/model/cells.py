"""Cells that no spreadsheet runs as a formula (OWASP, "CSV injection")."""

_FORMULA = frozenset("=+-@\t\r'")
"""What a formula begins with, and the apostrophe that disarms one."""


def disarm(cell: str) -> str:
    """Return a cell that is text to every spreadsheet; `arm` undoes it."""
    return f"'{cell}" if cell[:1] in _FORMULA else cell


def arm(cell: str) -> str:
    """Return the cell that was disarmed."""
    return cell[1:] if cell.startswith("'") and cell[1:2] in _FORMULA else cell
