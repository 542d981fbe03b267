"""Licences of what is installed are known, allowed and listed; Chroma's Python server is not there to be attacked."""

from __future__ import annotations

import importlib.util
import sys
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
RULES = {"allowed": ["MIT", "Apache-2.0"], "only": {"LGPL-3.0-only": ["ours"]}, "stated": {"odd": "MIT"}}


@pytest.fixture(scope="module")
def licences() -> ModuleType:
    """The command, as a module."""
    return command("licences")


def command(name: str) -> ModuleType:
    """A command of ``.ci/``, as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


def installed(folder: Path, *lines: str) -> Distribution:
    """A distribution whose metadata hold ``lines``."""
    made = folder / "made-1.0.dist-info"
    made.mkdir()
    (made / "METADATA").write_text("\n".join(["Metadata-Version: 2.4", "Name: made", "Version: 1.0", *lines, "", ""]))
    return PathDistribution(made)


def test_all_that_is_installed_is_known_allowed_and_listed(licences: ModuleType) -> None:
    assert licences.main("check") == 0


@pytest.mark.parametrize(
    ("lines", "licence"),
    [
        (("License-Expression: MIT AND (Apache-2.0 OR MIT)",), "MIT AND (Apache-2.0 OR MIT)"),
        (("License: Apache License, Version 2.0",), "Apache-2.0"),
        (("License: BSD-3-Clause",), "BSD-3-Clause"),
        (("License: MIT License", "        Copyright (c) somebody"), "MIT"),
        (("Classifier: License :: OSI Approved :: MIT License",), "MIT"),
        (("License: see the file", "Classifier: License :: OSI Approved :: ISC License (ISCL)"), "ISC"),
        (("License: Proprietary",), ""),
        ((), ""),
    ],
)
def test_a_licence_is_told_from_metadata(
    tmp_path: Path, licences: ModuleType, lines: tuple[str, ...], licence: str
) -> None:
    assert licences.licence_of(installed(tmp_path, *lines)) == licence


@pytest.mark.parametrize(
    ("name", "licence", "said"),
    [
        ("new", "", "new: its licence is not known"),
        ("new", "GPL-3.0-only", "new: GPL-3.0-only is not on the allow-list"),
        ("new", "MIT AND (GPL-3.0-only OR Apache-2.0)", "new: GPL-3.0-only is not"),
        ("other", "LGPL-3.0-only", "other: LGPL-3.0-only is not"),
        ("ours", "LGPL-3.0-only", None),
        ("fine", "MIT OR Apache-2.0", None),
    ],
)
def test_what_is_not_allowed_is_named(licences: ModuleType, name: str, licence: str, said: str | None) -> None:
    rules, package = licences.Rules(RULES), licences.Package(name, "1.0", licence, "program")
    assert (rules.trouble(package) or "None").startswith(str(said))
    assert bool(licences.troubles([package], rules, licences.table([package]))) is (said is not None)
    listed_otherwise = licences.troubles([package], rules, licences.table([]))
    assert listed_otherwise[-1] == f"{name}: docs/licences.md has it otherwise or not at all: make licences"


def test_chromas_python_server_cannot_run_here() -> None:
    assert importlib.util.find_spec("fastapi") is None, "look again at docs/operations.md: Chroma's advisories"


KNOWN = {"name": "a", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1", "2.0"]}]}
CLEAN, UNKNOWN = {"name": "b", "version": "2.0", "vulns": []}, {"name": "c", "skip_reason": "Dependency not found"}


@pytest.mark.parametrize(
    ("dependencies", "code", "first", "last"),
    [
        ([CLEAN, CLEAN], 0, "audit: none known in 2", "audit: none known in 2"),
        ([CLEAN, KNOWN], 1, "a 1.0: PYSEC-1, mended in 1.1, 2.0", "audit: 1 known: pin a mended version"),
        ([CLEAN, UNKNOWN], 1, "not looked up, as the index does not know them: c", "audit: none known in 1"),
        ([UNKNOWN, UNKNOWN], 2, "audit: not done: the package index here has no record", "audit: not done"),
        ([], 2, "audit: not done", "audit: not done"),
    ],
)
def test_an_audit_says_what_is_known_and_never_that_all_is_well_when_nobody_was_asked(
    dependencies: list[dict[str, object]], code: int, first: str, last: str
) -> None:
    lines, ended = command("audit").judged(dependencies)
    assert ended == code and lines[0].startswith(first) and lines[-1].startswith(last)
