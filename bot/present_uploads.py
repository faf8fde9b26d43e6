"""Uploads: the modal that takes files, and the message that tells what was read, what would happen, and what did."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from bot.model.columns import MEANINGS, By, Column, FileFound
from bot.model.message import Message, View
from bot.model.upload import Upload
from bot.present import Presenter, bar, short
from bot.render import Renderer
from bot.storage import Run
from bot.usecases.ingest import Preview

FILES, PARTIAL = "import_files.v1", "import_partial.v1"
YES, NO = "import_yes.v1", "import_no.v1"

COLUMNS, TITLE, NAME = 40, 60, 100
"""Columns of a file that are listed, and characters of a title and of a file's name."""

NAME_IN_LABEL = 30
"""Characters of a file's name in what a screen reader says of a button."""

TYPES = ("csv", "tsv", "txt")
MOST_FILES = 10


class UploadPresenter:
    """Renders uploads."""

    def __init__(self, renderer: Renderer, present: Presenter) -> None:
        self._renderer, self._present = renderer, present

    def modal(self, language: str) -> View:
        """Show the modal that takes files."""
        return self._renderer.view("import_modal", language, files=FILES, partial=PARTIAL, types=TYPES, most=MOST_FILES)

    def message(self, upload: Upload, shown: Preview | Run | None, recorded: int) -> Message:
        """Show where an upload stands; `recorded` is how many of its rows are recorded."""
        language = upload.language
        run = shown if isinstance(shown, Run) else None
        done = bool(run and run.state == "done")
        problem = upload.problem
        return self._renderer.message(
            "import_message",
            language,
            name=short(upload.name, NAME),
            short=short(upload.name, NAME_IN_LABEL),
            state="done" if done else str(upload.state),
            who=upload.decided_by or upload.requested_by,
            mistake=self._mistake(language, problem) if problem else None,
            shown=shown,
            alarming=isinstance(shown, Preview) and shown.complete and bool(shown.open_before) and shown.alarming,
            ours=shown is not None and any(file.ours for file in shown.files) and not shown.complete,
            recorded=recorded,
            bar=bar(recorded, shown.rows) if shown else "",
            files=[self._file(language, file) for file in shown.files] if isinstance(shown, Preview) else [],
            rejections=self._rejections(language, shown) if shown else [],
            more=max(0, shown.rejected - len(shown.rejections)) if shown else 0,
            value=str(upload.id),
            yes=YES,
            no=NO,
        )

    def _mistake(self, language: str, problem: Mapping[str, Any]) -> Markup:
        values = {
            name: self._present.number(language, value) if isinstance(value, int) else value
            for name, value in problem["values"].items()
        }
        parts = (problem["text"], problem["advice"])
        return Markup(" ").join(self._renderer.safe(language, part, **values) for part in parts if part)

    def _file(self, language: str, file: FileFound) -> dict[str, Any]:
        lines = [self._column(language, column) for column in file.columns[:COLUMNS]]
        return {
            "name": short(file.name, NAME),
            "texts": ["\n".join(lines[start : start + 20]) for start in range(0, len(lines), 20)],
            "more": max(0, len(file.columns) - COLUMNS),
        }

    def _column(self, language: str, column: Column) -> str:
        title = short(" ".join(column.title.split()), TITLE) or "–"
        if not column.meaning:
            return f"• {title}: {self._present.text(language, 'kept as it is')}"
        meaning = self._present.text(language, MEANINGS[column.meaning])
        if column.by is By.VALUES:
            meaning += f" ({self._present.text(language, 'guessed from its values')})"
        return f"• {title}: {meaning}"

    def _rejections(self, language: str, shown: Preview | Run) -> list[str]:
        lines = [
            self._present.text(language, "Line %(line)s", line=self._present.number(language, place)) + f": {reason}"
            for place, reason in map(_place, shown.rejections)
        ]
        return ["\n".join(lines[start : start + 10]) for start in range(0, len(lines), 10)]


def _place(rejection: Any) -> tuple[int, str]:  # noqa: ANN401 - a Rejection, or one as JSON
    if isinstance(rejection, Mapping):
        return int(rejection["place"]), short(str(rejection["reason"]), 200)
    return rejection.place, short(rejection.reason, 200)
