"""Logs tell what happened; they never decide it."""

import os
import subprocess
import sys

LOGS = """
from bot import logs
logs.configure()
logs.get("sfsync").warning("nobody reads this")
logs.get("sfsync").info("nor this")
print("went on")
"""


def test_work_goes_on_where_a_log_line_cannot_be_written() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-c", LOGS], stdout=subprocess.PIPE, stderr=writer, timeout=60, check=False
        )
    finally:
        os.close(writer)
    assert done.stdout == b"went on\n"
