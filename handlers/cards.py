"""The answer to `/sfsync errors`, rendered once for all who read the same figures in the same way."""

from threading import Lock
from typing import TYPE_CHECKING

from bot.model.message import Message
from bot.present import Presenter, Reader
from bot.usecases.board import Board

if TYPE_CHECKING:
    from bot.usecases.look_up import Overview

MOST = 100
"""Ways to read (language, time zone, and what was asked) whose message is kept; each is a few kilobytes."""


class Cards:
    """The cards as messages."""

    def __init__(self, board: Board, present: Presenter) -> None:
        self._board, self._present = board, present
        self._lock = Lock()
        self._view: Overview | None = None
        self._messages: dict[tuple[Reader, bool], Message] = {}

    def show(self, reader: Reader, *, unresynced: bool = False) -> Message:
        """Return the cards of the newest committed state; `unresynced` as in `Presenter.overview`."""
        view = self._board.overview()
        with self._lock:
            if self._view is not view or len(self._messages) > MOST:
                self._view, self._messages = view, {}
            message = self._messages.get((reader, unresynced))
            if message is None:
                message = self._present.overview(reader, view, unresynced=unresynced)
                self._messages[reader, unresynced] = message
            return message
