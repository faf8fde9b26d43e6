"""A real browser, told what to do over the DevTools protocol."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import requests
from websockets.sync.client import ClientConnection, connect

PATIENCE = 30.0
"""Seconds for the browser to start, and for what a page is expected to show."""

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


class NoBrowser(Exception):
    """No browser is installed here."""


class Tab:
    """One tab."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._number = 0

    def go(self, address: str) -> None:
        """Open a page."""
        self._call("Page.navigate", url=address)

    def run(self, script: str) -> Any:  # noqa: ANN401 - any JSON
        """Run a script on the page as it is now; answer what it comes to, None while another page loads."""
        found = self._call("Runtime.evaluate", expression=script, returnByValue=True)
        return found.get("result", {}).get("value")

    def texts(self, selector: str) -> list[str]:
        """Return the texts of all elements that a CSS selector finds."""
        return self.run(f"[...document.querySelectorAll({json.dumps(selector)})].map(e => e.innerText.trim())") or []

    def press(self, text: str) -> None:
        """Click the first button with a text, once there is one, and wait for the page that follows."""
        self.until(lambda: text in self.texts("button"))
        with_text = f"e => e.innerText.trim() == {json.dumps(text)}"
        self.run("window.before = true")
        self.run(f"[...document.querySelectorAll('button')].find({with_text}).click()")
        self.until(lambda: self.run("!window.before && document.readyState == 'complete'"))

    def until(self, condition: Callable[[], object]) -> None:
        """Wait for what the page is to show."""
        end = monotonic() + PATIENCE
        while not condition():
            if monotonic() > end:
                raise AssertionError(f"the page shows: {self.run('document.body.innerText')}")
            sleep(0.1)

    def _call(self, method: str, **parameters: object) -> dict[str, Any]:
        self._number += 1
        self._connection.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._connection.recv(timeout=PATIENCE))
            if answer.get("id") == self._number:
                return dict(answer.get("result") or {})


@contextmanager
def browser(folder: Path) -> Iterator[Tab]:
    """Start a browser that keeps its files in `folder`. Raises NoBrowser."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        raise NoBrowser(f"none of {', '.join(NAMES)} is installed")
    options = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1300,1500")
    with subprocess.Popen(
        [program, *options, f"--user-data-dir={folder}", "--remote-debugging-port=0", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            with connect(_address(folder / "DevToolsActivePort"), max_size=None) as connection:
                yield Tab(connection)
        finally:
            process.terminate()


def _address(told: Path) -> str:
    """Return where the first tab is spoken to, once the browser has told its port."""
    end = monotonic() + PATIENCE
    while monotonic() < end:
        if told.exists() and (lines := told.read_text().split()):
            tabs = requests.get(f"http://127.0.0.1:{lines[0]}/json", timeout=10).json()
            pages = [tab for tab in tabs if tab["type"] == "page"]
            if pages:
                return str(pages[0]["webSocketDebuggerUrl"])
        sleep(0.1)
    raise AssertionError("the browser did not start")
