"""Known vulnerabilities of all pinned versions, asked of pypi.org by pip-audit.

Exit code 0: none is known; 1: some are, or a version could not be looked up; 2: nobody could be asked. What it says
last is always one line with what to do.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PINNED = ROOT / "constraints.txt"
ELSEWHERE = "run `make audit` on a machine that reaches https://pypi.org (directly or by HTTPS_PROXY)"
COMMAND = ("--no-deps", "--disable-pip", "--requirement", str(PINNED), "--format", "json", "--progress-spinner", "off")


def judged(dependencies: Sequence[Mapping[str, Any]]) -> tuple[list[str], int]:
    """What pip-audit's ``dependencies`` mean: lines for people, and the exit code."""
    skipped = [one["name"] for one in dependencies if "skip_reason" in one]
    if not dependencies or len(skipped) == len(dependencies):
        return [f"audit: not done: the package index here has no record of advisories; {ELSEWHERE}"], 2
    found = [(one, flaw) for one in dependencies for flaw in one.get("vulns", ())]
    lines = [
        f"{one['name']} {one['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'no version yet'}"
        for one, flaw in found
    ]
    if skipped:
        lines.append(f"not looked up, as the index does not know them: {', '.join(skipped)}")
    if found:
        lines.append(
            f"audit: {len(found)} known: pin a mended version in constraints.txt, or write into docs/operations.md why"
            " it is not reachable"
        )
    else:
        lines.append(f"audit: none known in {len(dependencies) - len(skipped)} pinned versions")
    return lines, int(bool(found or skipped))


def main() -> int:
    """Ask, and say what is known; returns the exit code."""
    if not _installed():
        print(f"audit: not done: pip-audit cannot be installed from here; {ELSEWHERE}", file=sys.stderr)
        return 2
    asked = _run("pip_audit", *COMMAND)
    try:
        dependencies = json.loads(asked.stdout)["dependencies"]
    except (ValueError, KeyError):
        reason = next((line for line in reversed(asked.stderr.splitlines()) if line.strip()), "no answer")
        reason = reason.partition(":")[0][:100]
        print(f"audit: not done: the advisories cannot be reached ({reason}); {ELSEWHERE}", file=sys.stderr)
        return 2
    lines, code = judged(dependencies)
    for line in lines:
        print(line, file=sys.stderr if code == 2 else sys.stdout)
    return code


def _installed() -> bool:
    known = importlib.util.find_spec("pip_audit") is not None
    return known or _run("pip", "install", "--quiet", "-c", str(PINNED), "pip-audit").returncode == 0


def _run(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # ours alone


if __name__ == "__main__":
    sys.exit(main())
