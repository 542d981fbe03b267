"""What an expression of a source file may say: a name, a conditional, a constant, a call of a function of the same file
are followed to the texts that they may be, with a token where a value stands.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Mapping

PLACE = "⟦{}⟧"  # stands for a value
DEEPEST = 6  # steps followed


class Texts:
    """``functions`` and ``constants``: of the file, by name."""

    def __init__(self, functions: Mapping[str, ast.FunctionDef], constants: Mapping[str, ast.expr]) -> None:
        self.functions, self.constants = functions, constants
        self.tokens = itertools.count(1)

    def of(self, value: ast.expr, local: dict[str, list[ast.expr]], deep: int = 0) -> list[str]:
        """What ``value`` may say."""
        unknown = [PLACE.format(next(self.tokens))]
        if deep > DEEPEST:
            return unknown
        follow = lambda node: self.of(node, local, deep + 1)  # noqa: E731
        if isinstance(value, ast.Constant):
            return [value.value] if isinstance(value.value, str) else unknown
        if isinstance(value, ast.JoinedStr):
            return _joined([follow(part) for part in value.values])
        if isinstance(value, ast.FormattedValue):
            plain = value.conversion == -1 and value.format_spec is None
            return follow(value.value) if plain else unknown
        if isinstance(value, ast.IfExp | ast.BoolOp):  # ``a or b`` passes over what is empty
            may_be_empty = isinstance(value, ast.IfExp)
            parts = [value.body, value.orelse] if isinstance(value, ast.IfExp) else value.values
            return [text for each in parts for text in follow(each) if text or may_be_empty]
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
            return _joined([follow(value.left), follow(value.right)])
        if isinstance(value, ast.Name):
            known = local.get(value.id) or [each for each in [self.constants.get(value.id)] if each is not None]
            return [text for each in known for text in self.of(each, {**local, value.id: []}, deep + 1)] or unknown
        if isinstance(value, ast.Subscript) and isinstance(value.value, ast.Name):
            table = self.constants.get(value.value.id)
            return [text for each in table.values for text in follow(each)] if isinstance(table, ast.Dict) else unknown
        if isinstance(value, ast.Call):
            return self._called(value, local, deep) or unknown
        return unknown

    def _called(self, call: ast.Call, local: dict[str, list[ast.expr]], deep: int) -> list[str]:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "format":
            made = self.of(call.func.value, local, deep + 1)
            return [text.replace("{}", PLACE.format(next(self.tokens))) for text in made]
        function = self.functions.get(call.func.id) if isinstance(call.func, ast.Name) else None
        if function is None or not (isinstance(function.returns, ast.Name) and function.returns.id == "str"):
            return []
        own = assigned(function)
        returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value]
        return [text for each in returned for text in self.of(each, own, deep + 1)]


def assigned(function: ast.FunctionDef) -> dict[str, list[ast.expr]]:
    """What the names of a function may be."""
    values: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            values.setdefault(node.targets[0].id, []).append(node.value)
    return values


def _joined(parts: list[list[str]]) -> list[str]:
    return ["".join(texts) for texts in itertools.product(*parts)]
