"""The demo's page in a real browser, which sends what no HTTP library does and keeps back what they all send."""

import json
from pathlib import Path

import pytest

from tests.bot_at_work import bot_at_work
from tests.browser.chromium import NoBrowser, Tab, browser


def command(tab: Tab, text: str) -> None:
    """Type a command and send it."""
    tab.run(f"document.querySelector('input[name=text]').value = {json.dumps(text)}")
    tab.press("Send")


def test_commands_buttons_and_modals_work_in_a_browser(tmp_path: Path) -> None:
    try:
        with bot_at_work(tmp_path) as bot, browser(tmp_path / "browser") as tab:
            bot.import_errors()
            tab.go(bot.company.page)
            tab.until(lambda: "Send" in tab.texts("button"))
            command(tab, "/sfsync errors")
            tab.press("Details")
            tab.press("Show records")
            tab.until(lambda: "All groups" in tab.texts("button"))
            assert any("How to fix it" in text for text in tab.texts("dialog, [role=dialog], form"))
            tab.press("Close")
            command(tab, "/sfsync import")
            tab.until(lambda: tab.run("!!document.querySelector('input[type=file]')"))
    except NoBrowser as reason:
        pytest.skip(f"browser: {reason}")
