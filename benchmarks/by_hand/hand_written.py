"""What one file holds of rules written by hand: branches of regular expressions, wordings, numeric constants.

Nothing is imported or run: sources are read as syntax trees, so that a count does not depend on what a machine has
installed, and takes seconds. What counts:

- Regular expressions are all texts in which ``|`` separates something and that Python's own parser of regular
  expressions takes: the alternatives of their BRANCH nodes are added up. Optional groups and character classes are
  no alternatives, nor is what the parser itself makes a class of (天|日) or what is the same at the beginning of all
  branches. A constant that is put into several patterns counts once, where it is written; in an f-string, a sum or
  a template of ``format`` it stands as something that is not looked into.
- Wordings are texts in YAML, TSV and TXT that hold no alternatives: at commas, at ``|`` in TSV, at spaces between
  Chinese words or in lists of more than five words, else whole. Keys count when they are words (not ASCII). What
  only labels an entry (``kind``, ``status`` …) does not.
- Words in code are plain literals with Chinese characters, and literals that are split, cut at spaces; no
  docstrings.
- Constants are told by ``benchmarks.by_hand.hand_set_numbers``.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from benchmarks.by_hand.hand_set_numbers import count_weights

try:
    from re import _constants as constants  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]
except ImportError:  # pragma: no cover  # before Python 3.11
    import sre_constants as constants  # type: ignore[no-redef]
    import sre_parse as parser  # type: ignore[no-redef]

HAN = re.compile(r"[\u3400-\u9fff]")
PLACEHOLDERS = 0x20000  # a rare character for each interpolated value, written twice so that it makes no class
FIELD = re.compile(r"\{\w*\}")
LABELS = {"kind", "status", "concern", "name", "strict"}
PHRASE = 5  # words; more of them are a list


@dataclass(frozen=True)
class Counts:
    """How much is written by hand."""

    branches: int = 0
    wordings: int = 0
    code_words: int = 0
    constants: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.branches + other.branches,
            self.wordings + other.wordings,
            self.code_words + other.code_words,
            self.constants + other.constants,
        )


def count_file(path: Path) -> Counts:
    """The counts of one .py, .yaml, .tsv or .txt file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return count_python(text)
    if path.suffix == ".yaml":
        return count_yaml(text)
    return Counts(wordings=count_lines(text, path.suffix))


def branches_of(pattern: str) -> int | None:
    """The alternatives in a regular expression; None where the text is none or holds no alternatives."""
    if "|" not in pattern:
        return None
    for text in (pattern, _filled(pattern)):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return sum(_alternatives(parser.parse(text))) or None
        except re.error:
            continue
    return None


def _filled(template: str) -> str:
    """A template of ``format`` with a placeholder in each of its fields."""
    marks = count(PLACEHOLDERS)
    return FIELD.sub(lambda _: chr(next(marks)) * 2, template.replace("{{", "{").replace("}}", "}"))


def _alternatives(node: Any) -> Iterator[int]:
    """The number of alternatives of every BRANCH below ``node``, wherever the parser keeps its parts."""
    if isinstance(node, parser.SubPattern):
        node = node.data
    if isinstance(node, tuple) and len(node) == 2 and node[0] is constants.BRANCH:
        items = node[1][1]
        if any(len(item) for item in items):
            yield len(items)
    if isinstance(node, list | tuple):
        for part in node:
            if isinstance(part, list | tuple | parser.SubPattern):
                yield from _alternatives(part)


def count_lines(text: str, suffix: str) -> int:
    """Wordings of a TSV, whose columns hold ``a|b``, or of a TXT of lines ``a,b``."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    forms = (form for line in lines for form in re.split(r"[\t|]" if suffix == ".tsv" else ",", line))
    return sum(bool(form.strip()) for form in forms)


def count_yaml(text: str) -> Counts:
    """Branches and wordings of a YAML file, whatever its form."""
    return sum((_in_text(scalar) for scalar in _scalars(yaml.safe_load(text))), Counts())


def _scalars(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (key for key in value if isinstance(key, str) and not key.isascii())
        for key, inner in value.items():
            if key not in LABELS:
                yield from _scalars(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _scalars(inner)
    elif isinstance(value, str):
        yield value


def _in_text(text: str) -> Counts:
    """A scalar: one regular expression, or forms between commas, each an expression or a wording."""
    forms = text.split(", ")
    if not all(map(_parses, forms)):
        forms = [text]
    branches = [branches_of(form) for form in forms]
    plain = [form for form, number in zip(forms, branches, strict=True) if number is None]
    return Counts(sum(filter(None, branches)), sum(map(_words, plain)))


def _parses(text: str) -> bool:
    try:
        parser.parse(text)
    except re.error:
        return False
    return True


def _words(text: str) -> int:
    words = text.split()
    return len(words) if len(words) > PHRASE or (len(words) > 1 and HAN.search(text)) else bool(words)


def count_python(source: str) -> Counts:
    """The counts of a Python file."""
    tree = ast.parse(source)
    texts = list(_texts(tree, _docstrings(tree)))
    found = [(literal, branches_of(literal)) for literal, _ in texts]
    words = [text for (text, plain), (_, number) in zip(texts, found, strict=True) if plain and number is None]
    return Counts(
        branches=sum(number or 0 for _, number in found),
        code_words=sum(len(text.split()) for text in words if HAN.search(text))
        + sum(len(text.split()) for text in _split_literals(tree) if not HAN.search(text)),
        constants=count_weights(tree),
    )


def _docstrings(tree: ast.Module) -> set[int]:
    """All texts that stand by themselves."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def _texts(node: ast.AST, docstrings: set[int]) -> Iterator[tuple[str, bool]]:
    """Texts, and whether they are plain literals; what is interpolated or added stands as a placeholder."""
    if id(node) in docstrings and isinstance(node, ast.Constant):
        return
    parts = list(_parts(node))
    if any(isinstance(part, str) for part in parts):
        marks = (chr(PLACEHOLDERS + index) * 2 for index in range(len(parts)))
        yield "".join(part if isinstance(part, str) else next(marks) for part in parts), isinstance(node, ast.Constant)
        inside = [part for part in parts if not isinstance(part, str)]
    else:
        inside = list(ast.iter_child_nodes(node))
    for child in inside:
        yield from _texts(child, docstrings)


def _parts(node: ast.AST) -> Iterator[str | ast.AST]:
    """A text that is put together, part by part: literals as they are, the rest as nodes."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield part.value if isinstance(part, ast.Constant) else part
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from _parts(node.left)
        yield from _parts(node.right)
    else:
        yield node


def _split_literals(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "split":
            value = node.func.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.value
