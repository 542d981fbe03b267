"""The sentences that staff read of ``ingest.py``, as the source makes them: each with a token where a value stands.

Found are: what is given to ``say``; what is raised, or handed on as a reason (``SINKS``); help of options and commands;
the values of enumerations whose names are shown. What each may say: ``texts_of_source.py``, beside this file.
"""

from __future__ import annotations

import ast
import builtins
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.pofile import read_po
from texts_of_source import PLACE, Texts, assigned

from knowledge.ingestion.command.help_text import unwrapped
from knowledge.ingestion.messages.catalogue import ELSEWHERE, FOLDER, LOCALE, Template, entries, templates

ROOT = Path(__file__).parents[1]
CATALOGUES = (FOLDER / LOCALE).relative_to(ROOT)
ROOMS = ("ingestion", "readers", "tables", "editions", "embedding")
FILES = (
    "store/database.py",
    "settings.py",
    "towns.py",
    "learned_arrays.py",
    "learned_logistic.py",
    "text/dates.py",
    "text/money.py",
    "text/quantities.py",
    "text/suspicious.py",
    "store/staff_orders.py",
)
NOT_FOR_STAFF = ("tables/querying/", "editions/live_edition.py")  # the bot's
SINKS = {
    "Note": 2,
    "report": 4,
    "_refused": 1,
    "_unreadable": 1,
    "Unreadable": 1,
    "Problem": 5,
    "SheetNotice": 3,
    "in_words": 0,
    "WorseAnswersError": 0,
}
TABLE = {"CONCERNS"}  # dictionaries of texts given to ``say``
SHOWN = {"Became", "Suspicion", "Stage", "Action", "FileFormat", "RecordKind"}
RETURNS = {
    "trouble",
    "folder_trouble",
    "rebuild_reason",
    "missing_columns",
    "_death_reason",
    "_too_much",
    "read_as",
}  # functions whose results are shown


@dataclass(frozen=True)
class Found:
    """A sentence. ``template``: it is given to ``say``, and so a key itself; else a text with tokens for values."""

    place: str
    text: str
    template: bool = False


def sentences() -> Iterator[Found]:
    """All sentences of the source."""
    for path in sources():
        yield from _File(path).found()


def sources() -> list[Path]:
    """The files whose sentences staff may read."""
    knowledge = ROOT / "knowledge"
    paths = {path for room in ROOMS for path in (knowledge / room).rglob("*.py")} | {knowledge / name for name in FILES}
    kept = (path for path in paths if not path.relative_to(knowledge).as_posix().startswith(NOT_FOR_STAFF))
    return sorted({*kept, ROOT / "ingest.py"})


def wrong() -> list[str]:
    """What is wrong with the catalogues of staff's command, a line each."""
    known_to, said = entries(), list(sentences())
    lines = [
        f"{one.place}: {one.text!r} has no Chinese: {CATALOGUES}/{'command.po' if one.template else ELSEWHERE}"
        for one in said
        if _has_words(one.text) and not (one.text in known_to if one.template else _maker(one.text))
    ]
    lines += [
        f"{key!r}: other places to fill in Chinese" for key, text in known_to.items() if _places(key) != _places(text)
    ]
    lines += [f"{key!r}: cannot be told from {other!r}" for key, other in _alike()]
    used = {one.text for one in said if one.template}
    used |= {maker.english for one in said if not one.template and (maker := _maker(one.text))}
    return lines + [f"{key!r}: nothing says this any more" for key in known_to if key not in used | _said_by_others()]


def _maker(text: str) -> Template | None:
    """The template that makes ``text``, which in help may be broken into lines."""
    whole = " ".join(text.split()) if "\n\n" not in text else unwrapped(text)
    return next((one for one in templates() for each in (text, whole) if one.values_in(each) is not None), None)


