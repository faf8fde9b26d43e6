"""Where texts for people are written, and a way to find them all: in templates, in code, in tables."""

import ast
from collections.abc import Iterator

from jinja2 import Environment, nodes

import bot.errors
from bot import explaining, present, present_details
from bot.errors import PersonError, SettingsError
from bot.model.catalog import CATEGORIES, TYPES
from bot.model.columns import MEANINGS
from bot.model.error_types.other import CASES, PASSING
from bot.model.kinds import WHO, Case, ErrorType, Wording
from bot.model.sync import SOURCES
from bot.render import TEMPLATES

ROOT = TEMPLATES.parent

SPOKEN_IN = (
    "bot/usecases",
    "bot/sources",
    "bot/model",
    "bot/present.py",
    "bot/present_uploads.py",
    "bot/present_details.py",
    "bot/explaining.py",
    "bot/render.py",
    "handlers",
)
"""What is said in Slack is written here; what only a terminal shows is English."""

TRANSLATING = {"text", "safe", "notice", "notice_view"}
"""Calls whose second argument is a text, after the language."""

MISTAKES = {
    name
    for name, one in vars(bot.errors).items()
    if isinstance(one, type) and issubclass(one, PersonError) and one is not SettingsError
}

Texts = tuple[str, ...]
"""A text, or its singular and its plural."""


def of_templates() -> Iterator[Texts]:
    for file in sorted(TEMPLATES.glob("*.j2")):
        for call in Environment(autoescape=True).parse(file.read_text()).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in {"t", "tn"}:
                count = 2 if call.node.name == "tn" else 1
                texts = [arg.value for arg in call.args[:count] if isinstance(arg, nodes.Const)]
                if len(texts) == count:
                    yield tuple(texts)


def of_code() -> Iterator[Texts]:
    for place in SPOKEN_IN:
        path = ROOT / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            for call in ast.walk(ast.parse(file.read_text())):
                if isinstance(call, ast.Call):
                    yield from _of_call(call)


def of_tables() -> Iterator[Texts]:
    tables = (WHO, explaining.RESYNC, explaining.PLACES, SOURCES, present.ROLES, MEANINGS)
    waiting = [*present.WAITING.values(), present.WAITING_ANYHOW]
    outcomes = (text for pair in present.OUTCOMES.values() for text in pair)
    commands = (text for pair in present.COMMANDS for text in pair)
    pairs = (*present_details.OBJECTS, *present_details.STATES, *sum(present_details.CHOICES.values(), ()))
    chosen = (text for _, text in pairs)
    values = (text for table in tables for text in table.values())
    return ((text,) for text in (*values, *outcomes, *waiting, *commands, *chosen))


def of_catalogue() -> Iterator[Texts]:
    for category in CATEGORIES.values():
        yield (category.label,)
    for one in TYPES.values():
        yield (one.label,)
    explanations: list[ErrorType | Case] = [*TYPES.values(), PASSING, *dict.fromkeys(CASES.values())]
    for what in explanations:
        yield (what.meaning,)
        yield from ((text,) for step in what.steps for text in wordings(step))


def wordings(step: Wording) -> Texts:
    """Return all that a step of the catalogue may say, the most facts first."""
    return (step,) if isinstance(step, str) else step


def _of_call(call: ast.Call) -> Iterator[Texts]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    texts = [list(_constants(arg)) for arg in call.args]
    if name in MISTAKES:
        assert all(texts), f"a {name} whose text cannot be looked up, line {call.lineno}"
        yield from ((text,) for alternatives in texts for text in alternatives if text)
    elif name in TRANSLATING and len(texts) > 1:
        yield from ((text,) for text in texts[1])
    elif name == "count" and len(texts) > 2:
        yield from zip(texts[1], texts[2], strict=True)


def _constants(value: ast.expr) -> Iterator[str]:
    """Yield a text, or both of "one" if … else "the other"."""
    if isinstance(value, ast.IfExp):
        yield from _constants(value.body)
        yield from _constants(value.orelse)
    elif isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
