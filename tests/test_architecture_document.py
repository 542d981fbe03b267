"""docs/architecture.md names every folder and file there is and nothing that is gone; so do the decisions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "architecture.md"
DECISIONS = ROOT / "docs" / "decisions"
ROOMS = ("bot", "knowledge", "benchmarks")
MOST_TERMS = 25
NUMBER = re.compile(r"(\d{4})-[a-z0-9-]+\.md")
PATH = re.compile(r"`((?:bot|knowledge|benchmarks|tests|docs)/[\w./-]*)`")


def _tree() -> set[str]:
    """All folders, with a stroke behind them, and files of the rooms. A folder stands for its __init__.py."""
    paths = [path for room in ROOMS for path in (ROOT / room, *(ROOT / room).rglob("*"))]
    kept = [path for path in paths if not any(part.startswith((".", "__pycache__")) for part in path.parts)]
    kept = [path for path in kept if path.suffix != ".po" or path.parent.name == "zh_Hans"]  # the others have the same
    names = {path.relative_to(ROOT).as_posix() + ("/" if path.is_dir() else "") for path in kept}
    return {name for name in names if not name.endswith("__init__.py")} | {"ingest.py"}


def _named(text: str) -> dict[str, str]:
    """What the document says of each folder and file: headings are folders, items below them their files."""
    rooms = text[text.index("## Rooms") : text.index("## A document's way")]
    said: dict[str, str] = {}
    for part in re.split(r"^### ", rooms, flags=re.M)[1:]:
        heading, *items = re.split(r"^- ", part, flags=re.M)
        folder, _, purpose = heading.partition("`\n")
        folder = folder.strip("`").removeprefix("./")
        if folder:
            said[folder] = purpose.strip()
        for item in items:
            name, _, purpose = item.partition("`: ")
            assert folder + name.strip("`") not in said, f"{folder}{name.strip('`')} stands there twice"
            said[folder + name.strip("`")] = " ".join(purpose.split())
    return said


def test_every_folder_and_file_is_named_and_nothing_that_is_gone() -> None:
    said = _named(DOCUMENT.read_text(encoding="utf-8"))
    assert sorted(_tree() - said.keys()) == [], "name them in docs/architecture.md"
    assert sorted(said.keys() - _tree()) == [], "take them out of docs/architecture.md"
    assert {name: purpose for name, purpose in said.items() if len(purpose) < 10} == {}


def test_it_opens_with_few_words() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text.index("## Words") < text.index("## Rooms")
    terms = re.findall(r"^\| (?!word \||---)([^|]+) \|", text[: text.index("## Rooms")], re.M)
    assert 10 < len(set(terms)) == len(terms) <= MOST_TERMS


def test_it_is_found_from_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "(docs/architecture.md)" in readme
    assert "(docs/decisions/README.md)" in readme


@pytest.mark.parametrize("path", sorted([DOCUMENT, *DECISIONS.glob("*.md")]), ids=lambda path: path.name)
def test_what_a_text_points_to_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    assert [link for link in links if not (path.parent / link).exists()] == []
    if "Status: replaced by" not in text:  # what no longer holds may speak of what is gone
        assert [name for name in PATH.findall(text) if not (ROOT / name).exists()] == []


def test_decisions_are_numbered_dated_and_in_the_index() -> None:
    files = sorted(path.name for path in DECISIONS.glob("*.md") if path.name != "README.md")
    assert [int(NUMBER.fullmatch(name)[1]) for name in files] == list(range(1, len(files) + 1))  # type: ignore[index]
    index = (DECISIONS / "README.md").read_text(encoding="utf-8")
    for number, name in enumerate(files, 1):
        text = (DECISIONS / name).read_text(encoding="utf-8")
        form = rf"# {number}\. (.+)\n\n- Date: (20\d\d-\d\d-\d\d)\n- Status: (accepted|replaced by \[(\d{{4}})\].*)\n"
        head = re.match(form, text)
        assert head, f"{name} begins with its number and title, date and status"
        assert f"| [{number:04}]({name}) | {head[1]} | {head[2]} | {head[3]} |" in index
        assert head[4] is None or number < int(head[4]) <= len(files)
        assert re.search(r"^## Decision$", text, re.M)
