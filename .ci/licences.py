"""Licences of everything the project depends on: `write` makes docs/licences.md, `check` holds them to the allow-list.

The allow-list stands in pyproject.toml under [tool.licences]. Exit code 1, with a package's name, for a licence that is
not known, not allowed, or not as the file has it.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LISTED = ROOT / "docs" / "licences.md"
REMAKE = "make licences"
SPELLINGS = {  # what packages write instead of an SPDX identifier, folded
    "3-clause bsd license": "BSD-3-Clause",
    "apache 2.0": "Apache-2.0",
    "apache 2.0 license": "Apache-2.0",
    "apache license": "Apache-2.0",
    "apache license version 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD",
    "bsd 2-clause license": "BSD-2-Clause",
    "bsd license": "BSD",
    "cc by-sa 4.0": "CC-BY-SA-4.0",
    "gnu lesser general public license v3 (lgplv3)": "LGPL-3.0-only",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
}
IDENTIFIER = re.compile(r"[A-Za-z0-9.+-]+(?: WITH [A-Za-z0-9.+-]+)?")
OPERATOR = re.compile(r" (?:AND|OR) ")
ROW = re.compile(r"^\| ([\w.-]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.M)


@dataclass(frozen=True)
class Package:
    """A distribution that is needed: ``licence`` as an SPDX expression, empty when nobody could tell."""

    name: str
    version: str
    licence: str
    purpose: str


class Rules:
    """What pyproject.toml says: ``allowed`` identifiers, ``only``: for some packages, ``stated``: by hand."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.allowed = frozenset(values["allowed"])
        self.only: dict[str, list[str]] = values.get("only", {})
        self.stated: dict[str, str] = values.get("stated", {})

    def trouble(self, package: Package) -> str | None:
        """Why ``package`` may not be used; None when it may."""
        if not package.licence:
            return f"{package.name}: its licence is not known; look, and write it into [tool.licences.stated]"
        named = OPERATOR.split(package.licence.replace("(", "").replace(")", ""))
        for licence in named:
            if licence not in self.allowed and package.name not in self.only.get(licence, []):
                return f"{package.name}: {licence} is not on the allow-list of [tool.licences] in pyproject.toml"
        return None


def licence_of(found: Distribution, stated: str | None = None) -> str:
    """The licence that a distribution's metadata names, as an SPDX expression; empty when it names none we know."""
    if stated:
        return stated
    metadata = found.metadata
    if expression := metadata.get("License-Expression"):
        return str(expression)
    written = (metadata.get("License") or "").strip().split("\n")[0].strip()
    classifiers = [line.split("::")[-1].strip() for line in metadata.get_all("Classifier", []) if "License ::" in line]
    for text in (written, *classifiers):
        if known := SPELLINGS.get(text.casefold()):
            return known
    return written if _is_expression(written) else ""


def _is_expression(text: str) -> bool:
    parts = OPERATOR.split(text)
    return all(re.fullmatch(IDENTIFIER, part) and re.search(r"\d|MIT|ISC", part) for part in parts)


def packages(project: dict[str, Any], rules: Rules) -> list[Package]:
    """Every distribution that is needed, with what those need themselves; sorted by name."""
    extras = project["optional-dependencies"]
    purposes = {"tests": extras["test"], "text recognition": extras.get("ocr", []), "program": project["dependencies"]}
    needed = {name: (found, purpose) for purpose, lines in purposes.items() for name, found in _closure(lines)}
    made = [
        Package(name, found.version.split("+")[0], licence_of(found, rules.stated.get(name)), purpose)
        for name, (found, purpose) in needed.items()
    ]
    return sorted(made, key=lambda package: package.name)


def _closure(lines: list[str]) -> Iterator[tuple[str, Distribution]]:
    """Installed distributions that requirements name, and those that they need. What is not installed is left out."""
    waiting, seen = [(Requirement(line), ("",)) for line in lines], set[tuple[str, frozenset[str]]]()
    while waiting:
        requirement, extras = waiting.pop()
        key = canonicalize_name(requirement.name), frozenset(requirement.extras)
        marker = requirement.marker
        if key in seen or (marker and not any(marker.evaluate({"extra": extra}) for extra in extras)):
            continue
        seen.add(key)
        try:
            found = distribution(key[0])
        except PackageNotFoundError:
            continue
        yield key[0], found
        waiting += [(Requirement(line), ("", *requirement.extras)) for line in found.requires or ()]


def table(found: list[Package]) -> str:
    """The file's text."""
    rows = "".join(f"| {one.name} | {one.version} | {one.licence} | {one.purpose} |\n" for one in found)
    return (
        "# Licences of what the project depends on\n\n"
        f"Made by `{REMAKE}` from the metadata of the installed packages; `make check` holds it to the allow-list in\n"
        "`pyproject.toml`. What the repository itself carries stands in the [README](../README.md#licences).\n\n"
        f"| package | version | licence | for |\n| --- | --- | --- | --- |\n{rows}"
    )


def troubles(found: list[Package], rules: Rules, listed: str) -> list[str]:
    """What is wrong: with a licence, or with the file, whose text is ``listed``."""
    wrong = [trouble for one in found if (trouble := rules.trouble(one))]
    known = {name: (version, licence) for name, version, licence, _ in ROW.findall(listed)}
    missing = [one.name for one in found if known.get(one.name) != (one.version, one.licence)]
    return [*wrong, *(f"{name}: docs/licences.md has it otherwise or not at all: {REMAKE}" for name in missing)]


def main(command: str) -> int:
    """Write or check; returns the exit code."""
    values = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    rules = Rules(values["tool"]["licences"])
    found = packages(values["project"], rules)
    if command == "write":
        LISTED.write_text(table(found), encoding="utf-8")
    listed = LISTED.read_text(encoding="utf-8") if LISTED.exists() else ""
    wrong = troubles(found, rules, listed)
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"licences: {len(found)} packages, {len(wrong)} troubles")
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1:] not in (["write"], ["check"]):
        sys.exit("usage: licences.py write | check")
    sys.exit(main(sys.argv[1]))
