"""The house rules that tools do not check: who may import what, how long a file may be, where broad catches stand."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted([*ROOT.glob("bot/**/*.py"), *ROOT.glob("knowledge/**/*.py"), ROOT / "ingest.py"])

OWNERS = {
    "telegram": ("bot/telegram/",),
    "chromadb": ("knowledge/embedding/chroma_store.py",),
    "sentence_transformers": ("knowledge/embedding/embedder.py", "knowledge/training/"),
    "torch": (
        "knowledge/embedding/embedder.py",
        "knowledge/embedding/minilm.py",
        "knowledge/index/encoding/matmul.py",
        "knowledge/training/",
    ),
    "sqlalchemy": (
        "knowledge/settings.py",
        "knowledge/store/",
        "knowledge/tables/",
        "knowledge/ingestion/",
        "knowledge/editions/",
        "bot/telegram/",
    ),
}


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("library", sorted(OWNERS))
def test_a_library_is_imported_only_where_it_is_owned(library: str) -> None:
    importers = [_name(path) for path in SOURCES if library in _imports(path)]
    assert importers, f"nothing imports {library}: the rule no longer says anything"
    assert [name for name in importers if not name.startswith(OWNERS[library])] == []


def test_what_is_imported_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[\[<>=~! ]", line)[0].lower().replace("_", "-") for line in project["dependencies"]}
    shipped_by = packages_distributions()
    named = set.union(*map(_imports, SOURCES)) - sys.stdlib_module_names - {"bot", "knowledge", "ingest"}
    names = {name: {each.lower().replace("_", "-") for each in shipped_by.get(name, [name])} for name in named}
    assert sorted(name for name, distributions in names.items() if not distributions & declared) == []


def test_the_command_and_the_bot_do_not_know_each_other() -> None:
    # The import contracts are about packages, and ingest.py is a module.
    assert "bot" not in _imports(ROOT / "ingest.py")
    assert [_name(path) for path in SOURCES if "ingest" in _imports(path)] == []


def test_files_stay_short() -> None:
    lengths = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {name: lines for name, lines in lengths.items() if lines > 250} == {}


def _broad(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return False
    return node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})


def test_broad_catches_stand_only_at_the_edge_of_a_process() -> None:
    catches = {_name(path): sum(map(_broad, ast.walk(ast.parse(path.read_text(encoding="utf-8"))))) for path in SOURCES}
    found = {name: count for name, count in catches.items() if count}
    assert all(count == 1 for count in found.values()), found
    assert len(found) <= 4, f"one per process: command, bot, its workers, a child; found {found}"


def test_tests_use_no_mocks() -> None:
    mocking = [_name(path) for path in ROOT.glob("tests/**/*.py") if "mock" in _imports(path)]
    patching = [
        _name(path)
        for path in ROOT.glob("tests/**/*.py")
        if path != Path(__file__)
        and ("unittest.mock" in (text := path.read_text("utf-8")) or "monkeypatch.setattr" in text)
    ]
    assert mocking + patching == []
