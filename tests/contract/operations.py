"""Every operation that `bot.wire` names when it calls a vendor, read off its source."""

import ast
from collections.abc import Iterator
from importlib import import_module
from inspect import getsource
from pkgutil import iter_modules
from typing import TypeGuard

import bot.wire

Operation = tuple[str, str]
"""Vendor and operation, as `bot.wire.http.calling` takes them and `/metrics` shows them."""


def operations() -> set[Operation]:
    """Return them all. Raises ValueError for a call whose operation cannot be told from the source."""
    modules = [import_module(f"bot.wire.{found.name}") for found in iter_modules(bot.wire.__path__)]
    trees = [ast.parse(getsource(module)) for module in modules]
    return {
        (module.VENDOR, name)
        for module, tree in zip(modules, trees, strict=True)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "calling"
        for name in _names(call.args[2], function, trees)
    }


def _names(operation: ast.expr, function: ast.FunctionDef, trees: list[ast.Module]) -> Iterator[str]:
    """Yield what an operation may be: a text, or what those give who call the method that passes it on."""
    if isinstance(operation, ast.Constant):
        yield str(operation.value)
    elif not isinstance(operation, ast.Name) or operation.id not in {each.arg for each in function.args.args}:
        raise ValueError(f"{function.name}: {ast.unparse(operation)} is neither a text nor an argument")
    else:
        for node in (node for tree in trees for node in ast.walk(tree)):
            if function.name == "api_call" and _of_slack_sdk(node) and node.attr != "api_call":
                # One of slack_sdk's methods, which call it: chat_postMessage with "chat.postMessage".
                yield node.attr.replace("_", ".")
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == function.name:
                if not isinstance(node.args[0], ast.Constant):
                    raise ValueError(f"{ast.unparse(node)}: the operation is no text")
                yield str(node.args[0].value)


def _of_slack_sdk(node: ast.AST) -> TypeGuard[ast.Attribute]:
    """Tell a method of slack_sdk's client, which `SlackClient` keeps as `_api`."""
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "_api"