def _alike() -> Iterator[tuple[str, str]]:
    """Entries of which the one is taken for the other."""
    for template in templates():
        made = template.english.format(**{name: PLACE.format(name) for name in template.names})
        maker = next(one for one in templates() if one.values_in(made) is not None)
        if maker is not template:
            yield template.english, maker.english


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _said_by_others() -> set[str]:
    """Entries that libraries say, or that the source puts together of parts: a comment says who."""
    found = set()
    for path in (FOLDER / LOCALE).glob("*.po"):
        with path.open("rb") as file:
            found |= {
                str(one.id) for one in read_po(file) if any(each.startswith("Said ") for each in one.user_comments)
            }
    return found


class _File:
    def __init__(self, path: Path) -> None:
        self.path, self.tree = path, ast.parse(path.read_text(encoding="utf-8"))
        self.all = [node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef)]
        self.functions = {node.name: node for node in self.all}
        self.constants: dict[str, ast.expr] = {}
        for node in self.tree.body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value and isinstance(targets[0], ast.Name):
                self.constants[targets[0].id] = node.value
        self.texts = Texts(self.functions, self.constants)

    def found(self) -> Iterator[Found]:
        """All sentences of the file."""
        for function in [self.tree, *self.all]:
            local = assigned(function) if isinstance(function, ast.FunctionDef) else {}
            for value, template in (said for node in _own(function) for said in self._said(node)):
                for text in self.texts.of(value, local):
                    if template or _has_words(text):
                        yield Found(self._at(value), text, template)
        yield from self._constants()
        yield from self._docstrings()

    def _constants(self) -> Iterator[Found]:
        """Tables of texts, and the values of enumerations."""
        for name in TABLE & self.constants.keys():
            for text in (each.value for each in ast.walk(self.constants[name]) if isinstance(each, ast.Constant)):
                if text[0].isupper() or " " in text:
                    yield Found(self._at(self.constants[name]), text, template=True)
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ClassDef) and node.name in SHOWN:
                for each in (each for each in node.body if isinstance(each, ast.Assign)):
                    yield from (Found(self._at(each), text) for text in self.texts.of(each.value, {}))

    def _at(self, node: ast.expr | ast.stmt) -> str:
        return f"{self.path.relative_to(ROOT)}:{node.lineno}"

    def _said(self, node: ast.AST) -> Iterator[tuple[ast.expr, bool]]:
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            name = _name(node.exc)
            if name.endswith("Error") and not hasattr(builtins, name) and node.exc.args:
                yield node.exc.args[-1], False
        if isinstance(node, ast.Call):
            name = _name(node)
            if name == "say" and node.args:
                yield node.args[0], True
            if name in SINKS and len(node.args) > SINKS[name]:
                yield node.args[SINKS[name]], False
            yield from (
                (keyword.value, False) for keyword in node.keywords if keyword.arg == "help" and name != "Typer"
            )
        if isinstance(node, ast.FunctionDef) and node.name in RETURNS:
            yield from ((each.value, False) for each in ast.walk(node) if isinstance(each, ast.Return) and each.value)

    def _docstrings(self) -> Iterator[Found]:
        """Help of commands."""
        commands = [
            node
            for node in self.all
            if any(
                isinstance(each, ast.Call) and _name(each) in {"command", "callback"} for each in node.decorator_list
            )
        ]
        for node in [*commands, *([self.tree] if self.path.name == "ingest.py" else [])]:
            if text := ast.get_docstring(node):
                yield Found(f"{self.path.relative_to(ROOT)}", text)


def _own(function: ast.Module | ast.FunctionDef) -> Iterator[ast.AST]:
    """The nodes of a function, or of a module outside of its functions."""
    if isinstance(function, ast.FunctionDef):
        yield from ast.walk(function)
        return
    for node in function.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield from ast.walk(node)


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _has_words(text: str) -> bool:
    """Whether there is something of our own in it."""
    outside = "".join(piece.partition("⟧")[2] or ("" if "⟧" in piece else piece) for piece in ("⟧" + text).split("⟦"))
    return any(character.isalpha() for character in outside)
