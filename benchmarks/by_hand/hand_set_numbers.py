"""Which numbers of a Python file are set by hand as thresholds or weights.

All are, except 0, 1 and 2; what is an index, an exponent, an argument of ``range``, ``round``, a date or a column's
width; a factor between units (60, 100, 1024 …); the value of a word in a table of words; whatever is named or
compared as a time, a size, a port, a status, a year, a version; and 10,000 or more, which are sizes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

UNITS = {7, 10, 12, 24, 60, 100, 365, 366, 1000, 1024, 3600, 86_400}
SIZES = 10_000
UNWEIGHED = {
    *("date", "datetime", "time", "timedelta", "sleep", "exit", "_exit", "Exit", "Response", "String"),
    *("range", "round", "chr", "group", "split", "rsplit", "token_hex", "token_urlsafe", "touch"),
}
TIMES_AND_SIZES = {
    *("second", "seconds", "minutes", "hours", "hour", "day", "days", "month", "year", "years", "timeout", "pause"),
    *(
        "after",
        "every",
        "within",
        "bytes",
        "size",
        "maxsize",
        "mib",
        "kib",
        "memory",
        "cache",
        "batch",
        "port",
        "status",
        "code",
        "version",
        "format",
    ),
    *("revision", "seed", "indent", "width", "digits", "ms", "retry", "threads", "rc", "pages", "rate", "interval"),
}


def count_weights(tree: ast.Module) -> int:
    """How many numbers of ``tree`` are thresholds or weights."""
    return sum(_is_weight(number, around) for number, around in _numbers(tree, ()))


def _numbers(node: ast.AST, around: tuple[ast.AST, ...]) -> Iterator[tuple[float, tuple[ast.AST, ...]]]:
    """Numbers, each with the nodes around it, the nearest last."""
    if isinstance(node, ast.Constant) and type(node.value) in {int, float}:
        yield node.value, around
    children = _named_defaults(node) if isinstance(node, ast.arguments) else ast.iter_child_nodes(node)
    for child in children:
        if not (isinstance(node, ast.Subscript) and child is node.slice):
            yield from _numbers(child, (*around, node))


def _named_defaults(arguments: ast.arguments) -> Iterator[ast.keyword]:
    """Defaults of parameters as if they were given by name."""
    places = [*arguments.posonlyargs, *arguments.args]
    pairs = [*zip(reversed(places), reversed(arguments.defaults), strict=False)]
    for argument, default in (*pairs, *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)):
        if default is not None:
            yield ast.keyword(arg=argument.arg, value=default)


def _is_weight(number: float, around: tuple[ast.AST, ...]) -> bool:
    if number in {0, 1, 2} or number >= SIZES:
        return False
    unsigned = [node for node in around if not isinstance(node, ast.UnaryOp)]
    return not (_is_unit(number, unsigned) or any(_excludes(node) for node in _statement(unsigned)))


def _statement(around: list[ast.AST]) -> list[ast.AST]:
    """The nodes from the innermost statement on: what is named further out says nothing of the number."""
    first = max((index for index, node in enumerate(around) if isinstance(node, ast.stmt)), default=0)
    return around[first:]


def _is_unit(number: float, around: list[ast.AST]) -> bool:
    inner = around[-1] if around else None
    if isinstance(inner, ast.BinOp):
        power = isinstance(inner.op, ast.Pow | ast.LShift | ast.RShift)
        return power or (isinstance(inner.op, ast.Mult | ast.Div | ast.FloorDiv | ast.Mod) and number in UNITS)
    return isinstance(inner, ast.Dict) and isinstance(number, int)


def _excludes(node: ast.AST) -> bool:
    """Whether what stands around a number says that it is a time, a size or the like."""
    if isinstance(node, ast.Call):
        return _last_name(node.func) in UNWEIGHED or _last_name(node.func).endswith("Response")
    if isinstance(node, ast.Compare):
        return any(_is_named(_last_name(side)) for side in (node.left, *node.comparators))
    if isinstance(node, ast.keyword):
        return _is_named(node.arg or "")
    if isinstance(node, ast.Assign):
        return any(_is_named(_last_name(part)) for target in node.targets for part in ast.walk(target))
    return isinstance(node, ast.AnnAssign) and _is_named(_last_name(node.target))


def _last_name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_named(name: str) -> bool:
    return not TIMES_AND_SIZES.isdisjoint(name.lower().split("_"))
